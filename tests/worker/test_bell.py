"""The bell: whoever waits is woken, nobody is kept, and a ring is heard by those who were busy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Semaphore

from adapters.queue.bell import Bell
from adapters.queue.threads import Threads
from incident_core import commands as c
from incident_core.testing.contracts.desk import ANN, Desk
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.usecases.perform import Perform

LONG = 60.0
"""Seconds that nobody really waits."""


def test_nobody_rings_and_the_time_is_over() -> None:
    assert Bell().wait(0) is False


def test_a_ring_before_the_wait_is_heard_once() -> None:
    bell = Bell()
    bell.wake()
    bell.wake()
    assert (bell.wait(LONG), bell.wait(0)) == (True, False)


def test_each_ring_wakes_one_of_those_who_wait() -> None:
    bell, heard = Bell(), Semaphore(0)

    def listen() -> None:
        assert bell.wait(LONG)
        heard.release()

    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(listen) for _ in range(3)]
        for _ in waiting:
            bell.wake()
            assert heard.acquire(timeout=LONG)
        for each in waiting:
            each.result(timeout=LONG)


def test_a_ring_that_was_asked_for_comes_by_itself_and_not_before() -> None:
    bell = Bell()
    bell.wake_in(LONG)
    assert bell.wait(0) is False
    bell.wake_in(0)
    assert bell.wait(LONG) is True


def test_who_waits_for_a_later_ring_hears_of_an_earlier_one() -> None:
    bell = Bell()
    bell.wake_in(LONG)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(bell.wait, 2 * LONG)
        bell.wake_in(0.01)
        assert waiting.result(timeout=LONG) is True


@dataclass
class Rings:
    """A queue that counts."""

    count: int = 0

    def wake(self) -> None:
        self.count += 1

    def wait(self, seconds: float) -> bool:
        raise AssertionError("whoever gives a command waits for nobody")


def test_a_command_rings_once_it_is_recorded_and_only_if_it_changed_something() -> None:
    desk, queue = Desk(MemoryStore.over(Memory())), Rings()
    inner = desk.perform
    give = Perform(inner.log, inner.clock, inner.ids, inner.policy, inner.workspace, "slack", queue)
    command = desk.command(c.Open, title="API is slow")
    key = give(command).key
    assert queue.count == 1
    give(command)
    give(desk.command(c.Resolve), key)
    give(desk.command(c.Claim, role="incident_commander"), key)
    assert (queue.count, desk.load(key).incident.commander) == (2, ANN)


@dataclass
class Looks:
    """Work that says how often somebody looked."""

    seen: list[Event] = field(default_factory=lambda: [Event() for _ in range(3)])
    count: int = 0

    def __call__(self, stopping: object) -> int:
        self.seen[min(self.count, 2)].set()
        self.count += 1
        return 0


def test_a_worker_that_waits_looks_as_soon_as_it_is_rung() -> None:
    bell, looks = Bell(), Looks()
    threads = Threads(looks, bell, 1, poll=LONG)
    threads.start()
    assert looks.seen[0].wait(LONG)
    bell.wake()
    assert looks.seen[1].wait(LONG / 2), "long before it would have looked by itself"
    assert threads.stop()
