"""What the webhook says about one event, or one reminder: schema 1, described in docs/webhook.md.

Nothing in it changes when the incident goes on, so that a repeat is the same document, byte for byte. Only a
text that was redacted meanwhile is gone from it.
"""

from __future__ import annotations

from incident_core.events import Event
from incident_core.model.incident import Incident
from incident_core.model.times import to_iso
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Listed, Reminder
from incident_core.record.codec import encode
from incident_core.record.document import Document
from incident_core.record.timeline import Line, timeline_entry

SCHEMA = 1
_TOLD = ("version", "type", "occurred_at", "recorded_at", "by", "source", "details")


def told(workspace: str, incident: Incident, entry: Entry) -> Document:
    """The document without its `id`."""
    return {
        "schema": SCHEMA,
        "workspace": workspace,
        "incident": _incident(incident),
        "event": _event(incident.key, entry),
    }


def reminded(workspace: str, incident: Incident | None, reminder: Reminder) -> Document:
    """The document of a reminder, without its `id`; None: about all incidents together."""
    found: Document = {
        "number": reminder.number,
        "timer": reminder.timer,
        "since": to_iso(reminder.since),
        "due_at": to_iso(reminder.due_at),
        "fired_at": to_iso(reminder.fired_at),
    }
    if incident is None:
        found |= {"listed": list(map(_listed, reminder.listed)), "more": reminder.more}
    about = None if incident is None else _incident(incident)
    return {"schema": SCHEMA, "workspace": workspace, "incident": about, "reminder": found}


def _incident(incident: Incident) -> Document:
    return {"key": incident.key, "private": incident.private, "drill": incident.drill}


def _listed(each: Listed) -> Document:
    return {
        "key": each.key,
        "title": each.title,
        "severity": each.severity.value,
        "stage": each.stage.value,
        "opened_at": to_iso(each.opened_at),
    }


def _event(key: str, entry: Entry) -> Document:
    """The event as `incident timeline --json` prints it, without what is ours alone."""
    body, found = encode(entry.event, bytes)
    left = {name: salted.text for name, salted in found.items()}
    line = timeline_entry(_line(key, entry), body, left)
    return {name: line[name] for name in _TOLD}


def _line(key: str, entry: Entry) -> Line:
    event: Event = entry.event
    return Line(
        seq=entry.seq,
        key=key,
        version=entry.version,
        type=event.type,
        schema=event.schema,
        occurred_at=to_iso(event.at),
        recorded_at=to_iso(entry.recorded_at),
        actor=str(event.actor),
        login=None,
        source=entry.source,
        overridden=entry.override_id is not None,
    )
