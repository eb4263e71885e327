"""The panel: the pinned first message of a channel. It says how things are, and lets people change them.

However many roles there are, it fits: those there is no room for are lines with what to type, or a number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.slack.drawing import controls, words
from adapters.slack.drawing.controls import Role
from adapters.slack.drawing.message import body, fallback
from adapters.slack.drawing.setup import Setup
from adapters.slack.escape import fitted
from adapters.slack.parts import (
    Block,
    Bold,
    Code,
    Line,
    Link,
    Part,
    Room,
    When,
    Who,
    bullets,
    joined,
    known,
)
from incident_core.model.incident import Incident
from incident_core.model.milestone import durations
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
_NEXT: Mapping[Stage, tuple[tuple[str, str, str], ...]] = {
    Stage.INVESTIGATION: (
        ("Collect what you find: the shortcut Collect Evidence of any message, or ", "evidence LINK", ""),
        ("It is serious: ", "declare", " calls the responders, and you lead."),
    ),
    Stage.INCIDENT: (
        ("Tell everybody who waits for news: ", "update TEXT", ""),
        ("Somebody else goes on: ", "handover WHO", ""),
    ),
    Stage.RESOLVED: (
        ("Note what is to be done afterwards: ", "followup add TEXT", ""),
        ("Nothing is left to do: ", "close", " archives this channel."),
    ),
    Stage.CLOSED: (("It was not over: ", "reopen {key} REASON", " in any channel."),),
}


def panel(setup: Setup, incident: Incident, *, linked: bool) -> dict[str, Any]:
    """The message, and what it says besides where that is known when it is posted.

    `former`: above all else, the channel that it took the place of. `review`: the channel of the review.
    `onward`, where it is `linked`: the message of the digest, which leads to wherever the incident goes on.
    """
    rows, roles = list(_state(incident)), _roles(setup, incident)
    head = [body(rows), *controls.selects(setup, incident)]
    tail = [*controls.moves(setup, incident), *_below(setup, incident)]
    between = _fitting(setup, incident, roles, SIZE - _size([*head, *tail]))
    text = fallback([*rows, *map(_role, roles)])
    former: list[Line] = [["This goes on from ", Room(known(FORMER)), "."]]
    review: list[Line] = [["What can be learnt from it: ", Room(known(REVIEW))]]
    onward = {"onward": _beside([_elsewhere()])} if linked else {}
    beside = {"former": _beside(former), "review": _beside(review), **onward}
    return {"text": text, "blocks": [*head, *between, *tail], **beside}


def _beside(rows: list[Line]) -> dict[str, Any]:
    return {"text": fallback(rows), "block": body(rows)}


def _state(incident: Incident) -> Iterator[Line]:
    marks = [Bold(f"{mark} ") for mark in words.marks(incident)]
    yield [*marks, Bold(incident.key), " · ", Bold(words.text(incident.title))]
    yield [f"{incident.severity} · {words.stage(incident)}"]
    yield ["Opened by ", Who(incident.opened_by), ", ", When(incident.opened_at)]
    took = {name: span for name, span in durations(incident).items() if span is not None}
    if incident.stage in (Stage.RESOLVED, Stage.CLOSED) and took:
        yield [", ".join(f"{words.plainly(name)}: {words.length(span)}" for name, span in took.items())]


def _roles(setup: Setup, incident: Incident) -> list[Role]:
    """All of them; once it is closed, those that were held."""
    found = controls.roles(setup, incident)
    if incident.stage is not Stage.CLOSED:
        return found
    return [each for each in found if each.holder is not None or each.name == COMMANDER]


def _role(role: Role) -> Line:
    held: Part = "nobody yet" if role.holder is None else Who(role.holder)
    return [f"{words.plainly(role.name)}: ", held]


def _fitting(setup: Setup, incident: Incident, roles: Sequence[Role], left: int) -> list[Block]:
    """As many that can be pressed as there is room for, and lines for the others."""
    found: list[Block] = []
    taken = 0
    for role in roles[:MOST]:
        more = [body([_role(role)]), controls.pressed(incident, role)]
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
        typed = Code(f"{setup.command} show {incident.key}")
        shown.append([f"and {len(lines) - len(shown)} more roles: ", typed])
    return [*found, body(shown)] if shown else found


def _typed(setup: Setup, incident: Incident, role: Role) -> Line:
    if not role.claimed:
        return _role(role)
    return [*_role(role), " · ", Code(f"{setup.command} claim {incident.key} {role.name}")]


def _below(setup: Setup, incident: Incident) -> list[Block]:
    """What is missing, where to read more, and what to do next."""
    rows: list[Line] = []
    for move, reason in controls.missing(setup, incident):
        said = fitted(reason.sentence, _SENTENCE)
        typed = Code(fitted(reason.remedy.line(incident.key, setup.command), _SENTENCE))
        rows.append(["Before you ", Bold(move), ": ", said, " ", typed])
    links = [(setup.guide, "Incident guide"), (setup.postmortems, "Post-mortems")]
    leading = joined([[Link(url, text)] for url, text in links if url], " · ")
    steps = [_step(setup, incident, *step) for step in _NEXT[incident.stage]]
    rows += [leading] if leading else []
    return [body([*rows, [Bold("What to do next")]]), bullets(*steps)]


def _step(setup: Setup, incident: Incident, before: str, typed: str, after: str) -> Line:
    return [before, Code(f"{setup.command} {typed.format(key=incident.key)}"), after]


def _elsewhere() -> Line:
    return ["Where it goes on, should it be reopened: ", Link(known(DIGEST), "its line in the digest")]


def _size(blocks: Sequence[Block]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False))
