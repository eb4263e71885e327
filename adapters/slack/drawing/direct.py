"""What somebody is told directly: that they have a role now, of which incident, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.slack.drawing import state, words
from adapters.slack.drawing.message import Row, content
from adapters.slack.drawing.setup import Setup
from adapters.slack.parts import Room, known, mentioned
from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident


def told(setup: Setup, incident: Incident, event: e.Event) -> Iterator[tuple[str, dict[str, Any]]]:
    """Who in Slack is told what; nobody of what they cannot see, nor of what they got by opening."""
    given = _given(event)
    if given is None:
        return
    holder, role, message, people = given
    if not mentioned(holder) or holder.id == setup.bot_user or not incident.seen_by(holder):
        return
    marks = state.marks(setup.words, incident)
    rows = setup.words.rows(message, marks=marks, role=role, key=incident.key, **people)
    yield holder.id, content([*rows, *_about(setup, incident, role)])


def _about(setup: Setup, incident: Incident, role: str) -> list[Row]:
    return setup.words.rows(
        "direct.about",
        severity=incident.severity,
        room=Room(known("channel")),
        title=words.text(incident.title),
        meaning=setup.definitions.roles.get(role, "").strip() or None,
    )


def _given(event: e.Event) -> tuple[Actor, str, str, Mapping[str, Actor]] | None:
    """Who has which role now, the message that says how, and the others in it."""
    match event:
        case e.RoleAssigned(how="opened"):
            return None
        case e.RoleAssigned(holder=holder, actor=actor, role=role) if holder == actor:
            return holder, role, "direct.taken", {}
        case e.RoleAssigned(holder=holder, actor=actor, role=role):
            return holder, role, "direct.given", {"who": actor}
        case e.RoleHandedOver(to=to, holder=holder, role=role):
            return to, role, "direct.handed_over", {"holder": holder}
        case e.HandoverAccepted(to=to, holder=holder, role=role):
            return to, role, "direct.taken_over", {"holder": holder}
    return None
