"""What admins are told of what somebody did by hand, and the incident of a commander who has left; pure."""

from __future__ import annotations

from typing import Any

from adapters.slack.drawing.message import Row
from adapters.slack.drawing.setup import Setup
from adapters.slack.manifest import BOT_NAME
from adapters.slack.parts import Room
from incident_core.model.actor import Actor
from incident_core.ports.findings import Finding, What


def reported(setup: Setup, found: Finding) -> list[Row]:
    """To an admin: what it is, and what to type."""
    return setup.words.rows(f"drift.{found.what}", **_given(setup, found))


def aloud(setup: Setup, found: Finding) -> list[Row]:
    """In the incident: that its commander has left, and who can take over."""
    return setup.words.rows("drift.take_over", **_given(setup, found))


def _given(setup: Setup, found: Finding) -> dict[str, Any]:
    given: dict[str, Any] = {"key": found.key, "command": setup.command}
    if found.what is What.COMMANDER_LEFT:
        return {**given, "who": Actor("slack", found.detail)}
    room = Room(found.detail.partition(":")[0])
    if found.what is What.REMOVED:
        return {**given, "room": room, "bot": BOT_NAME}
    return {**given, "room": room}
