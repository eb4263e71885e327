"""After a restore the bot goes on with what the backup knows, and makes nothing of it a second time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from threading import Event

from adapters.sandbox import Sandbox
from tests.cli.running import Program
from tests.databases import opened
from tests.slack.stories.town import USUAL, WORKSPACE, Town, founded, town
from tests.trials.places import Place
from tests.trials.soundness import assert_sound

PEOPLE = ("ann", "ben", "cleo", "dan")
OPENS = 2
LONG = 60.0
"""Seconds after which nobody should be waiting any more."""


def put_in_place(backup: Path, program: Program) -> None:
    """What the page says: the database's files are put aside, and the backup takes their place."""
    for each in program.file.parent.glob(f"{program.file.name}*"):
        each.unlink()
    backup.replace(program.file)


def rooms(home: Town) -> Counter[str]:
    """How many channels there are of each number: inc-7-… and inc-7-…-2 are two."""
    names = (each.name.split("-") for each in home.slack.team.channels() if each.name.startswith("inc-"))
    return Counter(f"INC-{parts[1]}" for parts in names)


def known(url: str) -> dict[str, str]:
    """The channels that are recorded, by the keys of their incidents."""
    with closing(opened(url)) as database:
        keys = [f"INC-{number}" for (number,) in Place(url).ask("SELECT number FROM incidents")]
        return dict(database.whereabouts.outside(WORKSPACE, "slack", "channel", keys))


@contextmanager
def writing(home: Town, people: Sequence[str]) -> Iterator[None]:
    """All of these open two incidents, and go on with them; each has begun before the block does."""
    stop, begun = Event(), [Event() for _ in people]

    def write(name: str, begin: Event) -> None:
        key = ""
        for number in count(1):
            if number <= OPENS:
                key = home.say(f"open --declare Number {number} of {name}", name).partition(" ")[0]
            home.say(f"update {key} We look", name)
            begin.set()
            if stop.is_set():
                return

    with ThreadPoolExecutor(len(people)) as pool:
        written = [pool.submit(write, *each) for each in zip(people, begun, strict=True)]
        try:
            assert all(each.wait(LONG) for each in begun)
            yield
        finally:
            stop.set()
        for each in written:
            each.result()


def test_a_backup_that_was_taken_while_four_people_write_is_gone_on_from_without_a_second_channel(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    backup, slack = tmp_path / "backup.db", founded(sandbox, USUAL, PEOPLE)
    with town(sandbox, sqlite_url, tmp_path, http=True, slack=slack) as home:
        settled = home.opened("There before all others")
        with writing(home, PEOPLE):
            home.program(f"db backup {backup}")
        home.quiet()
        lines, written = home.lines(settled), home.events()
    put_in_place(backup, home.program)
    assert 0 < assert_sound(Place(sqlite_url)) < written
    before = known(sqlite_url)
    assert settled in before
    with town(sandbox, sqlite_url, tmp_path, http=True, slack=slack) as home:
        for key in before:
            home.say(f"severity {key} sev2")
        home.quiet()
        made = rooms(home)
        for key, room in before.items():
            assert (home.room_id(key), made[key]) == (room, 1), key
            assert "sev2" in home.room(key).topic
        assert home.lines(settled)[: len(lines)] == lines
        assert "none differed" in home.program("db rebuild --dry-run").out


def test_what_the_page_says_of_a_restore_of_an_older_backup(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    """Updates since are lost, numbers are given again, what was redacted is back, and a noted head tells."""
    backup, head = tmp_path / "backup.db", tmp_path / "head.json"
    slack = founded(sandbox, USUAL)
    with town(sandbox, sqlite_url, tmp_path, http=True, slack=slack) as home:
        first = home.opened("API is slow", options="--declare")
        home.say(f"update {first} Jane Roe told us")
        home.quiet()
        home.program(f"db backup {backup}")
        home.program(["redact", first, "u1", "--reason", "a name"])
        home.say(f"update {first} We roll back")
        second = home.opened("Mail is down")
        home.quiet()
        lost, said = home.room(second), home.lines(first)
        home.program(f"audit head -o {head}")
    put_in_place(backup, home.program)
    assert "the log ends at event 4, a head was noted at 7" in _against(home.program, head)
    with town(sandbox, sqlite_url, tmp_path, http=True, slack=slack) as home:
        updates = home.program.document(first)["updates"]
        assert [each["text"] for each in updates] == ["Jane Roe told us"]
        assert home.say("open Mail is down").partition(" ")[0] == second
        home.quiet()
        assert home.room(second).name == f"{lost.name}-2"
        assert home.lines(first)[: len(said)] == said
        home.program(["redact", first, "u1", "--reason", "a name, again"])
        home.quiet()
        assert "Jane Roe" not in json.dumps(home.program.document(first))


def _against(program: Program, head: Path) -> str:
    return program(f"audit verify --against {head}", code=1).err
