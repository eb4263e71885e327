"""What must be true of every incident, said without the guards: the walk checks it of every one it meets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from incident_core.model.incident import Incident
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.model.stage import Stage

STAGE_EDGES = frozenset(
    {
        (Stage.INVESTIGATION, Stage.INCIDENT),
        (Stage.INVESTIGATION, Stage.CLOSED),
        (Stage.INCIDENT, Stage.RESOLVED),
        (Stage.RESOLVED, Stage.CLOSED),
        (Stage.RESOLVED, Stage.INCIDENT),
        (Stage.CLOSED, Stage.INCIDENT),
        (Stage.CLOSED, Stage.INVESTIGATION),
    }
)
"""The lifecycle that people were promised; written down here a second time, on purpose."""

NEVER_SWAPPED = (
    ("impact_started_at", "detected_at"),
    ("impact_started_at", "resolved_at"),
    ("opened_at", "declared_at"),
    ("declared_at", "acknowledged_at"),
    ("declared_at", "mitigated_at"),
    ("declared_at", "resolved_at"),
    ("mitigated_at", "resolved_at"),
    ("resolved_at", "closed_at"),
    ("opened_at", "closed_at"),
)
"""The order of times that people were promised; a second time, too."""

_LED = (Stage.INCIDENT, Stage.RESOLVED)


StateLaw = Callable[[Policy, Incident], bool]


def _led(_: Policy, incident: Incident) -> bool:
    return incident.stage not in _LED or incident.commander is not None


def _status_lives_in_incident(_: Policy, incident: Incident) -> bool:
    return (incident.status is not None) == (incident.stage is Stage.INCIDENT)


def _declared(_: Policy, incident: Incident) -> bool:
    ever = any(entry.stage is Stage.INCIDENT for entry in incident.stages)
    return (incident.declared_at is not None) == ever == (incident.stage is not Stage.INVESTIGATION and ever)


def _resolved_while_over(_: Policy, incident: Incident) -> bool:
    path = [entry.stage for entry in incident.stages[-2:]]
    over = path[-1] is Stage.RESOLVED or path == [Stage.RESOLVED, Stage.CLOSED]
    return (incident.resolved_at is not None) == over


def _closed_while_closed(_: Policy, incident: Incident) -> bool:
    closed = incident.stage is Stage.CLOSED
    return (incident.closed_at is not None) == closed == (incident.outcome is not None)


def _another_for_a_duplicate(_: Policy, incident: Incident) -> bool:
    named = incident.duplicate_of
    return (named is not None) == (incident.outcome is Outcome.DUPLICATE) and named != incident.key


def _response_after_declaring(_: Policy, incident: Incident) -> bool:
    response = (incident.acknowledged_at, incident.mitigated_at)
    return incident.declared_at is not None or response == (None, None)


def _in_order(_: Policy, incident: Incident) -> bool:
    times = ((getattr(incident, early), getattr(incident, late)) for early, late in NEVER_SWAPPED)
    return all(early is None or late is None or early <= late for early, late in times)


def _stages_in_time(_: Policy, incident: Incident) -> bool:
    return all(early.at <= late.at for early, late in pairwise(incident.stages))


def _path_declared(_: Policy, incident: Incident) -> bool:
    path = [entry.stage for entry in incident.stages]
    return path[0] is Stage.INVESTIGATION and all(edge in STAGE_EDGES for edge in pairwise(path))


def _holders_see_it(_: Policy, incident: Incident) -> bool:
    return bool(incident.access) and incident.access.issuperset(incident.roles.values())


def _roles_exist(policy: Policy, incident: Incident) -> bool:
    return set(incident.roles) <= set(policy.roles)


def _severities_end_now(_: Policy, incident: Incident) -> bool:
    first, last = incident.severities[0], incident.severities[-1]
    return first.at == incident.opened_at and last.severity is incident.severity


def _vacated_are_empty(_: Policy, incident: Incident) -> bool:
    return set(incident.vacated).isdisjoint(incident.roles)


STATE_LAWS: dict[str, StateLaw] = {
    "an incident and a resolved one have a commander": _led,
    "a status exists exactly in stage incident": _status_lives_in_incident,
    "declared_at is set exactly if it ever was an incident; then it is no investigation": _declared,
    "resolved_at is set exactly while it is resolved, or closed after that": _resolved_while_over,
    "closed_at and an outcome are set exactly while it is closed": _closed_while_closed,
    "exactly a duplicate names another incident": _another_for_a_duplicate,
    "acknowledged_at and mitigated_at need declared_at": _response_after_declaring,
    "milestones never swap": _in_order,
    "stages never go back in time": _stages_in_time,
    "stages follow the declared edges": _path_declared,
    "somebody can see it, and all who hold a role can": _holders_see_it,
    "roles are those of the policy": _roles_exist,
    "severities begin at the opening and end with the present one": _severities_end_now,
    "only a role that nobody holds was left": _vacated_are_empty,
}


def broken_by_state(policy: Policy, incident: Incident) -> Iterator[str]:
    """The laws that this incident breaks."""
    return (name for name, law in STATE_LAWS.items() if not law(policy, incident))
