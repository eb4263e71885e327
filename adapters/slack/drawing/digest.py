"""The one line that the digest channel has of an incident, always as it is now, and that it was declared."""

from __future__ import annotations

from typing import Any

from adapters.slack.drawing import state, words
from adapters.slack.drawing.message import Row, content
from adapters.slack.drawing.setup import Setup
from adapters.slack.drawing.updates import latest
from adapters.slack.escape import fitted
from adapters.slack.parts import Line, Room, known
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage

SHORT = 200
"""Characters of the last update."""


def digest(setup: Setup, incident: Incident) -> dict[str, Any]:
    """The message; the channel is linked once it is known."""
    rows: list[Row] = [line(setup, incident)]
    update = latest(incident)
    if update is not None:
        told = fitted(" ".join(words.text(update.text).split()), SHORT)
        rows += setup.words.rows("digest.last_update", at=update.sent_at, text=told)
    return content(rows)


def declared(setup: Setup, incident: Incident) -> dict[str, Any]:
    """The reply below it that everybody in the digest channel sees."""
    by = next(entry.by for entry in incident.stages if entry.stage is Stage.INCIDENT)
    room = Room(known("channel"))
    return content(
        setup.words.rows("digest.declared", key=incident.key, drill=incident.drill, who=by, room=room)
    )


def line(setup: Setup, incident: Incident) -> Line:
    """What people typed comes last, so that it cannot rearrange what stands before it."""
    return setup.words.line(
        "digest.line",
        marks=state.marks(setup.words, incident),
        key=incident.key,
        severity=incident.severity,
        stage=state.stage(setup.words, incident),
        room=Room(known("channel")),
        commander=incident.commander,
        title=words.text(incident.title),
    )
