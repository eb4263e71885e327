"""The panel: the pinned first message of a channel. It says how things are, and lets people change them.

However many roles there are, it fits: those there is no room for are lines with what to type, or a number.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from adapters.slack.drawing import controls, state, words
from adapters.slack.drawing.controls import Role
from adapters.slack.drawing.message import Row, body, fallback
from adapters.slack.drawing.setup import Setup
from adapters.slack.escape import fitted
from adapters.slack.parts import Block, Line, Room, bullets, known
from incident_core.guards.refusal import Reason
from incident_core.model.incident import Incident
from incident_core.model.milestone import durations
from incident_core.model.move import Move
from incident_core.model.role import COMMANDER
from incident_core.model.stage import Stage

FORMER = "was:channel"
"""The slot that keeps the channel which this one took the place of."""

DIGEST = "digest-link"
"""What stands for the address of the digest's message."""

REVIEW = "review"
"""The slot of the channel for the review."""

MOST = 12
"""Roles that can be pressed."""

SIZE = 12_000
"""Characters of all blocks as JSON; Slack has refused messages from about 13,200 on, and does not say why."""

_LEFT = 1_500
"""Characters of that for the roles that are lines only."""

_SENTENCE = 300


def panel(setup: Setup, incident: Incident, *, linked: bool) -> dict[str, Any]:
    """The message, and what it says besides where that is known when it is posted.

    `former`: above all else, the channel that it took the place of. `review`: the channel of the review.
    `onward`, where it is `linked`: the message of the digest, which leads to wherever the incident goes on.
    """
    rows, roles = _state(setup, incident), _roles(setup, incident)
    head = [body(rows), *controls.selects(setup, incident)]
    tail = [*controls.moves(setup, incident), *_below(setup, incident)]
    between = _fitting(setup, incident, roles, SIZE - _size([*head, *tail]))
    text = fallback([*rows, *(_role(setup, role) for role in roles)])
    former = setup.words.rows("panel.former", room=Room(known(FORMER)))
    review = setup.words.rows("panel.review", room=Room(known(REVIEW)))
    beside = {"former": _beside(former), "review": _beside(review)}
    if linked:
        beside["onward"] = _beside(setup.words.rows("panel.onward", digest=known(DIGEST)))
    return {"text": text, "blocks": [*head, *between, *tail], **beside}


def _beside(rows: Sequence[Row]) -> dict[str, Any]:
    return {"text": fallback(rows), "block": body(rows)}


def _state(setup: Setup, incident: Incident) -> list[Row]:
    took = [(name, span) for name, span in durations(incident).items() if span is not None]
    return setup.words.rows(
        "panel.state",
        marks=state.marks(setup.words, incident),
        key=incident.key,
        title=words.text(incident.title),
        severity=incident.severity,
        stage=state.stage(setup.words, incident),
        who=incident.opened_by,
        at=incident.opened_at,
        durations=took if incident.stage in (Stage.RESOLVED, Stage.CLOSED) else [],
    )


def _roles(setup: Setup, incident: Incident) -> list[Role]:
    """All of them; once it is closed, those that were held."""
    found = controls.roles(setup, incident)
    if incident.stage is not Stage.CLOSED:
        return found
    return [each for each in found if each.holder is not None or each.name == COMMANDER]


def _role(setup: Setup, role: Role) -> Line:
    return setup.words.line("panel.role", role=role.name, holder=role.holder)


def _fitting(setup: Setup, incident: Incident, roles: Sequence[Role], left: int) -> list[Block]:
    """As many that can be pressed as there is room for, and lines for the others."""
    found: list[Block] = []
    taken = 0
    for role in roles[:MOST]:
        more = [body([_role(setup, role)]), controls.pressed(setup, incident, role)]
        left -= _size(more)
        if not role.claimed or left < _LEFT:
            break
        found += more
        taken += 1
    lines = [_typed(setup, incident, role) for role in roles[taken:]]
    shown: list[Line] = []
    for line in lines:
        if _size([body([*shown, line])]) > _LEFT - _SENTENCE:
            break
        shown.append(line)
    if len(shown) < len(lines):
        left_out = len(lines) - len(shown)
        shown.append(
            setup.words.line("panel.more_roles", count=left_out, command=setup.command, key=incident.key)
        )
    return [*found, body(shown)] if shown else found


def _typed(setup: Setup, incident: Incident, role: Role) -> Line:
    if not role.claimed:
        return _role(setup, role)
    return setup.words.line(
        "panel.role_typed", role=role.name, holder=role.holder, command=setup.command, key=incident.key
    )


def _below(setup: Setup, incident: Incident) -> list[Block]:
    """What is missing, where to read more, and what to do next."""
    said = setup.words
    missing = [row for each in controls.missing(setup, incident) for row in _missing(setup, incident, *each)]
    links = said.rows("panel.links", guide=setup.guide or None, postmortems=setup.postmortems or None)
    steps = said.lines(f"panel.next_{incident.stage}", command=setup.command, key=incident.key)
    return [body([*missing, *links, *said.rows("panel.next")]), bullets(*steps)]


def _missing(setup: Setup, incident: Incident, move: Move, reason: Reason) -> list[Row]:
    return setup.words.rows(
        "panel.missing",
        move=move,
        sentence=fitted(reason.sentence, _SENTENCE),
        remedy=fitted(reason.remedy.line(incident.key, setup.command), _SENTENCE),
    )


def _size(blocks: Sequence[Block]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False))
