"""The channel for the review of an incident: what it is called, who is invited, and its first message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.slack.drawing import state, words
from adapters.slack.drawing.elements import actions, button
from adapters.slack.drawing.message import content
from adapters.slack.drawing.setup import Setup
from adapters.slack.names import REVIEW, channel_name
from adapters.slack.parts import Room, known, mentioned
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.model.stage import Stage
from incident_core.ports.mirror import Lane, Wanted

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
        lane=Lane.REST,
    )
    invited = {"users": _people(setup, incident), "private": incident.private}
    if incident.private:
        invited["stay"] = _slack(setup, incident.access)
    needs: tuple[str, ...] = ("review",)
    rest = Lane.REST
    yield Wanted(
        "review_members", "conversations.invite", invited, needs, repeatable=True, kept=kept, lane=rest
    )
    note = {"to": "review", **_note(setup, incident)}
    posting = f"chat.postMessage {incident.key} review"
    needs = ("review", "channel")
    yield Wanted("review_note", posting, note, needs, changing="chat.update", kept=kept, lane=rest)


def _people(setup: Setup, incident: Incident) -> list[str]:
    return _slack(setup, {incident.roles[role] for role in _LEAD if role in incident.roles})


def _slack(setup: Setup, people: set[Actor] | frozenset[Actor]) -> list[str]:
    return sorted({who.id for who in people if mentioned(who)} - {setup.bot_user})


def _note(setup: Setup, incident: Incident) -> dict[str, Any]:
    rows = setup.words.rows(
        "review.note",
        marks=state.marks(setup.words, incident),
        key=incident.key,
        title=words.text(incident.title),
        room=Room(known("channel")),
        command=setup.command,
        postmortems=setup.postmortems or None,
    )
    label = setup.words.text("documents.review_button")
    return content(rows, actions([button("review:document", label, f'{{"key": "{incident.key}"}}')]))
