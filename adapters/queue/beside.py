"""Calls side by side: the first in the thread that asks, the others in threads that are kept for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from incident_core.ports.mirror import Call, Outcome

MOST = 32
"""Threads for calls, at most; what finds none free is made a little later."""


def side_by_side(perform: Callable[[Call], Outcome], calls: Sequence[Call]) -> Sequence[Outcome]:
    """Make them at the same time; their outcomes, in order."""
    if len(calls) < 2:
        return [perform(call) for call in calls]
    others = [_pool().submit(perform, call) for call in calls[1:]]
    first = perform(calls[0])
    return [first, *(each.result() for each in others)]


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST, thread_name_prefix="call")
