"""What somebody noticed outside is acted on by whoever settles the incident next, once, and safely."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incident_core.ports.mirror import Call, Kind
from incident_core.ports.mirrors import Effect
from incident_core.usecases.settling.news import News, tell
from incident_core.usecases.settling.notes import NEWS
from tests.worker.test_drive import SLOTS, Place


@pytest.fixture
def place() -> Place:
    made = Place()
    made.tell()
    made.work()
    return made


def effects(place: Place) -> dict[str, Effect]:
    """What is known by slot."""
    return place.store.rows[place.told.id, "diorama"].effects


def hear(place: Place, *news: News) -> None:
    """It is noticed, and settled; what is made again waits a little."""
    tell(place.store, "w", place.told.id, "diorama", news, place.clock.now())
    for _ in range(3):
        place.work()
        place.clock.move(timedelta(seconds=5))


def of(place: Place, slot: str) -> str:
    """The external id of what is known for the slot."""
    found = effects(place)[slot].external_id
    assert found is not None
    return found


def test_what_is_lost_is_made_again_and_what_was_there_is_remembered(place: Place) -> None:
    before = of(place, "place")
    del place.outside.things[before]
    hear(place, News("place", before, lost=("place", "label")))
    assert place.there().count("place") == 1
    assert of(place, "place") != before
    assert effects(place)["was:place"].external_id == before


def test_heard_twice_it_is_acted_on_once(place: Place) -> None:
    news = News("board", of(place, "board"), lost=("board",))
    hear(place, news, news)
    hear(place, news)
    assert place.there().count("board") == 2, "the one that was lost is still in this outside"


def test_news_about_something_that_is_another_by_now_is_none(place: Place) -> None:
    calls = place.outside.calls
    hear(place, News("board", "x:999", lost=("board",), there="end"))
    assert place.outside.calls == calls
    assert "end" not in effects(place)
    assert all(each.done for slot, each in effects(place).items() if slot.startswith(NEWS))


def test_what_is_there_and_should_not_be_is_removed(place: Place) -> None:
    here = of(place, "place")
    hear(place, News("place", here, there="end"))
    assert effects(place)["end"].generation == 2, "it was there, and is not"
    assert not effects(place)["end"].done
    assert place.store.rows[place.told.id, "diorama"].next_at is None


def test_it_is_heard_by_the_next_who_settles_even_if_somebody_is_at_work(place: Place) -> None:
    place.tell()
    now = place.clock.now()
    (claim,) = place.store.claim(("diorama",), now, now + timedelta(seconds=15), 1)
    before = of(place, "board")
    tell(place.store, "w", place.told.id, "diorama", [News("board", before, lost=("board",))], now)
    gap = place.store.gap(claim)
    place.store.settle(claim, gap.revision - 1, gap.wanted, None, None)
    hear(place)
    assert of(place, "board") != before


def test_a_call_that_is_on_its_way_is_not_taken_for_something_that_is_there(place: Place) -> None:
    row = place.store.rows[place.told.id, "diorama"]
    going = Call("key", Kind.REMOVE, "end", "remove", {}, {"end": "x"}, repeatable=True)
    row.effects["end"] = Effect("end", intent=going, intended_at=place.clock.now(), stopped=True)
    hear(place, News("place", of(place, "place"), there="end"))
    assert not effects(place)["end"].done
    assert set(SLOTS) < set(place.there())
