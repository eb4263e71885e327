"""Answers come first: work waits for them, but not for ever, and is woken after each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from adapters.slack.turns import Turns

LONG = 60.0


def test_work_waits_while_an_answer_is_awaited_and_goes_on_when_it_is_out() -> None:
    turns, waiting = Turns(lambda: None, lambda: None), Event()
    turns.begin()

    def work() -> None:
        waiting.set()
        turns.wait()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        assert waiting.wait(LONG)
        turns.end()
        done.result(timeout=LONG)


def test_work_goes_on_after_a_while_although_answers_are_awaited() -> None:
    turns = Turns(lambda: None, lambda: None)
    turns.begin()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(turns.wait).result(timeout=LONG)


def test_workers_are_woken_and_what_follows_begins_when_an_answer_is_out_and_not_before() -> None:
    told: list[str] = []
    turns = Turns(lambda: told.append("wake"), lambda: told.append("release"))
    turns.begin()
    assert told == []
    turns.end()
    assert told == ["wake", "release"]
