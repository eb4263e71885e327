"""No, in a form that helps: every reason, who can fix it, and what to type next."""

from __future__ import annotations

from dataclasses import dataclass

from incident_core.model.move import Move, line


@dataclass(frozen=True, slots=True)
class Remedy:
    """The verb that would help, the rest of its command line, and who can do it.

    The verb is a Move, or one that reads: `show`, `timers`.
    """

    verb: str
    rest: str = ""
    who: str = "anyone"

    def line(self, key: str, program: str = "incident") -> str:
        """What to type: `incident claim INC-1 incident_commander`."""
        return line(self.verb, key, self.rest, program)


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that failed: its stable code, a sentence for a person, and the remedy."""

    code: str
    sentence: str
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer no: nothing was changed. `reasons` are all the rules that failed, never empty."""

    key: str
    move: Move
    reasons: tuple[Reason, ...]
