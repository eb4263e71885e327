"""Which timers a move can name: those that watch the incident, and one for each follow-up that is left."""

from __future__ import annotations

from incident_core.guards.question import Ask
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.policy import Policy
from incident_core.model.timer import COMMS, STALE, follow_up_of, follow_up_timer, role_timer


def timer_names(policy: Policy, incident: Incident) -> tuple[str, ...]:
    """Their names, in reading order; whether they count at the moment does not matter."""
    roles = (role_timer(role) for role in policy.required_roles)
    left = (item.id for item in incident.follow_ups if item.done_at is None and not item.retracted)
    return COMMS, STALE, *roles, *map(follow_up_timer, left)


def on_follow_up(ask: Ask) -> bool:
    """Whether it is about a follow-up that was added before: the work that is done after closing."""
    if ask.move in (Move.SNOOZE, Move.STOP):
        return follow_up_of(ask.target or "") is not None
    return ask.move in (Move.FOLLOWUP_ASSIGN, Move.FOLLOWUP_DONE)
