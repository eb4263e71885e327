"""What the timers of an incident are called; a name is what people type, and what is recorded."""

from __future__ import annotations

import re

from incident_core.errors import Invalid

COMMS = "comms"
"""No news for those outside the response for too long."""

STALE = "stale"
"""Open for too long."""

_ROLE = "role:"
_FOLLOW_UP = "followup:"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}(:[a-z][a-z0-9_]{0,63})?")


def timer(text: str) -> str:
    """A well-formed name of a timer; whether the incident has it is a rule, not a form. Raises Invalid."""
    if not _NAME.fullmatch(text):
        raise Invalid(
            "timer", f"{text!r} is not the name of a timer; write comms, stale, role:ROLE or followup:ID."
        )
    return text


def role_timer(role: str) -> str:
    """The timer of a role that nobody holds: `role:technical_lead`."""
    return f"{_ROLE}{role}"


def follow_up_timer(item: str) -> str:
    """The timer of an overdue follow-up: `followup:f1`."""
    return f"{_FOLLOW_UP}{item}"


def role_of(timer: str) -> str | None:
    """The role whose timer this is, or None."""
    return _after(_ROLE, timer)


def follow_up_of(timer: str) -> str | None:
    """The id of the follow-up whose timer this is, or None."""
    return _after(_FOLLOW_UP, timer)


def _after(prefix: str, timer: str) -> str | None:
    return timer.removeprefix(prefix) or None if timer.startswith(prefix) else None
