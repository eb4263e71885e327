"""The rules of a deployment, made of its settings; and what its timers are known by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from adapters.settings import Settings
from incident_core.errors import Invalid
from incident_core.model.actor import Actor
from incident_core.model.intervals import Intervals
from incident_core.model.move import RECORDED, Move
from incident_core.model.permit import Permit
from incident_core.model.policy import Policy
from incident_core.model.role import STANDARD_ROLES
from incident_core.model.severity import Severity


def policy(settings: Settings) -> Policy:
    """The process rules of this deployment; raises Invalid for a permit of what nobody can do."""
    elsewhere = dict(settings.people)

    def people(names: Sequence[str]) -> frozenset[Actor]:
        return frozenset(Actor.parse(elsewhere.get(name, name)) for name in names)

    return Policy(
        roles=(*STANDARD_ROLES, *settings.extra_roles),
        required_roles=settings.required_roles,
        review_to_close=settings.review_to_close,
        reason_to_lower=frozenset(map(Severity, settings.reason_to_lower)),
        intervals=Intervals(
            comms_first=settings.comms_reminder_first,
            comms_again=settings.comms_reminder_again,
            stale_after=settings.stale_after,
            stale_again=settings.stale_again,
            role_empty=settings.role_empty_after,
            comms_severities=frozenset(map(Severity, settings.comms_reminder_severities)),
        ),
        admins=people(settings.admins),
        permits={
            _move(verb): Permit(people(who), frozenset(groups)) for verb, who, groups in settings.permits
        },
    )


def _move(verb: str) -> Move:
    known = [move for move in Move if move is not Move.OPEN and move not in RECORDED]
    if verb not in known:
        why = "nobody can be kept from opening" if verb == Move.OPEN else "the verbs are " + ", ".join(known)
        raise Invalid("permits", f"INCIDENT_PERMISSIONS cannot limit {verb}: {why}.")
    return Move(verb)


def mark(rules: Policy) -> str:
    """What the timers of this policy are known by: the same text for as long as they count the same."""
    each = rules.intervals
    parts: tuple[tuple[str | timedelta, ...], ...] = (
        (
            "comms",
            each.comms_first,
            each.comms_again,
            *sorted(level.value for level in each.comms_severities),
        ),
        ("stale", each.stale_after, each.stale_again),
        ("role", each.role_empty, *sorted(rules.required_roles)),
    )
    return "1; " + "; ".join(" ".join(map(_word, part)) for part in parts)


def _word(part: str | timedelta) -> str:
    return f"{part.total_seconds():.0f}" if isinstance(part, timedelta) else str(part)
