"""What a walk found: figures, and every broken promise with the shortest way to it."""

from __future__ import annotations

from dataclasses import dataclass

from incident_core import commands as c
from incident_core.model.policy import Policy
from incident_core.testing.exhaust.wording import story

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
