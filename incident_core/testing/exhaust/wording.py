"""How a walk tells what it saw: a command, an incident, some events, each in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, fields
from datetime import datetime

from incident_core import commands as c
from incident_core.events import Event
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone, milestone


def story(path: Sequence[c.Command]) -> str:
    """The commands as a numbered list, times counted from the first one."""
    return "\n".join(f"  {number}. {said(each, path[0].at)}" for number, each in enumerate(path, 1))


def said(command: c.Command, start: datetime) -> str:
    """One command: `cli:ann resolve override='because' (+1:00:00)`."""
    words = (f"{command.actor} {command.move}", *_fields(command, ("actor", "at", "key"), start))
    return f"{' '.join(words)} ({_since(command.at, start)})"


def happened(events: Iterable[Event], start: datetime) -> str:
    """The events: `rule_overridden rules=('required-roles',) reason='because', resolved`."""
    return ", ".join(" ".join((each.type, *_fields(each, ("actor", "at"), start))) for each in events)


def state(incident: Incident) -> str:
    """An incident: `investigation +0:00:00 > incident +1:00:00; severity sev4; seen by cli:ann`."""
    start = incident.opened_at
    stages = " > ".join(f"{entry.stage} {_since(entry.at, start)}" for entry in incident.stages)
    facts = [f"{name} {found}" for name in _FACTS if (found := getattr(incident, name)) is not None]
    roles = [f"{role} {holder}" for role, holder in incident.roles.items()]
    times = [
        f"{each} {_since(at, start)}" for each in Milestone if (at := milestone(incident, each)) is not None
    ]
    seen = f"seen by {', '.join(sorted(map(str, incident.access)))}"
    return "; ".join((stages, *facts, *roles, *times, seen))


_FACTS = ("status", "severity", "outcome", "duplicate_of")


def _fields(value: c.Command | Event, without: tuple[str, ...], start: datetime) -> Iterator[str]:
    """What is set and not as usual, as `name=value`."""
    for each in fields(value):
        found = getattr(value, each.name)
        if each.name not in without and (each.default is MISSING or found != each.default):
            yield f"{each.name}={_plain(found, start)}"


def _plain(value: object, start: datetime) -> str:
    if isinstance(value, datetime):
        return _since(value, start)
    return repr(value) if type(value) is str else str(value)


def _since(at: datetime, start: datetime) -> str:
    return f"-{start - at}" if at < start else f"+{at - start}"
