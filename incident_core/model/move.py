"""Everything a person can do to an incident, by the word they type."""

from __future__ import annotations

from enum import StrEnum


class Move(StrEnum):
    """A verb; where it has two words, the key stands between them: `incident task INC-1 add`."""

    OPEN = "open"
    DECLARE = "declare"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    STATUS = "status"
    SEVERITY = "severity"
    ASSIGN = "assign"
    CLAIM = "claim"
    RELEASE = "release"
    HANDOVER = "handover"
    EVIDENCE = "evidence"
    UPDATE = "update"
    TASK_ADD = "task add"
    TASK_ASSIGN = "task assign"
    TASK_DONE = "task done"
    FOLLOWUP_ADD = "followup add"
    FOLLOWUP_ASSIGN = "followup assign"
    FOLLOWUP_DONE = "followup done"
    REVIEW = "review done"
    SNOOZE = "timers snooze"
    STOP = "timers stop"
    CORRECT = "correct"
    TITLE = "title"
    TIMES = "times set"
    RETRACT = "retract"
    REDACT = "redact"
    GRANT = "access grant"
    REVOKE = "access revoke"
    PRIVATE = "private"
    LOOK = "look"


RECORDED = (Move.LOOK,)
"""Nobody asks for these: they are recorded where something else is done."""


def line(verb: str, key: str, rest: str = "", program: str = "incident") -> str:
    """What to type: `incident task INC-1 done t2`."""
    first, _, second = str(verb).partition(" ")
    return " ".join(part for part in (program, first, key, second, rest) if part)
