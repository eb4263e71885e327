"""Whoever joins late catches up from the record: for themselves alone, by command and by mention."""

from __future__ import annotations

import pytest

from tests.slack.stories.town import Town
from tests.slack.stories.using import entries


def told(home: Town, key: str, by: str = "cleo") -> list[str]:
    """What they read, line by line."""
    return home.say(f"catchup {key}", by).splitlines()


def below(lines: list[str], heading: str) -> list[str]:
    """The lines below a heading, as far as they are points of it."""
    begin = next(place for place, line in enumerate(lines) if line.startswith(heading)) + 1
    rest = lines[begin:]
    return rest[: next((at for at, line in enumerate(rest) if not line.startswith(("• ", "☐ "))), len(rest))]


@pytest.fixture(scope="module")
def key(home: Town) -> str:
    """An incident about which a lot is known."""
    found = home.opened("Checkout is slow", options="--sev2 --declare")
    for line in (
        "assign {} lead @ben", "status {} identified", "update {} One", "update {} Two", "update {} Three",
        "update {} Four", "evidence {} https://a.example/1 the queue", "task {} add --owner @ben Fail over",
        "task {} add Done already", "task {} done t2",
    ):  # fmt: skip
        home.say(line.format(found))
    home.quiet()
    return found


def test_it_says_where_we_are_and_who_is_who(home: Town, key: str) -> None:
    lines = told(home, key)
    assert lines[:2] == [
        f"{key}  Checkout is slow  <#{home.room(key).name}>",
        "Where we are: incident, identified at sev2, since DATE. Opened by <@ann>, DATE",
    ]
    assert below(lines, "Who is who") == [
        "• incident commander: <@ann>",
        "• technical lead: <@ben>",
        "• communications liaison: nobody yet",
    ]


def test_it_has_the_last_updates_what_is_to_be_done_and_the_newest_evidence(home: Town, key: str) -> None:
    lines = told(home, key)
    assert [line.split()[1:3] for line in below(lines, "The last updates")] == [
        ["u2", "Two"], ["u3", "Three"], ["u4", "Four"],
    ]  # fmt: skip
    assert below(lines, "Open tasks (1)") == ["☐ t1 Fail over (<@ben>)"]
    assert below(lines, "The newest evidence (1 in all)")[0].endswith("the queue (<@ann>, DATE)")


def test_it_has_what_was_recorded_in_the_last_half_hour(home: Town, key: str) -> None:
    lines = told(home, key)
    changes = below(lines, "In the last half hour")
    assert len(changes) == 10
    assert changes[-1] == "• DATE <@ann> finished task t2"
    count = len(entries(home, key))
    assert f"and {count - 10} before that: /incident timeline {key}" in lines


def test_it_says_what_is_missing_for_the_next_move_and_what_reminds_us(home: Town) -> None:
    key = home.opened("Nobody leads", options="--sev1 --declare")
    lines = told(home, key)
    assert f"Nothing is missing to resolve it: /incident resolve {key}" in lines
    assert below(lines, "What reminds us next") == ["• comms DATE", "• stale DATE"]
    home.say(f"resolve {key}")
    home.close(key)
    assert not [line for line in told(home, key) if "missing" in line or "reminds" in line]
    home.quiet()


def test_in_its_channel_it_needs_no_key_and_a_mention_does_as_well(home: Town, key: str) -> None:
    room = home.room(key).id
    said = home.say("catchup", channel=room)
    assert said == home.say(f"catchup {key}")
    assert said.replace("/incident", "@incidents") == home.mention(f"catchup {key}")
    assert "catchup INC-42" in home.say(f"catchup {key} now")
    before = len(home.lines(key))
    home.quiet()
    assert len(home.lines(key)) == before, "the channel does not hear of it"


def test_what_was_redacted_is_nowhere_in_it(home: Town) -> None:
    key = home.opened("Somebody's name", options="--declare")
    home.say(f"update {key} Her secret is out")
    home.say(f"task {key} add Tell the secret")
    for entry in ("title", "u1", "t1"):
        home.say(f"redact {key} {entry} a name")
    shown = home.say(f"catchup {key}", "ben")
    assert "secret" not in shown
    assert "Somebody" not in shown
    assert f"{key}  [redacted]" in shown
    home.quiet()


def test_of_what_is_private_others_learn_nothing(home: Town) -> None:
    key = home.opened("Payroll leaked", options="--private")
    assert home.say(f"catchup {key}").startswith(f"PRIVATE {key}  Payroll leaked")
    assert home.say(f"catchup {key}", "ben") == home.say("catchup INC-999", "ben").replace("INC-999", key)
    home.quiet()
