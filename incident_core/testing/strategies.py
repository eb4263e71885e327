"""Hypothesis strategies for everything the core takes and gives; histories are valid by construction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, timezone
from types import NoneType, UnionType
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from incident_core import commands as c
from incident_core import events as e
from incident_core.guards.entries import entries, redactable
from incident_core.guards.refusal import Refused
from incident_core.guards.timers import timer_names
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import advance
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone
from incident_core.model.move import Move
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.model.times import Due
from incident_core.testing.values import (
    EPOCH,
    ROLES,
    actors,
    dues,
    hostile_text,
    instants,
    links,
    policies,
    titles,
)

__all__ = [
    "EPOCH", "History", "actors", "commands", "dues", "events", "histories", "hostile_text", "instants",
    "links", "opens", "policies", "titles",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class History:
    """What was asked, and what came of it.

    `asked` is every command, in order; `steps` pairs those that were allowed with their events (none where
    nothing changed). `events` are all of them, and `incident` is their fold.
    """

    policy: Policy
    asked: tuple[c.Command, ...]
    steps: tuple[tuple[c.Command, tuple[e.Event, ...]], ...]
    incident: Incident

    @property
    def commands(self) -> tuple[c.Command, ...]:
        """Those that were allowed, in order."""
        return tuple(command for command, _ in self.steps)

    @property
    def events(self) -> tuple[e.Event, ...]:
        """Everything that happened, in order."""
        return tuple(event for _, events in self.steps for event in events)


def opens(at: SearchStrategy[datetime] | None = None, key: str = "key-0") -> SearchStrategy[c.Open]:
    """Commands that begin an incident."""
    return st.builds(
        c.Open,
        actor=actors(),
        at=at or instants(EPOCH, EPOCH + timedelta(days=1)),
        key=st.just(key),
        title=titles(),
        severity=st.sampled_from(Severity),
        private=st.booleans(),
        drill=st.booleans(),
        declare=st.booleans(),
        impact=_RARE_TEXT,
        evidence=st.none() | links(),
    )


@st.composite
def histories(draw: DrawFn, max_commands: int = 15, policy: Policy | None = None) -> History:
    """A valid history of up to `max_commands` commands: every event of it was decided by the rules.

    Times mostly go forward; some go back as far as the rules allow. Keys are key-0, key-1, …
    """
    rules = draw(policies()) if policy is None else policy
    asked: list[c.Command] = [draw(opens())]
    steps: list[tuple[c.Command, tuple[e.Event, ...]]] = []
    incident: Incident | None = None
    size = draw(st.integers(1, max_commands) | st.just(max_commands))
    for number in range(1, size + 1):
        answer = decide(rules, incident, asked[-1])
        if not isinstance(answer, Refused):
            steps.append((asked[-1], answer))
            incident = advance(incident, answer)
        assert incident is not None, "opening is never refused"
        asked.append(draw(commands(incident, rules, key=f"key-{number}")))
    assert incident is not None, "there is at least one command"
    return History(rules, tuple(asked[:-1]), tuple(steps), incident)


@st.composite
def commands(
    draw: DrawFn,
    incident: Incident,
    policy: Policy | None = None,
    key: str | None = None,
    kinds: Sequence[type[c.Command]] = (),
) -> c.Command:
    """A well-formed command for this incident: mostly allowed, sometimes refused or without effect.

    It is one of `kinds`, where these are given.
    """
    rules = policy or Policy()
    kind = draw(st.sampled_from(kinds) if kinds else _likely(incident))
    own = [each.name for each in fields(kind) if each.name not in _SHARED]
    given = {name: draw(_argument(name, kind.move, incident, rules)) for name in own}
    given["key"] = draw(st.uuids()).hex if key is None else key
    given["actor"], given["at"], given["override"] = (
        draw(actors()),
        draw(_moments(incident)),
        draw(_RARE_TEXT),
    )
    for name in ("next_due", "until"):
        if given.get(name) is not None:
            given[name] += given["at"]
    if kind is c.Close and given["outcome"] is not Outcome.DUPLICATE:
        given["duplicate_of"] = None
    return kind(**given)


_SHARED = {each.name for each in fields(c.Command)}
_PROSE, _MAYBE_PROSE = hostile_text(500), st.none() | hostile_text(500)
_RARE_TEXT = st.none() | hostile_text(200)
_OFTEN_TEXT = st.one_of(hostile_text(200), hostile_text(500), st.none())
_SOON = st.timedeltas(timedelta(microseconds=1), timedelta(hours=30))
_NEARBY = st.one_of(st.just(timedelta()), st.timedeltas(timedelta(hours=-2), timedelta(hours=2)))

_WITH_ENTRY: list[type[c.Command]] = [
    c.AssignTask, c.FinishTask, c.AssignFollowUp, c.FinishFollowUp, c.CorrectUpdate, c.Retract
]  # fmt: skip
_WORK: tuple[type[c.Command], ...] = (
    c.SetSeverity, c.Assign, c.Claim, c.Release, c.HandOver, c.AddEvidence, c.SendUpdate, c.AddTask,
    c.AddFollowUp, c.FinishReview, c.SnoozeTimer, c.StopTimer, c.CorrectTitle, c.CorrectMilestone,
    c.Grant, c.Revoke, c.MakePrivate, c.Look, c.Redact, *_WITH_ENTRY,
)  # fmt: skip
_ON: Final[Mapping[Stage, tuple[type[c.Command], ...]]] = {
    Stage.INVESTIGATION: (c.Declare, c.Declare, c.Close),
    Stage.INCIDENT: (c.Resolve, c.Resolve, c.SetStatus),
    Stage.RESOLVED: (c.Close, c.Close, c.Reopen),
    Stage.CLOSED: (c.Reopen, c.Reopen, c.Reopen),
}
_STILL: tuple[type[c.Command], ...] = (c.Declare, c.Resolve, c.Close, c.Reopen, c.SetStatus)


def _likely(incident: Incident) -> SearchStrategy[type[c.Command]]:
    """Kinds of commands; what moves it on is drawn more often, so that histories get somewhere."""
    work = [kind for kind in _WORK if _has_target(kind.move, incident)]
    return st.sampled_from([*_ON[incident.stage] * 3, *work, *_rare(work), *_STILL])


def _rare(work: list[type[c.Command]]) -> list[type[c.Command]]:
    """What needs several things at once to be allowed is asked more often."""
    rare: tuple[type[c.Command], ...] = (c.Retract, c.HandOver, c.CorrectMilestone)
    return [kind for kind in rare if kind in work] * 2


def _has_target(move: Move, incident: Incident) -> bool:
    if move in (Move.RELEASE, Move.HANDOVER):
        return bool(incident.roles)
    return all(kind.move is not move for kind in _WITH_ENTRY) or bool(entries(incident, move))


def _moments(incident: Incident) -> SearchStrategy[datetime]:
    """Mostly after everything so far; sometimes at a boundary, before the opening, or in another zone."""
    last, before = incident.stages[-1].at, incident.opened_at - timedelta(microseconds=1)
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    kinds = ("later", "later", "later", "later", "zoned", "now", "opened", "before")
    fixed = {"now": last, "opened": incident.opened_at, "before": before}

    def moment(kind: str, step: timedelta) -> datetime:
        return fixed.get(kind) or (last + step).astimezone(kathmandu if kind == "zoned" else last.tzinfo)

    return st.builds(moment, st.sampled_from(kinds), _SOON)


def _argument(name: str, move: Move, incident: Incident, policy: Policy) -> SearchStrategy[Any]:
    """A strategy for one field of a command."""
    if name in ("holder", "to", "who"):
        return st.one_of(actors(), st.sampled_from([incident.opened_by, *incident.roles.values()]))
    if name == "role":
        held = [*incident.roles] if move in (Move.RELEASE, Move.HANDOVER) else []
        return st.sampled_from([*held * 3, *policy.roles, "nobody_knows"])
    if name == "entry" and move is Move.REDACT:
        return st.sampled_from([*redactable(incident), str(incident.version), "t9", "999999999"])
    if name in ("item", "entry", "update"):
        return st.sampled_from([*[*entries(incident, move)] * 4, "e1", "t9"])
    if name == "timer":
        return st.sampled_from([*timer_names(policy, incident), "followup:f9", "role:nobody_knows"])
    if name == "when":
        at = st.sampled_from([entry.at for entry in incident.stages])
        return st.builds(lambda known, by: known + by, at, _NEARBY)
    if name == "owner" and move in (Move.TASK_ASSIGN, Move.FOLLOWUP_ASSIGN):
        return actors()
    return _ARGUMENTS[name]


_ARGUMENTS: Final[dict[str, SearchStrategy[Any]]] = {
    "commander": st.none() | actors(),
    "status": st.sampled_from(Status),
    "severity": st.sampled_from(Severity),
    "reason": _OFTEN_TEXT,
    "url": links(),
    "how": st.sampled_from(("show", "list", "search")),
    "note": _MAYBE_PROSE,
    "text": _PROSE,
    "impact": _MAYBE_PROSE,
    "components": st.lists(titles(), max_size=3).map(tuple),
    "next_due": st.none() | _SOON,
    "until": _SOON,
    "owner": st.none() | actors(),
    "due": st.none() | dues(),
    "outcome": st.none() | st.sampled_from(Outcome),
    "duplicate_of": st.sampled_from(("INC-7", "INC-100000")),
    "title": titles(),
    # Texts that are not there: only a store removes one, and a history is what its events say.
    "texts": st.lists(st.integers(1, 9).map(lambda version: (version, "nothing")), max_size=2).map(tuple),
    "milestone": st.sampled_from([each for each in Milestone if each is not Milestone.CLOSED]),
}


def events(kind: type[e.Event] | None = None) -> SearchStrategy[e.Event]:
    """Any well-formed event of any type (or of `kind`), whether or not a history could have it here."""
    if kind is None:
        return st.sampled_from(tuple(e.EVENT_TYPES.values())).flatmap(_event)
    return _event(kind)


def _event(kind: type[e.Event]) -> SearchStrategy[e.Event]:
    hints = get_type_hints(kind, include_extras=True)
    return st.builds(kind, **{each.name: _field(each.name, hints[each.name]) for each in fields(kind)})


def _field(name: str, hint: Any) -> SearchStrategy[Any]:
    """A strategy for a field of an event, from its name or type; texts may be absent (redacted)."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if get_origin(hint) is Annotated:
        return _MAYBE_PROSE
    if get_origin(hint) is UnionType:
        return st.one_of([_field(name, each) for each in get_args(hint)])
    return _BY_TYPE[hint]


_MOST = 2**53 - 1
_BY_NAME: Final[dict[str, SearchStrategy[Any]]] = {
    "title": st.none() | titles(),
    "url": st.none() | links(),
    "components": st.none() | st.lists(titles(), min_size=1, max_size=3).map("\n".join),
    "role": st.sampled_from(ROLES),
    "how": st.sampled_from(("opened", "declared", "assigned", "claimed", "reopened")),
    "duplicate_of": st.none() | st.integers(1, _MOST).map(lambda number: f"INC-{number}"),
    "rules": st.sampled_from(
        (("required-roles",), ("review-missing",), ("required-roles", "review-missing"))
    ),
}
_BY_TYPE: Final[dict[Any, SearchStrategy[Any]]] = {
    NoneType: st.none(),
    str: st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=20),
    bool: st.booleans(),
    int: st.integers(1, _MOST),
    datetime: instants(),
    Actor: actors(),
    Due: dues(),
    Severity: st.sampled_from(Severity),
    Status: st.sampled_from(Status),
    Stage: st.sampled_from(Stage),
    Outcome: st.sampled_from(Outcome),
    Milestone: st.sampled_from(Milestone),
}
