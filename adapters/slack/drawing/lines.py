"""What the incident's channel hears of each event: one line with who did it, and what they wrote below it.

Built from the event, and from what never changes about the incident: a repeat says the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from adapters.slack.drawing import lines_entries, lines_moves, lines_people
from adapters.slack.drawing.message import Row
from adapters.slack.words import Words
from incident_core.events import Event
from incident_core.model.incident import Incident
from incident_core.ports.reader import Entry

Rows = Sequence[Row]

_LATE = timedelta(minutes=1)
"""How long after it happened it is worth saying when that was."""

_ROWS: Mapping[type[Event], Callable[[Words, Any, Incident], Rows]] = {
    **lines_moves.ROWS,
    **lines_people.ROWS,
    **lines_entries.ROWS,
}
TOLD = frozenset(_ROWS)
"""Every event type that is told."""


def rows(words: Words, incident: Incident, entry: Entry) -> Rows | None:
    """The rows of the message; None where nobody needs to hear of it, such as what opening says already.

    That an admin has looked is in the record, and not told: it would be said again for each list they see.
    """
    event = entry.event
    told = _ROWS.get(type(event))
    if told is None or _opening(incident, entry):
        return None
    said = list(told(words, event, incident))
    if entry.recorded_at - event.at > _LATE:
        said += words.rows("lines.late", at=event.at)
    return said


def _opening(incident: Incident, entry: Entry) -> bool:
    """Whether it came with the opening, of which the panel tells."""
    return lines_moves.with_opening(incident, entry) or lines_people.with_opening(entry)
