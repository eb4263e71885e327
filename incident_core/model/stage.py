"""Where an incident is in its life."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The four stages of the lifecycle machine."""

    INVESTIGATION = "investigation"
    INCIDENT = "incident"
    RESOLVED = "resolved"
    CLOSED = "closed"
