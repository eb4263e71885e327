"""Sealing: what one commit adds to the chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from incident_core import events as e
from incident_core.events import Event
from incident_core.record.chain import GENESIS, Envelope, Head, Seal, hash_of, seal
from incident_core.testing.memory import CountingIds
from incident_core.testing.strategies import events
from tests.record.samples import AT, BY

ENVELOPE = Envelope("T01", UUID(int=1), BY, "cli", "name", "name", AT)
batches = st.lists(events(), min_size=1, max_size=4).map(tuple)


def sealed(head: Head, version: int, new: tuple[Event, ...], ids: CountingIds) -> Seal:
    return seal(head, ENVELOPE, version, new, ids.uuid, ids.salt)


@settings(max_examples=40)
@given(new=batches)
def test_events_follow_each_other_from_the_head_on(new: tuple[Event, ...]) -> None:
    made = sealed(Head(), 0, new, CountingIds())
    previous = GENESIS
    for number, (each, event) in enumerate(zip(made.events, new, strict=True), start=1):
        assert (each.seq, each.version, each.previous, each.hash) == (number, number, previous, hash_of(each))
        assert (each.type, each.schema, each.occurred_at) == (event.type, event.schema, event.at)
        previous = each.hash
    assert made.head == Head(len(new), len(new), previous, AT)
    assert made.texts.keys() == {each.event_id for each in made.events}


@settings(max_examples=40)
@given(first=batches, second=batches)
def test_two_commits_make_the_chain_that_one_would(
    first: tuple[Event, ...], second: tuple[Event, ...]
) -> None:
    assume(not any(isinstance(event, e.RuleOverridden) for event in first))
    ids = CountingIds()
    one = sealed(Head(), 0, first, ids)
    two = sealed(one.head, len(first), second, ids)
    whole = sealed(Head(), 0, first + second, CountingIds())
    assert two.head == whole.head
    assert {**one.texts, **two.texts} == whole.texts
    assert one.events + two.events == whole.events


def test_an_override_reaches_to_the_end_of_its_commit_and_no_further() -> None:
    override = e.RuleOverridden(actor=BY, at=AT, rules=("review-missing",), reason="late")
    done, closed = e.ReviewDone(actor=BY, at=AT), e.Resolved(actor=BY, at=AT)
    ids = CountingIds()
    first = sealed(Head(), 0, (done, override, closed, done), ids)
    named = first.events[1].event_id
    assert [each.override_id for each in first.events] == [None, None, named, named]
    assert [each.override_id for each in sealed(first.head, 4, (done,), ids).events] == [None]


def test_the_time_of_a_commit_is_the_later_of_the_clock_and_the_newest_event() -> None:
    done = e.ReviewDone(actor=BY, at=AT)
    later, earlier = AT + timedelta(seconds=1), AT - timedelta(seconds=1)
    for newest, expected in ((None, AT), (earlier, AT), (AT, AT), (later, later)):
        head = replace(Head(), recorded_at=newest)
        made = sealed(head, 0, (done, done), CountingIds())
        assert {each.envelope.recorded_at for each in made.events} == {made.head.recorded_at} == {expected}
        assert {each.occurred_at for each in made.events} == {AT}
