"""Updates as the digest channel shows them: as they read now, so that a correction is seen there too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from adapters.slack.drawing import state
from adapters.slack.drawing import words as shared
from adapters.slack.drawing.message import Row, content
from adapters.slack.drawing.setup import Setup
from adapters.slack.parts import Room, known
from adapters.slack.words import Words
from incident_core.model.entry import Update
from incident_core.model.incident import Incident

NEWEST = 5
"""Updates that are posted again where they are missing."""

SLOT = "update"


def shown(setup: Setup, incident: Incident) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """The slot and content of each that was not retracted, the oldest first; True for one of the newest."""
    standing = [update for update in incident.updates if not update.retracted]
    for place, update in enumerate(standing):
        yield f"{SLOT}:{update.id}", _drawn(setup, incident, update), place >= len(standing) - NEWEST


def latest(incident: Incident) -> Update | None:
    """The one that was sent last."""
    standing = (update for update in incident.updates if not update.retracted)
    return max(standing, key=lambda update: update.sent_at, default=None)


def news(
    words: Words, text: str | None, impact: str | None, parts: Sequence[str], due: datetime | None
) -> list[Row]:
    """What an update says, below its first line; `parts` are the components, `due` the next update (UTC)."""
    return words.rows(
        "updates.content",
        text=shared.text(text),
        impact=impact or None,
        components=parts or None,
        next_due=due,
    )


def _drawn(setup: Setup, incident: Incident, update: Update) -> dict[str, Any]:
    first = setup.words.rows(
        "updates.head",
        marks=state.marks(setup.words, incident),
        key=incident.key,
        room=Room(known("channel")),
        who=update.sent_by,
    )
    below = news(setup.words, update.text, update.impact, update.components, update.next_due)
    return content([*first, *below])
