"""A command is valid once it is built; what no rule could accept says so in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.model.times import Due, from_iso, to_iso
from tests.core.telling import ANN, NINE, at, by, opened

BERLIN = timezone(timedelta(hours=1))


def title_of(text: str) -> str:
    return opened(title=text).title


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The title is empty."),
        (" \t\n", "The title is empty."),
        ("\u3000\u00a0", "The title is empty."),
        ("x" * 201, "The title has 201 characters; at most 200 fit."),
        ("a\nb", "The title contains the control character U+000A."),
        ("a\x00b", "The title contains the control character U+0000."),
        ("a\x1b[31mb", "The title contains the control character U+001B."),
        ("a\x85b", "The title contains the control character U+0085."),
        ("a\u2028b", "The title contains the control character U+2028."),
        ("a\ud800b", "The title contains the control character U+D800."),
    ],
)
def test_a_title_that_cannot_be_is_told_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        opened(title=text)
    assert (caught.value.field, caught.value.sentence) == ("title", sentence)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x" * 200,
        "👩🏽‍🚒 on fire",
        "שלום מרחבא",
        "\u202eback to front",
        "& < > ( ) $ // … ' \"",
        "é e\u0301",
    ],
)
def test_a_title_is_kept_as_it_was_typed(text: str) -> None:
    assert title_of(text) == text


def test_a_title_is_trimmed_and_then_counted() -> None:
    assert title_of("  " + "x" * 200 + "\n") == "x" * 200


def test_prose_keeps_its_lines_and_makes_line_breaks_alike() -> None:
    command = by(ANN, c.SendUpdate, text="  one\r\ntwo\n\tthree  ")
    assert command.text == "one\ntwo\n\tthree"


@pytest.mark.parametrize("text", ["", "  ", "x" * 10_001, "a\rb", "a\x07b", "a\udfffb"])
def test_prose_that_cannot_be_is_refused(text: str) -> None:
    for kind in (c.SendUpdate, c.AddTask, c.AddFollowUp):
        with pytest.raises(Invalid):
            by(ANN, kind, text=text)


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_a_blank_reason_is_no_reason(blank: str) -> None:
    reopen = by(ANN, c.Reopen, reason=blank, override=blank)
    assert (reopen.reason, reopen.override) == (None, None)


@pytest.mark.parametrize(
    "link",
    [
        "", "example.com", "ftp://example.com", "javascript:alert(1)", "http://", "https:///path",
        "//example.com", "http://[::1", "https://exa mple.com", "https://example.com/a b", "https://example.com/\x00",
        "https://example.com/" + "x" * 2_000,
    ],
)  # fmt: skip
def test_a_link_that_cannot_be_is_refused(link: str) -> None:
    with pytest.raises(Invalid) as caught:
        by(ANN, c.AddEvidence, url=link)
    assert caught.value.field == "link"


@pytest.mark.parametrize(
    "link", ["http://x", "HTTPS://Example.com/é?q=1#f", "http://[::1]:8080/", "https://u:p@example.com"]
)
def test_a_link_is_kept_as_it_was_typed(link: str) -> None:
    command = by(ANN, c.AddEvidence, url=f" {link} ")
    assert command.url == link


def test_a_time_without_a_zone_is_refused() -> None:
    for build in _with_a_time(datetime(2026, 11, 22, 9)):  # noqa: DTZ001  (the fault that is tested)
        with pytest.raises(Invalid, match="has no time zone; add Z or"):
            build()


def test_a_time_beyond_the_calendar_is_refused() -> None:
    for far in (
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))),
        datetime.min.replace(tzinfo=BERLIN),
    ):
        for build in _with_a_time(far):
            with pytest.raises(Invalid, match="outside the years 1 to 9999"):
                build()


def _with_a_time(when: datetime) -> list[Callable[[], c.Command]]:
    return [
        lambda: c.Declare(actor=ANN, at=when, key="k"),
        lambda: by(ANN, c.SendUpdate, text="x", next_due=when),
        lambda: by(ANN, c.SnoozeTimer, timer="comms", until=when),
        lambda: by(ANN, c.CorrectMilestone, milestone=Milestone.DETECTED, when=when),
    ]


def test_times_are_kept_in_utc_to_the_microsecond() -> None:
    command = c.Declare(actor=ANN, at=datetime(2026, 11, 22, 10, 0, 0, 1, tzinfo=BERLIN), key="k")
    assert (command.at, command.at.tzinfo) == (datetime(2026, 11, 22, 9, 0, 0, 1, tzinfo=UTC), UTC)
    assert to_iso(command.at) == "2026-11-22T09:00:00.000001Z"


@pytest.mark.parametrize("year", [1, 999, 2026, 9999])
def test_a_stored_time_reads_back(year: int) -> None:
    when = datetime(year, 2, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert from_iso(to_iso(when)) == when


@pytest.mark.parametrize("text", ["2026-11-22T09:00:00Z", "2026-11-22 09:00:00.000000Z", "now", ""])
def test_only_a_stored_time_reads_back(text: str) -> None:
    with pytest.raises(Invalid, match="is not a stored time"):
        from_iso(text)


def test_the_next_update_is_due_after_this_one() -> None:
    with pytest.raises(Invalid, match="must be due after this one"):
        by(ANN, c.SendUpdate, 5, text="x", next_due=at(5))
    soon = at(5) + timedelta(microseconds=1)
    assert by(ANN, c.SendUpdate, 5, text="x", next_due=soon).next_due == soon


@pytest.mark.parametrize("minutes", [5, 4, -60])
def test_a_snooze_ends_after_it_begins(minutes: float) -> None:
    with pytest.raises(Invalid, match=r"A snooze ends after it begins: .* is not after 2026-11-22T09:05:00"):
        by(ANN, c.SnoozeTimer, 5, timer="comms", until=at(minutes))
    soon = at(5) + timedelta(microseconds=1)
    assert by(ANN, c.SnoozeTimer, 5, timer="comms", until=soon.astimezone(BERLIN)).until == soon


@pytest.mark.parametrize("name", ["", "Comms", "a b", "role:", ":f1", "role:a:b", "x" * 65, "rôle", "-for"])
def test_a_timer_is_named_by_a_word_or_two(name: str) -> None:
    for build in (
        lambda: by(ANN, c.StopTimer, timer=name),
        lambda: by(ANN, c.SnoozeTimer, timer=name, until=at(5)),
    ):
        with pytest.raises(Invalid, match="write comms, stale, role:ROLE or followup:ID"):
            build()


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "a\x00b"])
def test_a_key_has_printable_characters(key: str) -> None:
    with pytest.raises(Invalid) as caught:
        c.Declare(actor=ANN, at=NINE, key=key)
    assert caught.value.field == "key"


@pytest.mark.parametrize("role", ["", "Commander", "incident commander", "1st", "x" * 65, "rôle", "a-b"])
def test_a_role_name_is_lower_case_letters_digits_and_underscores(role: str) -> None:
    for build in (
        lambda: by(ANN, c.Claim, role=role),
        lambda: by(ANN, c.Release, role=role),
        lambda: by(ANN, c.Assign, role=role, holder=ANN),
        lambda: by(ANN, c.HandOver, role=role, to=ANN),
    ):
        with pytest.raises(Invalid) as caught:
            build()
        assert caught.value.field == "role"


def test_exactly_a_duplicate_names_the_other_incident() -> None:
    named = by(ANN, c.Close, duplicate_of="INC-2")
    assert named.outcome is Outcome.DUPLICATE
    for wrong in ({"outcome": Outcome.DUPLICATE}, {"outcome": Outcome.FIXED, "duplicate_of": "INC-2"}):
        with pytest.raises(Invalid, match="A duplicate, and only a duplicate"):
            by(ANN, c.Close, **wrong)


def test_the_closing_time_is_corrected_by_reopening() -> None:
    with pytest.raises(Invalid, match="reopen, then close again"):
        by(ANN, c.CorrectMilestone, milestone=Milestone.CLOSED, when=NINE)


@pytest.mark.parametrize("name", ["", " ", " ann", "a\nnn", "x" * 129, "a\ud800"])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        Actor("cli", name)


@pytest.mark.parametrize("kind", ["", "Slack", "1x", "a b", "x" * 33])
def test_a_kind_of_name_is_one_word(kind: str) -> None:
    with pytest.raises(Invalid, match="is not a kind of name"):
        Actor(kind, "ann")


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("ann", "cli", "ann"),
        (" ann ", "cli", "ann"),
        ("slack:U012AB3CD", "slack", "U012AB3CD"),
        ("slack: U012", "slack", "U012"),
        ("Ann: the one", "cli", "Ann: the one"),
        ("李雷", "cli", "李雷"),
        ("a:b:c", "a", "b:c"),
    ],
)
def test_a_bare_name_belongs_to_the_command_line(text: str, kind: str, name: str) -> None:
    actor = Actor.parse(text)
    assert (actor.kind, actor.id) == (kind, name)


@pytest.mark.parametrize("text", ["", "slack:", "slack:   "])
def test_nobody_is_no_actor(text: str) -> None:
    with pytest.raises(Invalid):
        Actor.parse(text)


def test_two_names_are_one_person_whatever_the_login_behind_them() -> None:
    assert Actor("slack", "U1", workspace="T1", login="root") == Actor("slack", "U1")
    assert Actor("slack", "U1") != Actor("cli", "U1")


@pytest.mark.parametrize("zone", ["Nowhere/Town", "", "../etc/passwd", "\x00"])
def test_a_day_is_due_in_a_time_zone_that_exists(zone: str) -> None:
    with pytest.raises(Invalid, match="There is no time zone"):
        Due(NINE.date(), zone)


def test_a_policy_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(Invalid, match="cannot be left out"):
        Policy(roles=("scribe",))
    with pytest.raises(Invalid, match="'scribe' is not one of the roles"):
        Policy(required_roles=("scribe",))
    with pytest.raises(Invalid, match="is not the name of a role"):
        Policy(roles=("incident_commander", "Scribe"))


def test_a_command_cannot_be_changed() -> None:
    command = opened()
    with pytest.raises(AttributeError):
        command.key = "other"  # type: ignore[misc]
