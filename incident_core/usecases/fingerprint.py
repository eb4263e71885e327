"""Whether two commands ask the same: a digest of everything asked, without what the clock filled in."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from datetime import datetime

from incident_core.commands import Command
from incident_core.model.times import to_iso
from incident_core.record.canonical import canonical

_NOT_ASKED = frozenset({"key", "at"})
_FOUND = frozenset({("Redact", "texts")})
"""What nobody asks for, but is found when it is done: a repeat finds something else."""
_ASKED_LATER = frozenset({("Open", "impact"), ("Open", "evidence")})
"""What commands could not ask when the first of them were stored: left out where it is not asked."""


def fingerprint(command: Command, key: str | None, *, at_given: bool) -> str:
    """64 hexadecimal digits; the same for the same request about the incident `key`."""
    asked: dict[str, object] = {name: _plain(getattr(command, name)) for name in _asked(type(command))}
    asked = {
        name: each
        for name, each in asked.items()
        if each is not None or (type(command).__name__, name) not in _ASKED_LATER
    }
    asked |= {"move": command.move.value, "incident": key, "at": to_iso(command.at) if at_given else None}
    return hashlib.sha256(canonical(asked)).hexdigest()


_ASKED: dict[str, tuple[str, ...]] = {}


def _asked(kind: type[Command]) -> tuple[str, ...]:
    """The names of what such a command asks for, read off its fields at its first use."""
    if kind.__name__ not in _ASKED:
        _ASKED[kind.__name__] = tuple(
            each.name
            for each in fields(kind)
            if each.name not in _NOT_ASKED and (kind.__name__, each.name) not in _FOUND
        )
    return _ASKED[kind.__name__]


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return to_iso(value)
    return [str(each) for each in value] if isinstance(value, tuple) else str(value)
