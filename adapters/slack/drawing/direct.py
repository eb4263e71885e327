"""What somebody is told directly: that they have a role now, of which incident, and what it means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.slack.drawing import words
from adapters.slack.drawing.message import Row, content
from adapters.slack.drawing.setup import Setup
from adapters.slack.parts import Bold, Line, Part, Room, Who, known, mentioned
from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident


def told(setup: Setup, incident: Incident, event: e.Event) -> Iterator[tuple[str, dict[str, Any]]]:
    """Who in Slack is told what; nobody of what they cannot see, nor of what they got by opening."""
    given = _given(event)
    if given is None:
        return
    holder, role, how = given
    if not mentioned(holder) or holder.id == setup.bot_user or not incident.seen_by(holder):
        return
    marks = [Bold(f"{mark} ") for mark in words.marks(incident)]
    where: Line = [f"{incident.severity} · ", Room(known("channel")), " · ", words.text(incident.title)]
    rows: list[Row] = [[*marks, *how, Bold(words.plainly(role)), " of ", Bold(incident.key), "."], where]
    meaning = setup.definitions.roles.get(role, "").strip()
    yield holder.id, content([*rows, [meaning]] if meaning else rows)


def _given(event: e.Event) -> tuple[Actor, str, list[Part]] | None:
    """Who has which role now, and the words that say how."""
    match event:
        case e.RoleAssigned(how="opened"):
            return None
        case e.RoleAssigned(holder=holder, actor=actor, role=role):
            own = holder == actor
            return holder, role, ["You are "] if own else [Who(actor), " made you "]
        case e.RoleHandedOver(to=to, holder=holder, role=role):
            return to, role, [Who(holder), " handed over to you: you are "]
        case e.HandoverAccepted(to=to, holder=holder, role=role):
            return to, role, ["You took over from ", Who(holder), ": you are "]
    return None
