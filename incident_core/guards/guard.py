"""A guard: a pure question with a stable code, whose no explains itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from incident_core.guards.question import Question
from incident_core.guards.refusal import Reason, Remedy


class Kind(StrEnum):
    """STRUCTURAL cannot be overridden; PROCESS can, with a reason; PROOF asks for something to be added."""

    STRUCTURAL = "structural"
    PROCESS = "process"
    PROOF = "proof"


@dataclass(frozen=True, slots=True, eq=False)
class Guard:
    """One rule. `needs` names what lets it pass besides the facts: reason, person or override."""

    code: str
    kind: Kind
    holds: Callable[[Question], bool]
    says: Callable[[Question], str]
    remedy: Callable[[Question], Remedy]
    needs: str | None = None

    def __call__(self, question: Question) -> bool:
        """Whether the rule lets this pass; a process rule does where an override is given."""
        return self.holds(question) or (self.kind is Kind.PROCESS and question.ask.override)

    def overridden(self, question: Question) -> bool:
        """Whether only the override lets this pass."""
        return self.kind is Kind.PROCESS and question.ask.override and not self.holds(question)

    def why_not(self, question: Question) -> Reason:
        """The reason to give when the answer is no."""
        return Reason(self.code, self.says(question), self.remedy(question))
