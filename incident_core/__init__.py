"""Incidents as a library: commands are decided by a table of rules, and lead to events or to a refusal.

>>> from datetime import UTC, datetime
>>> from incident_core import Actor, Open, Policy, decide, fold
>>> ann, now = Actor.parse("ann"), datetime(2026, 11, 22, tzinfo=UTC)
>>> events = decide(Policy(), None, Open(actor=ann, at=now, key="1", title="API is slow"))
>>> fold(events).stage
<Stage.INVESTIGATION: 'investigation'>

A name is loaded when it is first used (PEP 562), so that a program pays only for what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incident_core.commands import (
        AddEvidence,
        Assign,
        Claim,
        Close,
        Command,
        Declare,
        HandOver,
        Open,
        Release,
        Reopen,
        Resolve,
        SendUpdate,
        SetSeverity,
        SetStatus,
    )
    from incident_core.errors import Conflict, IncidentError, Invalid, NotFound, Unavailable
    from incident_core.events import Event
    from incident_core.guards.refusal import Reason, Refused, Remedy
    from incident_core.lifecycle.available import Possibility, Verdict, available
    from incident_core.lifecycle.decide import decide
    from incident_core.lifecycle.fold import evolve, fold
    from incident_core.model.actor import Actor
    from incident_core.model.incident import Incident
    from incident_core.model.milestone import Milestone, durations
    from incident_core.model.move import Move
    from incident_core.model.outcome import Outcome
    from incident_core.model.policy import Policy
    from incident_core.model.severity import Severity
    from incident_core.model.stage import Stage
    from incident_core.model.status import Status
    from incident_core.usecases.perform import Perform

__all__ = [
    "Actor",
    "Policy",
    "Incident",
    "Stage",
    "Status",
    "Severity",
    "Outcome",
    "Milestone",
    "Move",
    "Command",
    "Open",
    "Declare",
    "SetStatus",
    "SetSeverity",
    "Assign",
    "Claim",
    "Release",
    "HandOver",
    "AddEvidence",
    "SendUpdate",
    "Resolve",
    "Close",
    "Reopen",
    "Event",
    "decide",
    "Refused",
    "Reason",
    "Remedy",
    "evolve",
    "fold",
    "available",
    "Possibility",
    "Verdict",
    "durations",
    "Perform",
    "IncidentError",
    "Invalid",
    "NotFound",
    "Conflict",
    "Unavailable",
]

_HOMES = {
    "commands": "AddEvidence Assign Claim Close Command Declare HandOver Open Release Reopen Resolve "
    "SendUpdate SetSeverity SetStatus",
    "errors": "Conflict IncidentError Invalid NotFound Unavailable",
    "events": "Event",
    "guards.refusal": "Reason Refused Remedy",
    "lifecycle.available": "Possibility Verdict available",
    "lifecycle.decide": "decide",
    "lifecycle.fold": "evolve fold",
    "model.actor": "Actor",
    "model.incident": "Incident",
    "model.milestone": "Milestone durations",
    "model.move": "Move",
    "model.outcome": "Outcome",
    "model.policy": "Policy",
    "model.severity": "Severity",
    "model.stage": "Stage",
    "model.status": "Status",
    "usecases.perform": "Perform",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


if not TYPE_CHECKING:  # a checker that saw this would accept any name

    def __getattr__(name: str) -> object:
        """The public name, loaded from its home; raises AttributeError for any other."""
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        found: object = getattr(import_module(f"{__name__}.{home}"), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
