"""The parts of a shared bell: who is woken, how often Redis is asked, and what is said of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Semaphore

import pytest

from adapters.bootstrap_queue import _need
from adapters.queue.reach import MEANWHILE, Reach
from adapters.queue.ringer import Ringer
from adapters.queue.shared import SharedBell
from incident_core.errors import Unavailable
from tests.queues.station import LONG, until


@dataclass
class Outside:
    """A Redis that counts, and answers when it may."""

    may: Semaphore = field(default_factory=lambda: Semaphore(0))
    asked: Semaphore = field(default_factory=lambda: Semaphore(0))
    down: bool = False
    count: int = 0

    def ring(self) -> None:
        self.count += 1
        self.asked.release()
        assert self.may.acquire(timeout=LONG)
        if self.down:
            raise Unavailable("Redis cannot be used: it is down.")


@dataclass
class Counted:
    """Rings outside, counted."""

    count: int = 0

    def wake(self) -> None:
        self.count += 1

    def close(self) -> None:
        """Nothing is under way."""


def test_outside_is_rung_only_where_nobody_here_waits() -> None:
    outside = Counted()
    bell = SharedBell(outside)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(bell.wait, LONG)
        assert bell.free(LONG)
        bell.wake()
        assert waiting.result(LONG)
        assert outside.count == 0
        bell.wake()
        assert outside.count == 1


def test_who_rings_waits_for_nothing_and_rings_that_come_meanwhile_are_one() -> None:
    outside = Outside()
    ringer = Ringer(outside.ring, Reach())
    for _ in range(100):
        ringer.wake()
    assert outside.asked.acquire(timeout=LONG)
    for _ in range(100):
        ringer.wake()
    outside.may.release(2)
    ringer.close(LONG)
    assert outside.count == 2


def test_the_end_of_a_process_does_not_wait_for_a_redis_that_is_silent() -> None:
    outside = Outside()
    ringer = Ringer(outside.ring, Reach())
    ringer.wake()
    assert outside.asked.acquire(timeout=LONG)
    ringer.close(0.01)
    assert outside.count == 1
    outside.may.release()


def test_a_ring_after_the_end_is_rung_all_the_same() -> None:
    outside = Outside(may=Semaphore(2))
    ringer = Ringer(outside.ring, Reach())
    ringer.close()
    ringer.wake()
    assert outside.asked.acquire(timeout=LONG)


def test_what_fails_a_hundred_times_is_said_once_and_once_when_it_works_again() -> None:
    said: list[str] = []
    reach = Reach(said.append)
    for _ in range(50):
        reach.lost("ringer", "Redis cannot be used: no.")
        reach.lost("ear", "Redis cannot be used: refused.")
    reach.back("ear")
    reach.back("ear")
    assert said == [f"Redis cannot be used: no. {MEANWHILE}"]
    reach.back("ringer")
    assert said[1:] == ["Redis is used again."]


def test_a_ringer_goes_on_after_it_failed_whatever_it_met() -> None:
    said: list[str] = []
    outside, tried = Outside(may=Semaphore(10), down=True), Event()

    def ring() -> None:
        if not tried.is_set():
            tried.set()
            raise ZeroDivisionError
        outside.ring()

    ringer = Ringer(ring, Reach(said.append))
    ringer.wake()
    assert tried.wait(LONG)
    ringer.wake()
    assert outside.asked.acquire(timeout=LONG)
    outside.down = False
    ringer.wake()
    until(lambda: said == [f"Redis cannot be used. {MEANWHILE}", "Redis is used again."])
    ringer.close()


def test_where_the_extra_is_not_installed_one_sentence_says_what_to_type() -> None:
    with pytest.raises(Unavailable) as error:
        _need("no_such_module")
    assert str(error.value) == "REDIS_URL needs no_such_module; run: pip install 'incident-core[redis]'"
