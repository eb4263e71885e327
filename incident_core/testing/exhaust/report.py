"""What a walk found: figures, and every broken promise with the shortest way to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import datetime, timedelta

from incident_core import commands as c
from incident_core.model.policy import Policy

RowName = tuple[str, str, str]
"""A move, and the source and dest of its row; both empty for a verb."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that does not hold, what was seen, and the commands that lead there."""

    promise: str
    seen: str
    path: tuple[c.Command, ...]

    def __str__(self) -> str:
        return f"{self.promise}\n  seen: {self.seen}\n" + story(self.path)


@dataclass(frozen=True, slots=True)
class Report:
    """One policy, walked. `alone` are the guards (row, code) that somewhere were the only reason."""

    policy: Policy
    states: int
    questions: int
    accepted: int
    refused: int
    unchanged: int
    taken: frozenset[RowName]
    alone: frozenset[tuple[RowName, str]]
    violations: tuple[Violation, ...]

    def __str__(self) -> str:
        head = f"{self.states:,} states, {self.questions:,} questions: {self.accepted:,} accepted, "
        head += f"{self.unchanged:,} unchanged, {self.refused:,} refused; {len(self.violations)} violations"
        return "\n\n".join([head, *(str(each) for each in self.violations[:5])])


def story(path: Sequence[c.Command]) -> str:
    """The commands as a numbered list, times counted from the first one."""
    return "\n".join(f"  {number}. {said(each, path[0].at)}" for number, each in enumerate(path, 1))


def said(command: c.Command, start: datetime) -> str:
    """One command in words: `cli:ann resolve override='because' (+1:00:00)`."""
    parts = [f"{command.actor} {command.move}"]
    for each in fields(command):
        value = getattr(command, each.name)
        if each.name not in ("actor", "at", "key") and (each.default is MISSING or value != each.default):
            parts.append(
                f"{each.name}={_since(value, start) if isinstance(value, datetime) else _plain(value)}"
            )
    return f"{' '.join(parts)} ({_since(command.at, start)})"


def _since(at: datetime, start: datetime) -> str:
    return f"-{start - at}" if at < start else f"+{at - start}" if at - start else f"+{timedelta()}"


def _plain(value: object) -> str:
    return repr(value) if type(value) is str else str(value)
