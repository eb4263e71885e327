"""How long until somebody is reminded; a deployment may choose other lengths."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta

from incident_core.errors import Invalid
from incident_core.model.severity import Severity

_LONGEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Intervals:
    """Each is longer than nothing and at most a year; raises Invalid for another.

    `comms_first` without an update, and then every `comms_again`, at a severity of `comms_severities`;
    `stale_after` of being open, and then every `stale_again`; `role_empty` of a required role.
    """

    comms_first: timedelta = timedelta(minutes=30)
    comms_again: timedelta = timedelta(minutes=25)
    stale_after: timedelta = timedelta(days=7)
    stale_again: timedelta = timedelta(days=2)
    role_empty: timedelta = timedelta(minutes=10)
    comms_severities: frozenset[Severity] = frozenset({Severity.SEV1, Severity.SEV2})

    def __post_init__(self) -> None:
        for each in fields(self):
            length = getattr(self, each.name)
            if isinstance(length, timedelta) and not timedelta() < length <= _LONGEST:
                raise Invalid(
                    each.name, f"The interval {each.name} must be longer than 0 and at most a year."
                )


INTERVALS = Intervals()
"""The usual ones."""
