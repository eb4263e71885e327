"""The one line that the digest channel has of an incident, always as it is now."""

from __future__ import annotations

from typing import Any

from adapters.slack.drawing import words
from adapters.slack.drawing.message import content
from adapters.slack.parts import Bold, Line, Part, Room, Who, known
from incident_core.events import Declared
from incident_core.model.incident import Incident


def digest(incident: Incident) -> dict[str, Any]:
    """The message; the channel is linked once it is known."""
    return content([line(incident)])


def declared(incident: Incident, event: Declared) -> dict[str, Any]:
    """The reply below it that everybody in the digest channel sees."""
    drill = "a drill" if incident.drill else "an incident"
    told: Line = [Bold(incident.key), f" was declared {drill} by ", Who(event.actor), ": "]
    return content([[*told, Room(known("channel"))]])


def line(incident: Incident) -> Line:
    """What people typed comes last, so that it cannot rearrange what stands before it."""
    leader = incident.commander
    led: list[Part] = [" · led by ", Who(leader)] if leader is not None else []
    return [
        *(Bold(f"{mark} ") for mark in words.marks(incident)),
        Bold(incident.key),
        f" · {incident.severity} · {words.stage(incident)} · ",
        Room(known("channel")),
        *led,
        " · ",
        words.text(incident.title),
    ]
