"""Ids and secrets that look like Slack's: unique in a world, and never meaningful."""

from __future__ import annotations

import itertools
import secrets
import string
import threading

LETTERS = string.digits + string.ascii_uppercase
LENGTH = 8
SPACE = len(LETTERS) ** LENGTH
STEP = 1_640_531_527_691 | 1
"""Shares no factor with SPACE (2 and 3), so every count gives another id."""


class Ids:
    """`new("C")` is an id like C0A1B2C3D4: a letter, a nought and eight characters."""

    def __init__(self) -> None:
        self._counter = itertools.count(1)
        self._lock = threading.Lock()

    def new(self, letter: str) -> str:
        """An id that nothing else in this world has."""
        with self._lock:
            number = next(self._counter)
        return f"{letter}0{in_letters(number * STEP % SPACE)}"

    def number(self) -> int:
        """A number as they stand in tokens and triggers, unique too."""
        with self._lock:
            return 1_000_000_000_000 + next(self._counter)


def in_letters(number: int) -> str:
    """The number to base 36, eight characters long."""
    digits: list[str] = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(LETTERS))
        digits.append(LETTERS[digit])
    return "".join(reversed(digits))


def secret(length: int = 24) -> str:
    """Letters and digits that cannot be guessed."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


def short() -> str:
    """Five characters, as Slack names a block that has no block_id."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(5))


def timestamp(micros: int) -> str:
    """A message's ts, from microseconds since 1970."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
