"""Updates as the digest channel shows them: as they read now, so that a correction is seen there too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from adapters.slack.drawing import words
from adapters.slack.drawing.message import Quote, Row, content
from adapters.slack.parts import Bold, Part, Room, When, Who, known
from incident_core.model.entry import Update
from incident_core.model.incident import Incident

NEWEST = 5
"""Updates that are posted again where they are missing."""

SLOT = "update"


def shown(incident: Incident) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """The slot and content of each that was not retracted, the oldest first; True for one of the newest."""
    standing = [update for update in incident.updates if not update.retracted]
    for place, update in enumerate(standing):
        yield f"{SLOT}:{update.id}", _drawn(incident, update), place >= len(standing) - NEWEST


def latest(incident: Incident) -> Update | None:
    """The one that was sent last."""
    standing = (update for update in incident.updates if not update.retracted)
    return max(standing, key=lambda update: update.sent_at, default=None)


def news(
    first: Sequence[Part], text: str | None, impact: str | None, parts: Sequence[str], due: datetime | None
) -> list[Row]:
    """What an update says, below its first line; `parts` are the components, `due` the next update (UTC)."""
    found: list[Row] = [first, Quote(words.text(text))]
    if impact:
        found += [["Impact:"], Quote(impact)]
    if parts:
        found += [["Components:"], Quote(", ".join(parts))]
    if due is not None:
        found.append(["The next update is due ", When(due), "."])
    return found


def _drawn(incident: Incident, update: Update) -> dict[str, Any]:
    marks = [Bold(f"{mark} ") for mark in words.marks(incident)]
    first: list[Part] = [
        *marks,
        Bold(incident.key),
        " · ",
        Room(known("channel")),
        " · update by ",
        Who(update.sent_by),
    ]
    rows = news([*first, ":"], update.text, update.impact, update.components, update.next_due)
    return content(rows)
