"""The one decision: a policy, an incident and a command lead to events or to a refusal."""

from __future__ import annotations

from datetime import datetime

from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.events import Event, RuleOverridden
from incident_core.guards.question import Ask, Question
from incident_core.guards.refusal import Refused
from incident_core.lifecycle.asking import RULES, Rulebook, settled
from incident_core.lifecycle.consequences import consequences, opening
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy


def decide(
    policy: Policy, incident: Incident | None, command: c.Command, *, rules: Rulebook = RULES
) -> tuple[Event, ...] | Refused:
    """The events of this command (none: nothing would change), or Refused with every reason.

    Pure: neither reads the clock nor changes its arguments. `incident` is None for Open, and only there
    (raises Invalid otherwise). Opening is never refused.
    """
    if isinstance(command, c.Open) and incident is None:
        return opening(command)
    if isinstance(command, c.Open) or incident is None:
        raise Invalid("incident", "The command open, and no other, begins an incident.")
    question = Question(policy, incident, command.actor, command.at, ask(command))
    if settled(question):
        return ()
    if reasons := rules.why_not(question):
        return Refused(incident.key, command.move, reasons)
    events = consequences(incident, command)
    codes = rules.overridden(question)
    if not codes:
        return events
    return (RuleOverridden(actor=command.actor, at=command.at, rules=codes, reason=command.override), *events)


def ask(command: c.Command) -> Ask:
    """What a guard may see of a command: everything but its words."""
    return Ask(
        command.move,
        target=_target(command),
        person=_person(command),
        other=getattr(command, "duplicate_of", None),
        when=_when(command),
        reason=getattr(command, "reason", None) is not None,
        override=command.override is not None,
    )


def _target(command: c.Command) -> str | None:
    name = _TARGETS.get(type(command))
    value = None if name is None else getattr(command, name)
    return None if value is None else str(value)


def _when(command: c.Command) -> datetime | None:
    name = _TIMES.get(type(command))
    return None if name is None else getattr(command, name)


def _person(command: c.Command) -> Actor | None:
    name = _PERSONS.get(type(command))
    return None if name is None else getattr(command, name)


_TARGETS: dict[type[c.Command], str] = {
    c.SetStatus: "status",
    c.SetSeverity: "severity",
    c.Assign: "role",
    c.Claim: "role",
    c.Release: "role",
    c.HandOver: "role",
    c.AssignTask: "item",
    c.FinishTask: "item",
    c.AssignFollowUp: "item",
    c.FinishFollowUp: "item",
    c.SnoozeTimer: "timer",
    c.StopTimer: "timer",
    c.Close: "outcome",
    c.CorrectMilestone: "milestone",
    c.CorrectUpdate: "update",
    c.Retract: "entry",
    c.Redact: "entry",
}

_TIMES: dict[type[c.Command], str] = {c.CorrectMilestone: "when", c.SnoozeTimer: "until"}

_PERSONS: dict[type[c.Command], str] = {
    c.Declare: "commander",
    c.Assign: "holder",
    c.HandOver: "to",
    c.AssignTask: "owner",
    c.AssignFollowUp: "owner",
    c.Grant: "who",
    c.Revoke: "who",
}
