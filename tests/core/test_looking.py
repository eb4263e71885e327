"""An admin who is shown a private incident without having access of their own is written down before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import pytest

from incident_core import commands as c
from incident_core.errors import Conflict, Unavailable
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.ports.log import Answer, Batch, Loaded, Log
from incident_core.ports.reader import Query, Reader
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk, at_once
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.usecases.looking import Looking

DORA: Final = Actor("cli", "dora")
POLICY: Final = Policy(admins=frozenset({DORA}))
Way = Callable[[Reader, str, str, Actor], object]

WAYS: Final[dict[str, Way]] = {
    "show": lambda reader, where, key, who: reader.show(where, key, who),
    "timeline": lambda reader, where, key, who: reader.timeline(where, key, who),
    "list": lambda reader, where, _, who: reader.list(where, Query(), who),
    "search": lambda reader, where, _, who: reader.search(where, "hidden", who, 9),
    "documents": lambda reader, where, _, who: list(reader.documents(where, Query(), who)),
    "timelines": lambda reader, where, _, who: list(reader.timelines(where, Query(), who)),
}


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore.over(Memory(), policy=POLICY), POLICY)


def looking(desk: Desk, **parts: Any) -> Looking:
    """The reader that a new process would have."""
    return replace(Looking(desk.store.reader, desk.perform, POLICY, desk.clock), **parts)


def looks(desk: Desk, key: str = "INC-1") -> list[tuple[Actor, str]]:
    """Who looked at it, and how."""
    entries = (entry.event for entry in desk.timeline(key, BOB))
    return [(event.actor, event.how) for event in entries if event.type == "looked"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("way", WAYS)
def test_an_admin_is_written_down_whichever_way_they_see_it(desk: Desk, way: str) -> None:
    key = desk.open("hidden", by=BOB, private=True)
    assert WAYS[way](looking(desk), desk.workspace, key, DORA)
    assert looks(desk) == [(DORA, way)]
    assert desk.load(key, BOB).incident.access == {BOB}


@pytest.mark.parametrize("way", WAYS)
def test_who_has_access_of_their_own_is_not(desk: Desk, way: str) -> None:
    key = desk.open("hidden", by=BOB, private=True)
    desk.do(c.Grant, key, by=BOB, who=DORA)
    for viewer in (BOB, DORA, ANN):
        WAYS[way](looking(desk), desk.workspace, key, viewer)
    assert looks(desk) == []


@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_written_down_for_what_everybody_may_see(desk: Desk, way: str) -> None:
    key = desk.open("hidden", by=BOB)
    assert WAYS[way](looking(desk), desk.workspace, key, DORA)
    assert looks(desk) == []


def test_an_admin_is_written_down_for_the_open_follow_ups_that_they_see(desk: Desk) -> None:
    for private in (True, False):
        desk.do(c.AddFollowUp, desk.open("hidden", by=BOB, private=private), by=BOB, text="hidden")
    expected = desk.store.reader.follow_ups(desk.workspace, DORA, 9)
    assert looking(desk).follow_ups(desk.workspace, DORA, 9) == expected
    assert [each.private for each in expected] == [True, False]
    looking(desk).follow_ups(desk.workspace, BOB, 9)
    assert (looks(desk), looks(desk, "INC-2")) == ([(DORA, "followups")], [])


def test_what_is_shown_is_what_the_reader_shows(desk: Desk) -> None:
    for private in (True, False):
        desk.open("hidden", by=BOB, private=private)
    reader = looking(desk)
    for _ in range(2):
        for way in ("list", "search", "timelines"):
            expected = WAYS[way](desk.store.reader, desk.workspace, "INC-1", DORA)
            assert WAYS[way](reader, desk.workspace, "INC-1", DORA) == expected
    assert reader.count(desk.workspace, Query(), DORA) == 2
    assert reader.duties(desk.workspace, DORA) == desk.store.reader.duties(desk.workspace, DORA)
    assert reader.show(desk.workspace, "INC-9", DORA) is None
    assert reader.timeline(desk.workspace, "INC-9", DORA) is None


def test_an_admin_is_written_down_once_an_hour(desk: Desk) -> None:
    desk.open("hidden", by=BOB, private=True)
    desk.clock.move_to(desk.clock.now().replace(minute=10))
    reader = looking(desk)
    for minutes in (0, 10, 39):
        desk.clock.move(timedelta(minutes=minutes))
        for way in WAYS.values():
            way(reader, desk.workspace, "INC-1", DORA)
    assert looks(desk) == [(DORA, "show")]
    desk.clock.move(timedelta(minutes=1))
    for way in WAYS.values():
        way(reader, desk.workspace, "INC-1", DORA)
    assert looks(desk) == [(DORA, "show")] * 2


def test_another_process_writes_down_nothing_twice_whichever_way_it_shows_it(desk: Desk) -> None:
    desk.open("hidden", by=BOB, private=True)
    for way in (*WAYS.values(), *WAYS.values()):
        way(looking(desk), desk.workspace, "INC-1", DORA)
    assert looks(desk) == [(DORA, "show")]


def test_threads_at_the_same_time_write_it_down_once(desk: Desk) -> None:
    desk.open("hidden", by=BOB, private=True)
    shared = looking(desk)
    readers = [shared, shared, looking(desk), looking(desk)]
    found = at_once(*[lambda r=each: r.show(desk.workspace, "INC-1", DORA) for each in readers])
    assert not [each for each in found if isinstance(each, Exception)], found
    assert looks(desk) == [(DORA, "show")]


def test_each_admin_and_each_incident_is_written_down(desk: Desk) -> None:
    for _ in range(3):
        desk.open("hidden", by=BOB, private=True)
    looking(desk).list(desk.workspace, Query(limit=2), DORA)
    assert [looks(desk, f"INC-{number}") for number in (1, 2, 3)] == [[], [(DORA, "list")], [(DORA, "list")]]
    other = Actor("slack", "U0DORA")
    policy = replace(POLICY, admins=frozenset({DORA, other}))
    both = Desk(MemoryStore.over(Memory(), policy=policy), policy)
    both.open("hidden", by=BOB, private=True)
    for who in (DORA, other):
        Looking(both.store.reader, both.perform, policy, both.clock).show(both.workspace, "INC-1", who)
    assert looks(both) == [(DORA, "show"), (other, "show")]


def test_who_lost_access_within_the_hour_is_written_down(desk: Desk) -> None:
    key = desk.open("hidden", by=BOB, private=True)
    desk.do(c.Grant, key, by=BOB, who=DORA)
    reader = looking(desk)
    reader.show(desk.workspace, key, DORA)
    desk.do(c.Revoke, key, by=BOB, who=DORA)
    reader.show(desk.workspace, key, DORA)
    assert looks(desk) == [(DORA, "show")]


def test_what_was_made_private_is_private_also_as_it_was_before(desk: Desk) -> None:
    key = desk.open("hidden", by=BOB)
    desk.do(c.MakePrivate, key, by=BOB)
    incident = looking(desk).show(desk.workspace, key, DORA, 1)
    assert incident is not None
    assert not incident.private
    assert looks(desk) == [(DORA, "show")]


def test_it_is_written_down_before_the_first_event_is_told(desk: Desk) -> None:
    key = desk.open("hidden", by=BOB)
    desk.do(c.Declare, key, by=BOB)
    desk.do(c.MakePrivate, key, by=BOB)
    told = looking(desk).timelines(desk.workspace, Query(), DORA)
    assert looks(desk) == []
    assert next(told)["type"] == "opened"
    assert looks(desk) == [(DORA, "timelines")]


def test_in_a_stream_each_is_written_down_when_its_turn_has_come(desk: Desk) -> None:
    for private in (True, False, True):
        desk.open("hidden", by=BOB, private=private)
    told = looking(desk).documents(desk.workspace, Query(), DORA)
    seen = [(each["key"], [len(looks(desk, key)) for key in ("INC-3", "INC-1")]) for each in told]
    assert seen == [("INC-3", [1, 0]), ("INC-2", [1, 0]), ("INC-1", [1, 1])]


@pytest.mark.parametrize(
    "use",
    [
        lambda desk, name: desk.do(c.Resolve, "INC-2", by=DORA, name=name),
        lambda desk, name: desk.do(c.AddTask, "INC-2", by=DORA, name=name, text="x"),
        lambda desk, name: desk.do(c.Resolve, "INC-1", by=DORA, name=name),
        lambda desk, name: desk.do(c.Release, "INC-1", by=DORA, name=name, role="technical_lead"),
        lambda desk, name: desk.open("mine", by=DORA, name=name),
    ],
)
def test_a_key_that_was_used_for_something_else_hides_nobody(
    desk: Desk, use: Callable[[Desk, str], object]
) -> None:
    """Whoever gives commands names their keys: one could be taken on purpose."""
    desk.open("hidden", by=BOB, private=True)
    desk.open("another", by=DORA)
    use(desk, f"look:{DORA}:INC-1:{desk.clock.now():%Y-%m-%dT%H}")
    looking(desk).show(desk.workspace, "INC-1", DORA)
    assert looks(desk) == [(DORA, "show")]


def test_a_name_that_is_too_long_for_a_key_is_written_down_like_any_other() -> None:
    one, two = (Actor("a" * 32, "x" * 127 + last) for last in "12")
    policy = Policy(admins=frozenset({one, two}))
    desk = Desk(MemoryStore.over(Memory(), policy=policy), policy)
    desk.open("hidden", by=BOB, private=True)
    for who in (one, two):
        desk.open(by=who, name=f"look:{who}:INC-1:{desk.clock.now():%Y-%m-%dT%H}")
    for who in (one, one, two):
        Looking(desk.store.reader, desk.perform, policy, desk.clock).show(desk.workspace, "INC-1", who)
    assert looks(desk) == [(one, "show"), (two, "show")]


@dataclass(frozen=True)
class Failing:
    """A Log that cannot be written to."""

    log: Log
    error: Exception

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        return self.log.answered(workspace, command_key)

    def load(self, workspace: str, key: str, viewer: Actor) -> Loaded | None:
        return self.log.load(workspace, key, viewer)

    def commit(self, batch: Batch) -> Answer:
        raise self.error


@pytest.mark.parametrize("error", [Unavailable("away"), Conflict("changed")])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_shown_where_it_cannot_be_written_down(desk: Desk, way: str, error: Exception) -> None:
    key = desk.open("hidden", by=BOB, private=True)
    perform = replace(desk.perform, log=Failing(desk.store.log, error))
    reader = looking(desk, perform=perform)
    for _ in range(2):
        with pytest.raises(Unavailable, match=r"away|^It could not be written down that you look at INC-1, "):
            WAYS[way](reader, desk.workspace, key, DORA)
    assert WAYS[way](reader, desk.workspace, key, BOB)
    assert WAYS[way](looking(desk), desk.workspace, key, DORA)
    assert looks(desk) == [(DORA, way)]


class Counted:
    """A Reader that notes what it is asked."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        return getattr(self.reader, name)


@pytest.mark.parametrize("way", WAYS)
def test_for_everybody_else_it_costs_nothing(desk: Desk, way: str) -> None:
    key = desk.open("hidden", by=BOB, private=True)
    desk.open("hidden")
    before = desk.record()
    for viewer in (ANN, BOB, CLEO):
        counted = Counted(desk.store.reader)
        WAYS[way](looking(desk, reader=counted), desk.workspace, key, viewer)
        assert counted.asked == [way]
    assert desk.record() == before
