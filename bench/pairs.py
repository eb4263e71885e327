"""Two things are measured in turn, A B A B, so that a machine that slows down slows both."""

from __future__ import annotations

import gc
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Ratio:
    """How much longer `what` takes than `against`, pair by pair; `took` are the seconds of one `what`."""

    what: str
    against: str
    ratios: tuple[float, ...]
    took: float
    goal: float | None = None

    def row(self) -> str:
        """One row of a Markdown table."""
        middle = f"**{median(self.ratios):.2f}×**"
        spread = f"{min(self.ratios):.2f}–{max(self.ratios):.2f}"
        goal = "" if self.goal is None else f"{self.goal:g}×"
        return f"| {self.what} | {self.against} | {middle} | {spread} | {goal} | {_shown(self.took)} |"


HEADER = (
    "| what | against | ratio (median) | least–most | goal | took (median) |\n|---|---|---:|---:|---:|---:|"
)


def functions(
    what: str, a: Callable[[], object], against: str, b: Callable[[], object], *, pairs: int, calls: int
) -> Ratio:
    """Each of `pairs` measures `calls` calls of a, then of b."""
    a(), b()
    timed = [(_time(a, calls), _time(b, calls)) for _ in range(pairs)]
    return _ratio(what, against, timed, calls)


def commands(
    what: str,
    a: Sequence[str],
    against: str,
    b: Sequence[str],
    *,
    pairs: int,
    env: dict[str, str],
    goal: float,
) -> Ratio:
    """Whole processes, one of each in every pair."""
    runs = [
        lambda words=words: subprocess.run(words, env=env, check=True, capture_output=True)
        for words in (a, b)
    ]
    timed = [(_time(runs[0], 1), _time(runs[1], 1)) for _ in range(pairs + 1)][1:]
    return _ratio(what, against, timed, 1, goal)


def _ratio(
    what: str, against: str, timed: list[tuple[float, float]], calls: int, goal: float | None = None
) -> Ratio:
    ratios = tuple(first / second for first, second in timed)
    return Ratio(what, against, ratios, median(first for first, _ in timed) / calls, goal)


def _shown(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"


def _time(call: Callable[[], object], calls: int) -> float:
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        for _ in range(calls):
            call()
        return perf_counter() - start
    finally:
        gc.enable()
