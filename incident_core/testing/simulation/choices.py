"""Every decision of a simulation, in order: made by a seed, noted, and made again the same.

Zero is always the harmless choice, so that a schedule with fewer or smaller numbers is a simpler one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random


class Choices:
    """Numbers from a seed, or those that were noted before and zeros after them."""

    def __init__(self, seed: int | None = None, noted: Sequence[int] = ()) -> None:
        self._random = None if seed is None else Random(seed)
        self._noted = noted
        self.made: list[int] = []

    def below(self, count: int) -> int:
        """One of 0 … count - 1."""
        place = len(self.made)
        if self._random is not None:
            made = int(self._random.random() * count)
        else:
            made = min(self._noted[place], count - 1) if place < len(self._noted) else 0
        self.made.append(made)
        return made

    def rarely(self, one_in: int) -> bool:
        """True once in so many times; harmless is False."""
        return self.below(one_in) == one_in - 1


def shrunk(noted: Sequence[int], fails: Callable[[Sequence[int]], bool]) -> list[int]:
    """Fewer and smaller numbers that fail as well: runs are left out, then zeroed, ever shorter ones."""
    best = list(noted)
    length = max(len(best) // 2, 1)
    while length:
        place = 0
        while place < len(best):
            end = place + length
            for candidate in (
                best[:place] + best[end:],
                best[:place] + [0] * len(best[place:end]) + best[end:],
            ):
                if candidate != best and fails(candidate):
                    best = candidate
                    break
            else:
                place = end
        length //= 2
    while best and best[-1] == 0:
        best.pop()
    return best
