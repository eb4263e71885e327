"""A worker that is told to stop gives back also what it has only just claimed: nobody waits for its lease."""

from __future__ import annotations

from uuid import UUID

from tests.worker.test_drive import SLOTS, Place


def test_told_to_stop_right_after_a_claim_it_calls_nobody_and_gives_the_claim_back() -> None:
    place = Place()
    place.tell()
    claimed = False

    def claims() -> None:
        nonlocal claimed
        claimed = True

    assert place.work(first=claims, stopping=lambda: claimed) == 1
    row = place.store.rows[UUID(int=1), "diorama"]
    assert (place.outside.calls, row.until) == (0, None)
    assert place.work() == 1
    assert set(SLOTS) < set(place.there())
