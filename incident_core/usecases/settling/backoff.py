"""How long to wait after a failure: twice as long each time, up to a limit, and not all at once."""

from __future__ import annotations

from datetime import timedelta
from zlib import crc32

FIRST = timedelta(seconds=1)
LONGEST = timedelta(minutes=10)


def backoff(key: str, attempts: int) -> timedelta:
    """The wait before the next try after `attempts` failures; between half and all of it, by the key."""
    full = min(FIRST * 2.0 ** min(attempts - 1, 20), LONGEST)
    chance: float = crc32(f"{key} {attempts}".encode()) / 2**32
    return full * (1 + chance) / 2
