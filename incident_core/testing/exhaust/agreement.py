"""One question has one answer, however it is asked: decide, available, select, why_not, the library."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from incident_core import events as e
from incident_core.guards.question import Question
from incident_core.guards.refusal import Refused
from incident_core.guards.rules import GUARDS
from incident_core.lifecycle.asking import Rulebook
from incident_core.lifecycle.available import Possibility, Verdict, available
from incident_core.lifecycle.machine import pulled
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.policy import Policy
from incident_core.testing.exhaust.slices import Asked, Group

Answer = tuple[e.Event, ...] | Refused

_NEEDS = {guard.code: guard.needs for guard in GUARDS}
_MAYBE_SAME = (Move.TIMES, Move.EVIDENCE, Move.TITLE, Move.CORRECT, Move.GRANT, Move.SNOOZE)
"""Moves that `available` asks without a time, words or a person; with them nothing may change."""


def may_is_do(
    policy: Policy,
    incident: Incident,
    answers: Mapping[Group, Sequence[tuple[Asked, Answer]]],
    rules: Rulebook,
) -> Iterator[str]:
    """Where `available` and `decide` disagree about the same question, in every combination of proofs."""
    asked: dict[tuple[Actor, datetime], set[Move]] = defaultdict(set)
    for move, _, actor, at in answers:
        asked[actor, at].add(move)
    for (actor, at), moves in asked.items():
        for move in moves:
            for found in available(policy, incident, actor, at, move, rules=rules):
                group = answers.get((move, found.target, actor, at))
                if group is not None and (wrong := _disagreement(incident, found, group)):
                    yield f"{move} {found.target or ''} is {found.verdict}, but {wrong}"


def _disagreement(
    incident: Incident, found: Possibility, group: Sequence[tuple[Asked, Answer]]
) -> str | None:
    needs = {_NEEDS.get(reason.code) for reason in found.reasons}
    if (found.verdict is Verdict.REFUSED) != (None in needs):
        return f"its reasons need {needs}"
    if found.verdict is Verdict.NEEDS and set(found.needs) != needs:
        return f"its reasons need {needs}, not {found.needs}"
    for asked, answer in group:
        if wrong := _differs(incident, found, asked, answer):
            return wrong
    same = all(answer == () for _, answer in group)
    if found.verdict is Verdict.ALLOWED and same and found.move not in _MAYBE_SAME:
        return "nothing that can be added to it changes anything"
    return None


def _differs(incident: Incident, found: Possibility, asked: Asked, answer: Answer) -> str | None:
    if found.verdict is Verdict.UNCHANGED:
        return None if answer == () else f"decide says {answer}"
    if answer == () and (asked.ask.person, asked.ask.when) != (None, None):
        return None  # `available` names no person and no time; the one named here is there already
    proofs = _proofs(incident, asked)
    left = [each.code for each in found.reasons if _NEEDS.get(each.code) not in proofs]
    codes = [each.code for each in answer.reasons] if isinstance(answer, Refused) else []
    if codes != left:
        return f"with {sorted(proofs)} decide gives {codes or 'no refusal'}, not {left}"
    return None


def _proofs(incident: Incident, asked: Asked) -> set[str]:
    """What this command adds to the bare question."""
    ask = asked.ask
    found = {"reason"} if ask.reason else set()
    if ask.override:
        found.add("override")
    if ask.person is not None and ask.person != incident.roles.get(ask.target or ""):
        found.add("person")
    return found


def one_selection(question: Question, rules: Rulebook) -> Iterator[str]:
    """Where selecting, explaining and the library's own trigger differ, or a guard gives no real bool."""
    for guard in rules.guards_for(question):
        if {type(guard(question)), type(guard.holds(question))} != {bool}:
            yield f"the guard {guard.code} answers something else than True or False"
    found = rules.event_of(question.ask.move)
    if found is None:
        return
    region, event = found
    state = region.state_of(question.incident)
    row = event.select(state, question)
    selected = None if row is None else str(row.dest)
    if (oracle := pulled(event, state, question)) != selected:
        yield f"{question.ask.move} selects {selected}, but the library's trigger leads to {oracle}"
    if ((explained := event.why_not(state, question)) == ()) != (row is not None):
        yield f"{question.ask.move} selects {selected}, but why_not says {explained}"
