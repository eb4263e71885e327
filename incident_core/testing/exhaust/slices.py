"""The parts of the state space: each varies what its rules look at together, and holds the rest still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from typing import Any

from incident_core import commands as c
from incident_core.guards.question import Ask
from incident_core.lifecycle.decide import ask
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.stage import Stage
from incident_core.testing.exhaust.words import (
    BOB,
    GRID,
    Make,
    access,
    busy,
    endings,
    everything,
    follow_ups,
    impact,
    life,
    monitoring,
    one_follow_up,
    opening,
    other_timers,
    redactions,
    relief,
    response,
    review,
    rewritten,
    roles,
    secrecy,
    severities,
    statuses,
    strangers,
    substitute,
    tasks,
    team,
    timers,
    writings,
)

Group = tuple[Move, str | None, Actor, datetime]
"""What `available` is asked: move, target, actor, time."""

Prove = Callable[[c.Command], list[c.Command]]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A command, with what the rules see of it, and whether the walk goes where it leads.

    `group` is the question of `available` that it answers; None where that function does not ask it (a
    named commander of a new incident, an outcome).
    """

    command: c.Command
    ask: Ask
    group: Group | None
    followed: bool


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """Where a part begins (ways there, from open on), what is asked in each state, and how far it goes."""

    name: str
    roots: tuple[tuple[c.Command, ...], ...]
    asked: tuple[Asked, ...]
    within: Callable[[Incident], bool]

    @property
    def corrects(self) -> bool:
        """Whether it goes on by correcting times."""
        return any(each.followed and each.ask.move is Move.TIMES for each in self.asked)


def plain(command: c.Command) -> list[c.Command]:
    """The command as it is."""
    return [command]


def proved(command: c.Command) -> list[c.Command]:
    """The command with everything that it can carry to prove itself."""
    names = [each.name for each in fields(command) if each.name in ("reason", "override")]
    change: dict[str, Any] = dict.fromkeys(names, "because")
    return [replace(command, **change)]


def both(command: c.Command) -> list[c.Command]:
    """As it is, and with every proof."""
    return [command, *proved(command)]


def reasoned(command: c.Command) -> list[c.Command]:
    """As it is, and with a reason."""
    change: dict[str, Any] = {"reason": "because"}
    return [command, replace(command, **change)]


def every(command: c.Command) -> list[c.Command]:
    """As it is, with each proof, and with all."""
    if not hasattr(command, "reason"):
        return both(command)
    return [*reasoned(command), replace(command, override="because"), *proved(command)]


def _ask(command: c.Command, *, followed: bool) -> Asked:
    seen = ask(command)
    target = str(seen.person) if seen.move is Move.REVOKE else seen.target
    says_more = seen.person if seen.move is Move.DECLARE else seen.target if seen.move is Move.CLOSE else None
    group = (seen.move, target, command.actor, command.at) if says_more is None else None
    return Asked(command, seen, group, followed)


def _asked(
    times: tuple[datetime, ...], *makes: tuple[Make, Prove], followed: bool = True
) -> tuple[Asked, ...]:
    plain_ones = [(each, prove) for make, prove in makes for at in times for each in make(at)]
    return tuple(_ask(each, followed=followed) for one, prove in plain_ones for each in prove(one))


def _anywhere(_: Incident) -> bool:
    return True


def _few(incident: Incident) -> bool:
    entries = (incident.tasks, incident.follow_ups, incident.evidence, incident.updates)
    return all(len(each) <= 1 for each in entries)


def _never_reopened(incident: Incident) -> bool:
    return sum(entry.stage in (Stage.INVESTIGATION, Stage.INCIDENT) for entry in incident.stages) <= 2


def _reopened_once(incident: Incident) -> bool:
    return sum(entry.stage in (Stage.INVESTIGATION, Stage.INCIDENT) for entry in incident.stages) <= 3


_AT, _SPAN = GRID[:1], GRID[:3]
_OPENED, _DECLARED = opening(GRID[0]), opening(GRID[0], declare=True)
_SEEN_BY_BOB = c.Grant(actor=_OPENED.actor, at=GRID[0], key="k", who=BOB)


def _tasks() -> Slice:
    return Slice("tasks", ((_OPENED,),), _asked(_AT, (life, proved), (tasks, every)), _few)


def _follow_ups() -> Slice:
    return Slice("follow-ups", ((_OPENED,),), _asked(_AT, (life, proved), (follow_ups, every)), _few)


def _timers() -> Slice:
    """A follow-up comes and goes beside them: its timer goes with it."""
    moves = (life, proved), (one_follow_up, proved), (timers, plain)
    asked = _asked(_AT, *moves) + _asked(_AT, (other_timers, plain), followed=False)
    return Slice("timers", ((_OPENED,),), asked, _few)


def _writings() -> Slice:
    asked = _asked(_AT, (life, proved), (writings, every)) + _asked(_AT, (rewritten, plain), followed=False)
    asked += _asked(_AT, (redactions, every), followed=False)
    return Slice("writings", ((_OPENED,),), asked, _few)


def _moments() -> Slice:
    later = GRID[1:3]
    followed = _asked(later, (life, proved), (statuses, plain))
    besides = _asked(GRID[::3], (everything, both), followed=False)
    besides += _asked(later, (everything, proved), followed=False)
    besides += _asked(GRID[:1], (strangers, plain), followed=False)
    return Slice("every move at every moment", (busy(GRID[1]),), followed + besides, _never_reopened)


def _severities() -> Slice:
    followed = _asked(GRID[1:2], (life, proved), (severities, proved))
    besides = _asked(GRID, (severities, both), followed=False)
    return Slice("severity at every moment", ((opening(GRID[1]),),), followed + besides, _anywhere)


def _sight() -> Slice:
    asked = _asked(_AT, (life, proved), (endings, both), (roles, both), (access, both))
    return Slice("outcomes, roles and sight", ((_OPENED,), (_DECLARED,)), asked, _anywhere)


def _secrecy() -> Slice:
    asked = _asked(_AT, (life, proved), (access, plain), (secrecy, plain))
    return Slice("what is private", ((_OPENED,),), asked, _anywhere)


def _reopening() -> Slice:
    asked = _asked(GRID[:2], (life, proved), (monitoring, plain), (response, plain))
    return Slice("times after reopening", ((_OPENED,),), asked, _reopened_once)


def _impact() -> Slice:
    asked = _asked(_SPAN, (life, proved), (impact, plain))
    return Slice("times of the impact", ((_OPENED,),), asked, _never_reopened)


def _response() -> Slice:
    asked = _asked(_SPAN, (life, proved), (monitoring, plain), (relief, plain), (response, plain))
    return Slice("times of the response", ((_OPENED,), (_DECLARED,)), asked, _never_reopened)


def _stages() -> Slice:
    asked = _asked(_AT, (life, every), (severities, reasoned), (statuses, plain), (team, plain))
    asked += _asked(_AT, (review, plain)) + _asked(_AT, (substitute, plain), followed=False)
    return Slice("stages, status, severity, roles and review", ((_OPENED, _SEEN_BY_BOB),), asked, _anywhere)


@cache
def judged() -> tuple[Slice, ...]:
    """The parts in which a policy can stand in the way; the others go on by commands with every proof."""
    return _sight(), _stages()


@cache
def slices() -> tuple[Slice, ...]:
    """All parts, small ones first; together they reach everything that the rules can tell apart."""
    small, large = (
        (_tasks, _follow_ups, _timers, _writings, _secrecy, _severities, _moments),
        (_reopening, _impact, _response),
    )
    sight, stages = judged()
    return (*(make() for make in small), sight, *(make() for make in large), stages)
