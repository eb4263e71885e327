"""The one line that the digest channel has of an incident, always as it is now, and that it was declared."""

from __future__ import annotations

from typing import Any

from adapters.slack.drawing import words
from adapters.slack.drawing.message import Row, content
from adapters.slack.drawing.updates import latest
from adapters.slack.escape import fitted
from adapters.slack.parts import Bold, Line, Part, Room, When, Who, known
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage

SHORT = 200
"""Characters of the last update."""


def digest(incident: Incident) -> dict[str, Any]:
    """The message; the channel is linked once it is known."""
    rows: list[Row] = [line(incident)]
    update = latest(incident)
    if update is not None:
        told = fitted(" ".join(words.text(update.text).split()), SHORT)
        rows.append(["Last update, ", When(update.sent_at), ": ", told])
    return content(rows)


def declared(incident: Incident) -> dict[str, Any]:
    """The reply below it that everybody in the digest channel sees."""
    by = next(entry.by for entry in incident.stages if entry.stage is Stage.INCIDENT)
    drill = "a drill" if incident.drill else "an incident"
    told: Line = [Bold(incident.key), f" was declared {drill} by ", Who(by), ": "]
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
