"""The channel for the review of an incident: what it is called, who is invited, and its first message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.slack.drawing import words
from adapters.slack.drawing.message import Row, content
from adapters.slack.drawing.setup import Setup
from adapters.slack.names import REVIEW, channel_name
from adapters.slack.parts import Bold, Code, Link, Room, known, mentioned
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.model.stage import Stage
from incident_core.ports.mirror import Wanted

_LEAD = (COMMANDER, TECHNICAL_LEAD)


def wanted(setup: Setup, incident: Incident) -> Iterator[Wanted]:
    """Made while it is resolved at one of these severities; kept for as long as it was ever resolved."""
    if not setup.review_at or all(entry.stage is not Stage.RESOLVED for entry in incident.stages):
        return
    due = incident.stage is Stage.RESOLVED and incident.severity in setup.review_at
    kept = not due or (incident.private and not setup.private)
    name = channel_name(setup.prefix, incident.number, incident.title, REVIEW)
    yield Wanted(
        "review",
        "conversations.create",
        {"name": name, "private": incident.private},
        changing="conversations.rename",
        kept=kept,
        exact=incident.private,
    )
    invited = {"users": _people(setup, incident), "private": incident.private}
    if incident.private:
        invited["stay"] = _slack(setup, incident.access)
    needs = ("review",)
    yield Wanted("review_members", "conversations.invite", invited, needs, repeatable=True, kept=kept)
    note = {"to": "review", **_note(setup, incident)}
    posting = f"chat.postMessage {incident.key} review"
    yield Wanted("review_note", posting, note, ("review", "channel"), changing="chat.update", kept=kept)


def _people(setup: Setup, incident: Incident) -> list[str]:
    return _slack(setup, {incident.roles[role] for role in _LEAD if role in incident.roles})


def _slack(setup: Setup, people: set[Actor] | frozenset[Actor]) -> list[str]:
    return sorted({who.id for who in people if mentioned(who)} - {setup.bot_user})


def _note(setup: Setup, incident: Incident) -> dict[str, Any]:
    marks = [Bold(f"{mark} ") for mark in words.marks(incident)]
    rows: list[Row] = [
        [*marks, "The review of ", Bold(incident.key), " · ", words.text(incident.title)],
        ["It was handled in ", Room(known("channel")), "."],
        ["What happened: ", Code(f"{setup.command} timeline {incident.key}")],
        ["What is to be done: ", Code(f"{setup.command} followup {incident.key} add TEXT")],
        ["The review is done: ", Code(f"{setup.command} review {incident.key} done")],
    ]
    return content([*rows, [Link(setup.postmortems, "Post-mortems")]] if setup.postmortems else rows)
