"""Who had which role, and when: read off the events, one stretch for each time that it changed hands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.record.reviewed import Held


class _Entry(Protocol):
    @property
    def event(self) -> e.Event: ...


def held(entries: Iterable[_Entry], name: Callable[[Actor], str] = str) -> tuple[Held, ...]:
    """Every stretch, in the order in which they began; a role that is held in the end has no end."""
    found: list[Held] = []
    now: dict[str, tuple[Actor, datetime]] = {}

    def ended(role: str, until: datetime | None) -> None:
        if role in now:
            holder, since = now.pop(role)
            found.append(Held(role, name(holder), since, until))

    for entry in entries:
        event = entry.event
        match event:
            case e.RoleAssigned():
                ended(event.role, event.at)
                now[event.role] = (event.holder, event.at)
            case e.RoleHandedOver() | e.HandoverAccepted():
                ended(event.role, event.at)
                now[event.role] = (event.to, event.at)
            case e.RoleReleased():
                ended(event.role, event.at)
    for role in tuple(now):
        ended(role, None)
    return tuple(sorted(found, key=lambda each: (each.since, each.role)))
