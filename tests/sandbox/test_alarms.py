"""Alarms ring when the sandbox's clock comes to them, by itself or because it is moved."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from adapters.sandbox.alarms import Alarms
from adapters.sandbox.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def alarms(clock: Clock) -> Iterator[Alarms]:
    made = Alarms(clock)
    made.start()
    yield made
    made.stop()


def test_a_clock_that_is_moved_rings_what_is_due_in_its_order_and_nothing_else(
    clock: Clock, alarms: Alarms
) -> None:
    rung: list[float] = []
    with clock.stopped():
        for seconds in (20, 10, 10.5, 30):
            alarms.after(seconds, lambda seconds=seconds: rung.append(seconds))  # type: ignore[misc]
        clock.move(20)
        assert rung == [10, 10.5, 20]


def test_what_was_taken_back_does_not_ring(clock: Clock, alarms: Alarms) -> None:
    rung: list[str] = []
    with clock.stopped():
        alarms.after(10, lambda: rung.append("kept"))
        take_back = alarms.after(5, lambda: rung.append("taken back"))
        take_back()
        clock.move(10)
        take_back()
    assert rung == ["kept"]


def test_a_clock_that_runs_rings_by_itself(alarms: Alarms) -> None:
    rung = threading.Event()
    alarms.after(600, lambda: None)
    alarms.after(0.01, rung.set)
    assert rung.wait(30)


def test_an_alarm_may_set_another_that_is_due_at_once(clock: Clock, alarms: Alarms) -> None:
    rung: list[str] = []

    def first() -> None:
        rung.append("first")
        alarms.after(0, lambda: rung.append("second"))

    with clock.stopped():
        alarms.after(1, first)
        clock.move(1)
    assert rung == ["first", "second"]


def test_nothing_rings_after_the_end(clock: Clock) -> None:
    alarms = Alarms(clock)
    rung: list[str] = []
    alarms.start()
    alarms.after(1, lambda: rung.append("late"))
    alarms.stop()
    clock.move(10)
    assert rung == []
