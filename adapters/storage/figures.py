"""What statistics are made of: lengths of time as whole microseconds, moments as whole hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters.storage.rows import Values
from adapters.storage.tables import LENGTHS
from incident_core.model.incident import Incident
from incident_core.model.milestone import durations, left_out, time_in_stage
from incident_core.model.stage import Stage

_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)


def microseconds(length: timedelta) -> int:
    """How many they are."""
    return length // _MICROSECOND


def since_epoch(when: datetime) -> int:
    """Microseconds since 1970 began, below zero before."""
    return microseconds(when - _EPOCH)


def hour(when: datetime) -> int:
    """Hours since the year 1 began, on a Monday: by 168 that is an ISO week, the rest its hour."""
    return (when - _BEGINNING) // _HOUR


def figure_values(incident: Incident) -> Values:
    """The columns of `incidents` that statistics read."""
    entered = incident.stages[-1]
    spent = time_in_stage(incident, entered.at)  # what is over: nothing yet of the present stage
    declared = incident.declared_at
    return {
        "opened_hour": hour(incident.opened_at),
        "declared_hour": None if declared is None else hour(declared),
        **_lengths(incident, spent),
        "spent_investigating": microseconds(spent.get(Stage.INVESTIGATION, timedelta())),
        "spent_responding": microseconds(spent.get(Stage.INCIDENT, timedelta())),
        "stage_since": since_epoch(entered.at),
    }


def _lengths(incident: Incident, spent: dict[Stage, timedelta]) -> Values:
    """Each length that is complete and that counts, and None for the others."""
    if left_out(incident) is not None:
        return dict.fromkeys(LENGTHS)
    found: dict[str, timedelta | None] = durations(incident)
    for stage in (Stage.INVESTIGATION, Stage.INCIDENT, Stage.RESOLVED):
        found[f"time_in_{stage}"] = None if stage is incident.stage else spent.get(stage)
    return {name: None if length is None else microseconds(length) for name, length in found.items()}
