"""Real processes that begin at the same moment, and what they brought back."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any

LONG = 120.0  # seconds after which a process will not end any more


def at_once(count: int, work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Run `work(number, *arguments)` in `count` new processes, released together; what each returned.

    Raises AssertionError with the error of a process that failed.
    """
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(count), context.Queue()
    running = [
        context.Process(target=_run, args=(number, barrier, results, work, arguments), daemon=True)
        for number in range(count)
    ]
    for process in running:
        process.start()
    brought = [results.get(timeout=LONG) for _ in running]
    for process in running:
        process.join(LONG)
    failed = [error for error, _ in brought if error]
    assert not failed, failed
    return [result for _, result in brought]


def _run(number: int, barrier: Any, results: Any, work: Callable[..., Any], arguments: Any) -> None:
    try:
        barrier.wait(LONG)
        results.put((None, work(number, *arguments)))
    except BaseException as error:  # noqa: BLE001 - the edge of this process: the test reads the error
        results.put((repr(error), None))
