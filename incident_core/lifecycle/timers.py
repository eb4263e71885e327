"""Which timers an incident has: a pure function of the policy and of what happened, never of the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from incident_core.model.entry import Update
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.timer import COMMS, STALE, follow_up_timer, role_timer

_OPEN = (Stage.INVESTIGATION, Stage.INCIDENT)


@dataclass(frozen=True, slots=True)
class Timer:
    """It counts from `since`, and is due at `due_at`, for the first time (UTC); then every `again`.

    `snoozed_until` is what somebody asked for last, and is reckoned into `due_at`. A `stopped` one is never
    due. `listed`: not said by itself, but in the list of all that are due.
    """

    name: str
    since: datetime
    due_at: datetime
    again: timedelta | None = None
    snoozed_until: datetime | None = None
    stopped: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit does to timers: those that begin to count, or count otherwise; and those that end."""

    armed: tuple[Timer, ...]
    ended: tuple[str, ...]


def timers(policy: Policy, incident: Incident) -> tuple[Timer, ...]:
    """The timers that the incident has now, whether they are due or not."""
    return tuple(_asked_for(incident, timer) for timer in _timers(policy, incident))


def change(before: tuple[Timer, ...], after: tuple[Timer, ...]) -> Change:
    """What is different; a timer that counts as before is left alone, however often it has fired."""
    kept, now = set(before), {timer.name for timer in after}
    return Change(
        armed=tuple(timer for timer in after if timer not in kept),
        ended=tuple(timer.name for timer in before if timer.name not in now),
    )


def _asked_for(incident: Incident, timer: Timer) -> Timer:
    """The timer after what people said about it: snoozed until then, stopped, or nothing."""
    if timer.name not in incident.reminders:
        return timer
    until = incident.reminders[timer.name]
    due_at = timer.due_at if until is None else max(timer.due_at, until)
    return Timer(timer.name, timer.since, due_at, timer.again, until, until is None, timer.listed)


def _timers(policy: Policy, incident: Incident) -> Iterator[Timer]:
    if incident.stage is Stage.INCIDENT:
        yield from _comms(policy, incident)
        yield from _roles(policy, incident)
    if incident.stage in _OPEN:
        intervals, since = policy.intervals, _open_since(incident)
        due_at = since + intervals.stale_after
        yield Timer(STALE, since, due_at, intervals.stale_again, listed=not incident.private)
    for item in incident.follow_ups:
        if item.due is not None and item.done_at is None and not item.retracted:
            yield Timer(follow_up_timer(item.id), item.due.over_at, item.due.over_at)


def _comms(policy: Policy, incident: Incident) -> Iterator[Timer]:
    """Without an update for too long; an update that promises the next one moves it to then."""
    intervals = policy.intervals
    if incident.severity not in intervals.comms_severities:
        return
    since = max(incident.stages[-1].at, _critical_since(incident, intervals.comms_severities))
    due_at = since + intervals.comms_first
    update = _last_update(incident)
    if update is not None and update.sent_at >= since:
        since = update.sent_at
        due_at = update.next_due or since + intervals.comms_first
    yield Timer(COMMS, since, due_at, intervals.comms_again)


def _roles(policy: Policy, incident: Incident) -> Iterator[Timer]:
    began = incident.stages[-1].at
    for role in policy.required_roles:
        if role not in incident.roles:
            since = max(began, incident.vacated.get(role, began))
            yield Timer(role_timer(role), since, since + policy.intervals.role_empty)


def _open_since(incident: Incident) -> datetime:
    """When it was opened, or reopened last."""
    since = incident.stages[-1].at
    for entry in reversed(incident.stages):
        if entry.stage not in _OPEN:
            break
        since = entry.at
    return since


def _critical_since(incident: Incident, critical: frozenset[Severity]) -> datetime:
    """Since when it has been at one of these severities, without a break."""
    since = incident.severities[-1].at
    for entry in reversed(incident.severities):
        if entry.severity not in critical:
            break
        since = entry.at
    return since


def _last_update(incident: Incident) -> Update | None:
    return max((u for u in incident.updates if not u.retracted), key=lambda u: u.sent_at, default=None)
