"""A process that is killed at any moment leaves all of its command or nothing; a repeat has one effect."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from subprocess import DEVNULL, TimeoutExpired
from typing import Any

import pytest

from adapters.cli.performing import REPEATED
from tests.cli.running import Program
from tests.servers.postgres import Postgres
from tests.servers.watchdog import wait_until
from tests.trials.crashing import give_for_ever, give_one, give_watched, start_watched
from tests.trials.history import TRIALS, WORKSPACE, give, opened, tell
from tests.trials.places import Content, Place
from tests.trials.processes import KILLED, LONG, ended, received, running
from tests.trials.soundness import assert_sound

Figure = Callable[[str], None]
_FROM_THE_START = ("alembic_version", "schema_info", "search_words_config")


@pytest.mark.parametrize("name", TRIALS)
def test_a_kill_at_any_point_of_a_command_leaves_all_of_it_or_nothing(
    name: str, told: Place, rounds: int, figure: Figure
) -> None:
    """And the repeat, with the same key, gives the first answer and ends in exactly one effect.

    Every third point, and all around a commit; `make trials` tries every one.
    """
    told.keep()
    before = told.content()
    answer, points = _watched(give_watched, told, name, 0)
    after = told.content()
    assert_sound(told)
    assert answer.result is TRIALS[name].result
    assert after != before
    landed, tried = [], []
    for last, point in enumerate(points, start=1):
        if rounds == 1 and last % 3 and last < len(points) and "commit" not in points[last - 2 : last + 1]:
            continue
        told.restore()
        _watched(give_watched, told, name, last)
        found = _either(told, before, after, point)
        assert give(told.url, name) == replace(answer, repeated=found is after)
        assert told.content() == after, point
        landed.append(found is after)
        tried.append(point)
    assert landed == sorted(landed), "what was there is gone again"
    assert {False, True} == set(landed)
    assert tried[landed.index(True) - 1] == "commit", "only a commit makes it durable"
    figure(f"{len(landed)} of {len(points)} crash points, {landed.count(True)} after the commit")


def test_a_kill_at_any_point_of_a_first_start_leaves_a_database_that_can_be_started(
    empty: Place, rounds: int, figure: Figure
) -> None:
    """The tables are all there or none is; and the next start finishes what is missing.

    Every sixth point, and all around a commit; `make trials` tries every one.
    """
    [points] = _watched(start_watched, empty, 0)
    after, shape = empty.content(), empty.shape()
    without = {name: rows if name in _FROM_THE_START else [] for name, rows in after.items()}
    stages = []
    for last, point in enumerate(points, start=1):
        if rounds == 1 and last % 6 and point not in ("commit", "reset"):
            continue
        empty.clear()
        _watched(start_watched, empty, last)
        found = empty.content()
        stages.append(2 if found == after else bool(set(found) & set(after)))
        assert stages[-1] != 1 or _without_events(found) == without, f"a part of it is there after {point}"
        _watched(start_watched, empty, 0)
        assert (empty.content(), empty.shape()) == (after, shape), point
    assert stages == sorted(stages), "what was there is gone again"
    assert set(stages) == {0, 1, 2}
    assert_sound(empty)
    figure(f"{len(stages)} of {len(points)} crash points, {stages.count(0)} before there are tables")


def test_a_kill_amid_many_commands_loses_none_that_was_answered(
    told: Place, chance: Random, rounds: int, figure: Figure
) -> None:
    """And of the one that was not answered there is all or nothing, which a repeat finishes."""
    number, cut = 0, 0
    for _ in range(5 * rounds):
        with running(give_for_ever, told.url, number) as (process, pipe):
            answers = [pipe.recv()]
            process.join(chance.uniform(0, 0.3))
            process.kill()
            answers += received(pipe)
            assert ended(process) == KILLED
        told.settled()
        assert_sound(told)
        with opened(told.url) as database:
            for each, answer in enumerate(answers, start=number):
                known = database.log.answered(WORKSPACE, f"mixed-{each}")
                assert known == replace(answer, repeated=True)
            number += len(answers)
            cut += give_one(database, number).repeated
            assert give_one(database, number).repeated
            number += 1
        assert_sound(told)
    figure(f"{5 * rounds} kills, {number} commands, {cut} recorded but not answered")


def test_a_kill_of_the_program_itself_leaves_all_of_its_command_or_nothing(
    told: Place, chance: Random, rounds: int, tmp_path: Path, figure: Figure
) -> None:
    program = Program(told.url, {}, tmp_path)
    landed = 0
    for number in range(4 * rounds):
        words = ["update", "INC-1", f"News {number}", "--impact", "some", "--key", f"killed-{number}"]
        with program.start(*words, stdout=DEVNULL, stderr=DEVNULL) as process:
            assert wait_until(lambda: told.busy or process.poll() is not None, LONG, every=0.002)
            with suppress(TimeoutExpired):
                process.wait(chance.choice((0, 0.01, 0.03, 0.1, 0.3)))
            process.kill()
        told.settled()
        found = told.ask("SELECT type FROM events WHERE command_key = ?", words[-1])
        assert found in ([], [("update_sent",)])
        assert found or process.returncode == KILLED
        landed += len(found)
        assert_sound(told)
        assert (REPEATED in program(words).out) is bool(found)
        assert told.ask("SELECT type FROM events WHERE command_key = ?", words[-1]) == [("update_sent",)]
    assert_sound(told)
    figure(f"{4 * rounds} kills, {landed} after the commit")


def test_what_was_answered_is_there_after_a_kill_of_the_server(figure: Figure) -> None:
    """The server is killed in the midst of a process's commands, and recovers."""
    with Postgres() as server:
        place = Place(server.create_database())
        tell(place.url)
        with running(give_for_ever, place.url, 0) as (process, pipe):
            answers = [pipe.recv() for _ in range(10)]
            server.kill()
            answers += received(pipe)
            assert ended(process) == 1, "it ends with the error that it met"
        server.restart()
        with opened(place.url) as database:
            for number, answer in enumerate(answers):
                assert database.log.answered(WORKSPACE, f"mixed-{number}") == replace(answer, repeated=True)
            give_one(database, len(answers))
            assert give_one(database, len(answers)).repeated
        assert_sound(place)
    figure(f"{len(answers)} commands answered")


def _without_events(found: Content) -> Content:
    """The log's head and SQLite's words left out: they have rows from the start, which a command changes."""
    return {name: [] if name in ("log_head", "search_words_data") else rows for name, rows in found.items()}


def _watched(target: Callable[..., None], place: Place, *arguments: Any) -> list[Any]:
    """Run it in a process of its own; what it sent. It dies where a crash point is given."""
    with running(target, place.url, *arguments) as (process, pipe):
        sent = list(received(pipe))
        assert ended(process) == (KILLED if arguments[-1] else 0)
    place.settled()
    return sent


def _either(place: Place, before: Content, after: Content, point: str) -> Content:
    """Which of the two it holds; no third."""
    found = place.content()
    assert found in (before, after), f"a part of it is there after {point}"
    return before if found == before else after
