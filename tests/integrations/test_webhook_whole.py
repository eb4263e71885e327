"""The engine and the webhook together: every event arrives, in order, and is kept once, whatever fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.integrations.webhook import Webhook
from incident_core.testing.memory_clock import NOON, FrozenClock
from tests.integrations.playing import Play, deaths
from tests.integrations.standin import FINE, Fate, How, Received, StandIn, standing_in
from tests.integrations.stories import short, whole


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with standing_in() as found:
        yield found


def played(stand_in: StandIn, *, brief: bool = False) -> Play:
    """A play of one incident, of which nothing has been told yet."""
    clock = FrozenClock()
    mirror = Webhook(stand_in.url, "a secret of ours", "default", clock, allow_private=True, seconds=1.0)
    return Play(short() if brief else whole(), mirror, clock)


def all_of(play: Play) -> list[int]:
    return [entry.version for entry in play.story.chapters[-1].entries]


def bodies(received: list[Received]) -> dict[str, set[bytes]]:
    """Every body that came with a key."""
    found: dict[str, set[bytes]] = {}
    for request in received:
        found.setdefault(request.key, set()).add(request.body)
    return found


def test_every_event_arrives_once_and_in_order(stand_in: StandIn) -> None:
    play = played(stand_in)
    play.tell()
    play.finish()
    assert stand_in.versions == all_of(play)
    assert len(stand_in.received) == len(stand_in.kept)
    assert (play.row.shown, play.row.error) == (play.row.wanted, None)


def test_events_that_come_later_arrive_after_those_before(stand_in: StandIn) -> None:
    play = played(stand_in)
    for _ in play.story.chapters:
        play.tell(1)
        play.finish()
    assert stand_in.versions == all_of(play)
    assert len(stand_in.received) == len(stand_in.kept)


def test_after_failures_of_every_kind_it_is_in_order_and_once_for_each_key(stand_in: StandIn) -> None:
    failures = [
        Fate(503), Fate(how=How.DROP_AFTER), Fate(how=How.DROP_BEFORE), Fate(429, (("Retry-After", "7"),)),
        Fate(how=How.GARBAGE), Fate(408), Fate(500), Fate(how=How.DRIP), Fate(425),
    ]  # fmt: skip
    stand_in.tell(*(fate for failure in failures for fate in (failure, FINE)))
    play = played(stand_in)
    play.tell()
    play.finish()
    assert stand_in.versions == all_of(play)
    assert len(stand_in.received) == len(stand_in.kept) + len(failures)
    assert all(len(each) == 1 for each in bodies(stand_in.received).values())


def test_a_repeat_is_the_same_however_the_incident_has_gone_on(stand_in: StandIn) -> None:
    stand_in.tell(Fate(how=How.DROP_AFTER))
    play = played(stand_in)
    play.tell(1)
    play.work()
    play.tell()
    play.finish()
    first, second = stand_in.received[:2]
    assert first.key == second.key
    assert first.body == second.body
    assert stand_in.versions == all_of(play)


def test_nothing_is_sent_before_the_receiver_wants_to_hear_again(stand_in: StandIn) -> None:
    stand_in.tell(Fate(429, (("Retry-After", "90"),)))
    play = played(stand_in)
    play.tell()
    play.work()
    assert play.row.error == "127.0.0.1 answered 429 Too Many Requests."
    for seconds in (1, 60, 28):
        play.clock.move(timedelta(seconds=seconds))
        assert not play.work()
    assert len(stand_in.received) == 1
    play.clock.move(timedelta(seconds=1))
    play.finish()
    assert stand_in.versions == all_of(play)
    assert stand_in.received[1].headers["Incident-Timestamp"] == str(int(NOON.timestamp()) + 90)


def test_what_is_refused_for_ever_is_passed_over_and_the_rest_arrives(stand_in: StandIn) -> None:
    stand_in.tell(FINE, Fate(410))
    play = played(stand_in)
    play.tell()
    play.finish()
    assert stand_in.versions == [version for version in all_of(play) if version != 2]
    assert len(stand_in.received) == len(all_of(play))
    assert play.row.error == "127.0.0.1 answered 410 Gone."


def test_a_receiver_that_is_down_for_hours_gets_everything_afterwards(stand_in: StandIn) -> None:
    failures = 30
    stand_in.tell(*[Fate(503)] * failures)
    play = played(stand_in)
    play.tell()
    play.finish()
    assert stand_in.versions == all_of(play)
    assert len(stand_in.received) == len(stand_in.kept) + failures
    assert play.clock.now() - NOON > timedelta(hours=2)


def test_a_worker_that_dies_anywhere_loses_nothing_and_doubles_nothing(stand_in: StandIn) -> None:
    def again() -> Play:
        stand_in.received.clear()
        stand_in.kept.clear()
        play = played(stand_in, brief=True)
        play.tell()
        return play

    points, repeats = 0, 0
    for play, death in deaths(again):
        play.finish()
        assert stand_in.versions == all_of(play), death
        repeated = len(stand_in.received) - len(stand_in.kept)
        assert repeated <= 1, death
        points, repeats = points + 1, repeats + repeated
    events = len(short().chapters[-1].entries)
    assert points == 4 * events + 3, "look; for each event turn, save, send, after sending; save; give back"
    assert repeats == 3 * events - 1, "after sending; before the turn of the next; before its save"
