"""Cells of a table about rates: the median, the least and the most, the ratio to another in each round."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def rates(rounds: Sequence[tuple[float, float]]) -> tuple[str, str, str]:
    """Of each round a rate, and the one that it is compared with; both a second."""
    mine = [rate for rate, _ in rounds]
    ratio = median(rate / other for rate, other in rounds)
    return f"{median(mine):.0f}", f"{min(mine):.0f}–{max(mine):.0f}", f"**{ratio:.2f}×**"
