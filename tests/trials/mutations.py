"""Values that are nearly the same as another: by one bit, one letter, its case, its form or its type."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

Mutation = tuple[object, str]
"""The value, and the SQL that stands for it: a mark, or a mark inside a cast."""

_PLAIN = "?"
_UNREADABLE = "CAST(? AS TEXT)"  # bytes that SQLite is told to be text


def mutation(value: Any, other: Any, chance: Random, kind: str) -> Mutation:
    """Another value in place of `value`; `other` is one of the same column."""
    special = chance.random()
    if special < 0.1:
        return None, _PLAIN
    if special < 0.2:
        return other, _PLAIN
    if kind == "sqlite" and special < 0.35:
        return _of_another_type(value, chance)
    return chance.choice(_CHANGES[type(value)])(value, chance), _PLAIN


def _of_another_type(value: Any, chance: Random) -> Mutation:
    if isinstance(value, str):
        text = value.encode()
        damaged = text[:-1] + bytes([chance.randrange(128, 256)])
        return chance.choice([(text, _PLAIN), (damaged, _UNREADABLE), (float(len(text)), _PLAIN)])
    if isinstance(value, bytes):
        return chance.choice([(value.decode(errors="replace"), _PLAIN), (value, _UNREADABLE), (7, _PLAIN)])
    return chance.choice([(str(value), _PLAIN), (float(value or 0), _PLAIN), (str(value).encode(), _PLAIN)])


def _one_letter(value: str, chance: Random) -> str:
    place = chance.randrange(len(value) or 1)
    return value[:place] + chance.choice("aZ0 -é\u0301") + value[place + 1 :]


def _one_bit(value: bytes, chance: Random) -> bytes:
    if not value:
        return b"\0"
    place = chance.randrange(len(value))
    return value[:place] + bytes([value[place] ^ 1 << chance.randrange(8)]) + value[place + 1 :]


def _other_digits(value: str, _: Random) -> str:
    """Digits of another script, which some take for the same."""
    return "".join(chr(0x660 + int(each)) if each in "0123456789" else each for each in value)


_CHANGES: dict[type, list[Callable[[Any, Random], object]]] = {
    str: [
        _one_letter,
        _one_letter,
        _other_digits,
        lambda value, _: value.upper(),
        lambda value, _: value.swapcase(),
        lambda value, _: f"{value} ",
        lambda value, _: f"{value}\n",
        lambda value, _: value[:-1],
        lambda value, _: f"{{{value}}}",
        lambda value, _: "-".join([value[:8], value[8:]]),
        lambda value, _: unicodedata.normalize("NFD", value),
        lambda _, __: "",
    ],
    bytes: [
        _one_bit,
        _one_bit,
        lambda value, _: value[:-1],
        lambda value, _: value + b" ",
        lambda value, _: value + value,
        lambda _, __: b"",
    ],
    int: [
        lambda value, _: value + 1,
        lambda value, _: value - 1,
        lambda value, _: -value,
        lambda _, chance: chance.randrange(2**31),
        lambda _, __: 2**63 - 1,
        lambda _, __: 2**80,
        lambda _, __: 0,
    ],
    datetime: [
        lambda value, _: value + timedelta(microseconds=1),
        lambda value, _: value - timedelta(days=400_000),
        lambda value, _: value.replace(microsecond=value.microsecond ^ 1),
        lambda _, __: "infinity",
        lambda _, __: "-infinity",
        lambda value, _: f"{value:%Y-%m-%d %H:%M:%S} BC",
    ],
    type(None): [
        lambda _, __: "",
        lambda _, __: 0,
        lambda _, chance: f"{chance.randrange(16**32):032x}",
        lambda _, __: "T01",
    ],
}
