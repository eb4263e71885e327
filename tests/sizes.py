"""How much is tried: enough to catch what is broken in `make test`, and all of it in `make trials`."""

from __future__ import annotations

import os

ALL = os.environ.get("INCIDENT_PAIRS") == "all"
"""Set by `make trials`."""


def examples(short: int, whole: int) -> int:
    """How many examples Hypothesis makes."""
    return whole if ALL else short
