"""What each type of event says in a timeline, with every text and name made harmless."""

from __future__ import annotations

from adapters.cli.shown import isolated
from incident_core import events as e
from incident_core.record.telling import TYPES, reminder, told

__all__ = ["TYPES", "reminder", "words"]


def words(event: e.Event, redacted: tuple[str, ...] = ()) -> str:
    """The event as the rest of a sentence that begins with its actor; may have several lines."""
    return told(event, redacted, lambda value: isolated(str(value)))
