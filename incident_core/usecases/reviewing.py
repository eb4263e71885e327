"""The review of one incident, read in one go: what it says was all so at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from incident_core.errors import NotFound
from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.ports.reader import Reader
from incident_core.record.review import review
from incident_core.record.reviewed import Review


def reviewing(
    reader: Reader, workspace: str, key: str, viewer: Actor, now: datetime, name: Callable[[Actor], str] = str
) -> Review:
    """As this viewer may see it, with people named by `name`. Raises NotFound and Unavailable."""
    entries = reader.timeline(workspace, key, viewer)
    if not entries:
        raise NotFound(key)
    return review(fold(entry.event for entry in entries), entries, now, name)
