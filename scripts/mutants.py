"""A table that is wrong in one place is noticed: a guard or row less, a guard negated, selectors swapped.

Prints one line per table, killed (by which check) or SURVIVED, and ends with exit code 1 if one survived.
Give words to judge only the tables whose names contain one of them: mutants.py retract "access grant".
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache

from incident_core.testing.exhaust.mutants import Mutant, judge, mutants


@cache
def _all() -> tuple[Mutant, ...]:
    return tuple(mutants())


def _judged(place: int) -> str | None:
    """The check that notices this one; its place stands for it, since a table cannot be pickled."""
    return judge(_all()[place])


def _chosen(words: Sequence[str]) -> list[int]:
    return [at for at, each in enumerate(_all()) if not words or any(word in each.name for word in words)]


def _report(name: str, killer: str | None) -> str:
    return f"SURVIVED  {name}" if killer is None else f"killed    {name}  by: {killer}"


def main(words: Sequence[str]) -> int:
    """Judge them all, on every processor; returns the exit code."""
    places, killers, began = _chosen(words), Counter[str](), time.monotonic()
    survived = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for place, killer in zip(places, pool.map(_judged, places), strict=True):
            name = _all()[place].name
            print(_report(name, killer), flush=True)
            killers[(killer or "nothing").partition(":")[0]] += 1
            survived += [name] if killer is None else []
    print(f"\n{len(places)} wrong tables in {time.monotonic() - began:.0f} s, {len(survived)} survived.")
    print(*(f"{number:5}  {killer}" for killer, number in killers.most_common()), sep="\n")
    return 1 if survived or not places else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
