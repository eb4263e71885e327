"""The panel: the pinned first message of a channel. It says how things are and what to do next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.slack.drawing import words
from adapters.slack.drawing.message import body, content, fallback
from adapters.slack.drawing.setup import Setup
from adapters.slack.parts import Block, Bold, Code, Line, Link, Part, Room, When, Who, bullets, known
from incident_core.model.incident import Incident
from incident_core.model.milestone import durations
from incident_core.model.move import Move
from incident_core.model.role import COMMANDER
from incident_core.model.stage import Stage

FORMER = "was:channel"
"""The slot that keeps the channel which this one took the place of."""

DIGEST = "digest-link"
"""What stands for the address of the digest's message."""

_BUTTONS: Mapping[Stage, tuple[tuple[Move, str, str], ...]] = {
    Stage.INVESTIGATION: ((Move.DECLARE, "Declare an incident", "danger"), (Move.CLOSE, "Close", "")),
    Stage.INCIDENT: ((Move.RESOLVE, "Resolve", "primary"),),
    Stage.RESOLVED: ((Move.CLOSE, "Close", "primary"), (Move.REOPEN, "Reopen", "")),
    Stage.CLOSED: ((Move.REOPEN, "Reopen", ""),),
}

_NEXT: Mapping[Stage, tuple[tuple[str, str, str], ...]] = {
    Stage.INVESTIGATION: (
        ("Collect what you find: the shortcut Collect Evidence of any message, or ", "evidence LINK", ""),
        ("It is serious: ", "declare", " calls the responders, and you lead."),
        ("It is nothing, or done: ", "close", ""),
    ),
    Stage.INCIDENT: (
        ("Say how far you are: ", "status identified", ""),
        ("Worse or better than thought: ", "severity sev1", ""),
        ("Tell everybody who waits for news: ", "update TEXT", ""),
        ("Service is restored: ", "resolve", ""),
    ),
    Stage.RESOLVED: (
        ("Note what is to be done afterwards: ", "followup add TEXT", ""),
        ("Nothing is left to do: ", "close", " archives this channel."),
        ("It was not over: ", "reopen REASON", ""),
    ),
    Stage.CLOSED: (("It was not over: ", "reopen {key} REASON", " in any channel."),),
}


def panel(setup: Setup, incident: Incident, *, linked: bool) -> dict[str, Any]:
    """The message, and what it says besides where that is known when it is posted.

    `former`: above all else, the channel that it took the place of. `onward`, where it is `linked`: the
    message of the digest, which leads to wherever the incident goes on.
    """
    rows = list(_state(incident))
    steps = [_step(setup, incident, *step) for step in _NEXT[incident.stage]]
    found = content(rows, body([[Bold("What to do next")]]), bullets(*steps), _buttons(incident))
    former: list[Line] = [["This goes on from ", Room(known(FORMER)), "."]]
    onward = {"onward": _beside([_elsewhere()])} if linked else {}
    return {**found, "former": _beside(former), **onward}


def _beside(rows: list[Line]) -> dict[str, Any]:
    return {"text": fallback(rows), "block": body(rows)}


def _state(incident: Incident) -> Iterator[Line]:
    marks = [Bold(f"{mark} ") for mark in words.marks(incident)]
    yield [*marks, Bold(incident.key), " · ", Bold(words.text(incident.title))]
    yield [f"{incident.severity} · {words.stage(incident)}"]
    yield from _people(incident)
    yield ["Opened by ", Who(incident.opened_by), ", ", When(incident.opened_at)]
    took = {name: span for name, span in durations(incident).items() if span is not None}
    if incident.stage in (Stage.RESOLVED, Stage.CLOSED) and took:
        yield [", ".join(f"{words.plainly(name)}: {words.length(span)}" for name, span in took.items())]


def _people(incident: Incident) -> Iterator[Line]:
    leader = incident.commander
    held: list[Part] = ["nobody yet"] if leader is None else [Who(leader)]
    yield ["incident commander: ", *held]
    for role, holder in sorted(incident.roles.items()):
        if role != COMMANDER:
            yield [f"{words.plainly(role)}: ", Who(holder)]


def _step(setup: Setup, incident: Incident, before: str, typed: str, after: str) -> Sequence[Part]:
    return [before, Code(f"{setup.command} {typed.format(key=incident.key)}"), after]


def _elsewhere() -> Line:
    return ["Where it goes on, should it be reopened: ", Link(known(DIGEST), "its line in the digest")]


def _buttons(incident: Incident) -> Block:
    """One for each move that there is now; the visit tells one that was drawn for an earlier stage."""
    value = json.dumps({"key": incident.key, "visit": len(incident.stages)})
    found: list[Block] = []
    for move, label, style in _BUTTONS[incident.stage]:
        button: Block = {
            "type": "button",
            "action_id": f"move:{move}",
            "text": {"type": "plain_text", "text": label},
            "value": value,
        }
        found.append({**button, "style": style} if style else button)
    return {"type": "actions", "elements": found}
