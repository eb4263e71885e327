"""What the panel lets people do: choose status and severity, take and give roles, and the moves there are.

A move is drawn where the rules allow it or need something more; who may do it is asked when they press.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from adapters.slack.drawing.elements import about, actions, button, named, option, select, words
from adapters.slack.drawing.setup import Setup
from adapters.slack.parts import Block, mentioned
from incident_core.guards.refusal import Reason
from incident_core.guards.rules import GUARDS
from incident_core.lifecycle.available import Possibility, Verdict, available
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone, milestone
from incident_core.model.move import Move
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status

_OVERRIDABLE = frozenset(guard.code for guard in GUARDS if guard.needs == "override")
_MOVES = (
    (Move.DECLARE, "move:declare", "danger"),
    (Move.UPDATE, "update:send", ""),
    (Move.RESOLVE, "move:resolve", "primary"),
    (Move.CLOSE, "move:close", ""),
    (Move.REOPEN, "move:reopen", ""),
)


@dataclass(frozen=True, slots=True)
class Role:
    """A role as the panel shows it; `claimed` and `released`: whether there is a button for that."""

    name: str
    holder: Actor | None
    claimed: bool
    released: bool


def selects(setup: Setup, incident: Incident) -> Iterator[Block]:
    """A block for each: what is chosen in one is kept by Slack for as long as the block has this name."""
    said = setup.words.text
    if incident.stage is Stage.INCIDENT and incident.status is not None:
        choices = [option(each, said("panel.status_choice", status=each)) for each in Status]
        chosen = select("set:status", said("panel.status_placeholder"), choices, incident.status)
        yield actions([chosen], named("status", incident, incident.status))
    if incident.stage is not Stage.CLOSED:
        levels = [_level(setup, each) for each in Severity]
        chosen = select("set:severity", said("panel.severity_placeholder"), levels, incident.severity)
        yield actions([chosen], named("severity", incident, incident.severity))


def _level(setup: Setup, severity: Severity) -> Block:
    meaning = setup.definitions.severities.get(severity, "")
    return option(severity, setup.words.text("panel.severity_choice", severity=severity), meaning)


def roles(setup: Setup, incident: Incident) -> list[Role]:
    """Those of the policy, and any other that is held; nothing can be pressed once it is closed."""
    closed = incident.stage is Stage.CLOSED
    claims, releases = (_asked(setup, incident, move) for move in (Move.CLAIM, Move.RELEASE))
    free = {each.target for each in releases if _possible(each)}
    return [
        Role(
            str(each.target),
            incident.roles.get(str(each.target)),
            _open(each) and not closed,
            each.target in free,
        )
        for each in claims
    ]


def pressed(setup: Setup, incident: Incident, role: Role) -> Block:
    """Claim, assign and release: one row, named after who holds the role now."""
    value, said = about(incident, role=role.name), setup.words.text
    hint = words(said("panel.assign_placeholder"))
    chosen: Block = {"type": "users_select", "action_id": "role:assign", "placeholder": hint}
    if role.holder is not None and mentioned(role.holder):
        chosen["initial_user"] = role.holder.id
    row = [button("role:claim", said("panel.claim_button"), value), chosen]
    if role.released:
        row.append(button("role:release", said("panel.release_button"), value))
    return actions(row, named("role", incident, role.name, _holder(role.holder)))


def moves(setup: Setup, incident: Incident) -> Iterator[Block]:
    """One row with a button for each move that there is now."""
    value, last = about(incident), incident.stage is Stage.RESOLVED
    found: list[Block] = []
    for move, action, style in _MOVES:
        if any(map(_possible, _asked(setup, incident, move))):
            label = setup.words.text(f"panel.{move}_button")
            found.append(button(action, label, value, "primary" if last and move is Move.CLOSE else style))
    if last:
        found.append(button("followup:add", setup.words.text("followups.add_button"), value))
    if found:
        yield actions(found)


def missing(setup: Setup, incident: Incident) -> Sequence[tuple[Move, Reason]]:
    """What has to be so before it can be resolved or closed."""
    asked = (each for move in (Move.RESOLVE, Move.CLOSE) for each in _asked(setup, incident, move))
    return [
        (each.move, reason)
        for each in asked
        if each.verdict is Verdict.NEEDS
        for reason in each.reasons
        if reason.code in _OVERRIDABLE
    ]


def _asked(setup: Setup, incident: Incident, move: Move) -> Sequence[Possibility]:
    """What the rules say, whoever asks, right after the last that the incident knows of."""
    policy = replace(setup.policy, permits={})
    known = (milestone(incident, which) for which in Milestone)
    latest = max((at for at in known if at is not None), default=incident.opened_at)
    return available(policy, incident, incident.opened_by, max(latest, incident.stages[-1].at), move)


def _possible(asked: Possibility) -> bool:
    return asked.verdict in (Verdict.ALLOWED, Verdict.NEEDS)


def _open(asked: Possibility) -> bool:
    """Whether somebody could; that whoever opened it has the role already is of no matter."""
    return asked.verdict is not Verdict.REFUSED


def _holder(actor: Actor | None) -> str:
    """A short name without signs: an id from elsewhere may be anything that somebody typed."""
    if actor is None:
        return "nobody"
    return actor.id if mentioned(actor) else sha256(str(actor).encode()).hexdigest()[:12]
