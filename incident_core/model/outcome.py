"""How an incident ended."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a close says; false alarms and duplicates are left out of durations."""

    FIXED = "fixed"
    NO_ACTION = "no_action"
    FALSE_ALARM = "false_alarm"
    DUPLICATE = "duplicate"
