"""A remedy is possible at once, and mends what it says: its line is read, carried out, and asked again."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from incident_core import commands as c
from incident_core.guards.refusal import Reason, Refused
from incident_core.lifecycle.asking import Rulebook
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import advance
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone
from incident_core.model.move import Move
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from incident_core.model.times import from_iso
from incident_core.testing.exhaust.facts import moments

PATIENCE = 6
"""So many remedies, one after the other, must bring any command through."""

READS = ("show", "timeline", "timers")
"""The verbs of remedies that change nothing: what to name instead is read there."""

INSTEAD = {
    "entry-unknown": "nothing can make an id that was never given out; `show` lists those that were",
    "text-unknown": "nothing can be redacted that was never written; `timeline` lists what was",
    "timer-unknown": "there is nothing else to be reminded of; `timers` lists what there is",
    "role-unknown": "roles are the deployment's; the remedy names one that exists",
    "commander-needed": "it cannot be done in this stage; the remedy is the other way to the same end",
}
"""Reasons whose remedy leads to something else than what was asked, and why."""

_LATER = datetime(2100, 1, 1, tzinfo=UTC)
_PEOPLE = (Actor("cli", "ann"), Actor("cli", "bob"), Actor("cli", "cleo"))
_PLACES: dict[Move, tuple[type[c.Command], tuple[str, ...]]] = {
    Move.DECLARE: (c.Declare, ()),
    Move.RESOLVE: (c.Resolve, ()),
    Move.CLOSE: (c.Close, ()),
    Move.REOPEN: (c.Reopen, ()),
    Move.STATUS: (c.SetStatus, ("status",)),
    Move.SEVERITY: (c.SetSeverity, ("severity",)),
    Move.ASSIGN: (c.Assign, ("role", "holder")),
    Move.CLAIM: (c.Claim, ("role",)),
    Move.HANDOVER: (c.HandOver, ("to",)),
    Move.FOLLOWUP_ASSIGN: (c.AssignFollowUp, ("item", "owner")),
    Move.FOLLOWUP_DONE: (c.FinishFollowUp, ("item",)),
    Move.REVIEW: (c.FinishReview, ()),
    Move.SNOOZE: (c.SnoozeTimer, ("timer",)),
    Move.STOP: (c.StopTimer, ("timer",)),
    Move.TIMES: (c.CorrectMilestone, ("milestone", "when")),
    Move.CORRECT: (c.CorrectUpdate, ("update", "text")),
    Move.RETRACT: (c.Retract, ("entry",)),
    Move.REDACT: (c.Redact, ("entry",)),
    Move.GRANT: (c.Grant, ("who",)),
}
"""The verbs that remedies name, with their arguments in order, as the command line has them."""


@lru_cache(maxsize=20_000)
def attempts(verb: str, rest: str, asked: c.Command, now: datetime) -> tuple[c.Command, ...]:
    """What somebody can type who reads this line, for each WHO; raises ValueError where it is unreadable."""
    if verb not in _PLACES:
        raise ValueError(f"{verb} is not a verb")
    at = asked.at if verb == asked.move else now
    people = _PEOPLE if "WHO" in rest else _PEOPLE[:1]
    return tuple(_read(Move(verb), rest, asked.actor, at, person) for person in people)


def _read(move: Move, rest: str, actor: Actor, at: datetime, person: Actor) -> c.Command:
    kind, places = _PLACES[move]
    given: dict[str, Any] = {"actor": actor, "at": at, "key": "k"}
    words, names = shlex.split(rest), list(places)
    while words:
        word = words.pop(0)
        name = word[2:].replace("-", "_") if word.startswith("--") else names.pop(0) if names else "too much"
        given[name] = _value(name, words.pop(0) if word.startswith("--") and words else word, person)
    return kind(**given)


def _value(name: str, word: str, person: Actor) -> object:
    kinds = {"status": Status, "severity": Severity, "outcome": Outcome, "milestone": Milestone}
    if word == "WHO":
        return person
    if name in ("at", "when", "until"):
        return _LATER if word == "WHEN" else from_iso(word)
    if name in ("commander", "owner"):
        return Actor.parse(word)
    return kinds[name](word) if name in kinds else "INC-9" if word == "KEY" else word


class Remedies:
    """Tries the remedies of one incident; what a line leads to is found out once."""

    def __init__(self, policy: Policy, incident: Incident, rules: Rulebook) -> None:
        self._policy, self._incident, self._rules = policy, incident, rules
        self._latest = max(at for at in moments(incident) if at is not None)
        self._led: dict[c.Command, Incident | None] = {}

    def fault(self, asked: c.Command, refused: Refused) -> str | None:
        """What is wrong with the remedy of the first reason; None where it keeps its promise."""
        first = refused.reasons[0]
        if first.remedy.verb in READS:
            return None
        line = first.remedy.line(self._incident.key)
        try:
            tries = attempts(first.remedy.verb, first.remedy.rest, asked, max(asked.at, self._latest))
        except (ValueError, TypeError) as error:
            return f"{first.code}: the remedy `{line}` cannot be read: {error}"
        if first.remedy.verb == asked.move:
            others = {reason.code for reason in refused.reasons[1:]}
            possible = any(self._left(each) <= others for each in tries)
            return None if possible else f"{first.code}: the remedy `{line}` changes nothing about it"
        after = [each for each in map(self._after, tries) if each is not None]
        if not after:
            return f"{first.code}: the remedy `{line}` is itself refused"
        if first.code in INSTEAD or len(refused.reasons) > 1:
            return None
        mended = any(self._mended(each, asked, first, PATIENCE) for each in after)
        return None if mended else f"{first.code}: the remedy `{line}` does not mend it"

    def _left(self, command: c.Command) -> set[str]:
        """What is still against the command."""
        answer = decide(self._policy, self._incident, command, rules=self._rules)
        return {each.code for each in answer.reasons} if isinstance(answer, Refused) else set()

    def _after(self, command: c.Command) -> Incident | None:
        """The incident that the command leads to; None where it is refused."""
        if command not in self._led:
            answer = decide(self._policy, self._incident, command, rules=self._rules)
            self._led[command] = None if isinstance(answer, Refused) else advance(self._incident, answer)
        return self._led[command]

    def _mended(self, incident: Incident, asked: c.Command, reason: Reason, patience: int) -> bool:
        """Whether the reason is gone now, or goes by following the first remedies from here on."""
        answer = decide(self._policy, incident, asked, rules=self._rules)
        if not isinstance(answer, Refused) or reason.code not in {each.code for each in answer.reasons}:
            return True
        if patience == 0 or answer.reasons[0].remedy.verb in (*READS, asked.move):
            return False
        step, here = answer.reasons[0].remedy, Remedies(self._policy, incident, self._rules)
        tries = attempts(step.verb, step.rest, asked, max(asked.at, here._latest))
        found = (here._after(each) for each in tries)
        return any(self._mended(each, asked, reason, patience - 1) for each in found if each is not None)
