"""The walk meets each set of facts once; that is sound only if nothing else can change an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_core import commands as c
from incident_core.guards.guard import Guard, Kind
from incident_core.guards.refusal import Refused, Remedy
from incident_core.lifecycle.asking import RULES, Rulebook
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import advance
from incident_core.lifecycle.table import VERBS
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.policy import Policy
from incident_core.testing.exhaust import POLICIES, STRICT, slices
from incident_core.testing.exhaust.facts import Facts, facts, shape
from incident_core.testing.exhaust.slices import Slice
from incident_core.testing.exhaust.walk import Walk
from incident_core.testing.exhaust.words import GRID
from incident_core.testing.strategies import hostile_text, titles
from tests.core.telling import CLEO, OFTEN

PARTS = {part.name: part for part in slices()}
SMALL = [name for name in PARTS if not name.startswith(("stages", "times of"))]
"""Each of these is walked in less than a second."""


@cache
def walked(part: str) -> Walk:
    return Walk(STRICT, RULES, PARTS[part], most=1).run()


def seen(
    part: Slice, policy: Policy, incident: Incident, command: c.Command, rules: Rulebook = RULES
) -> tuple[tuple[str, ...], Facts]:
    """What comes of a command, as far as the walk looks: the codes against it, or the facts after it."""
    answer = decide(policy, incident, command, rules=rules)
    if isinstance(answer, Refused):
        return tuple(reason.code for reason in answer.reasons), ()
    return ("nothing changes",) if not answer else (), shape(
        advance(incident, answer), corrected=part.corrects
    )


@pytest.mark.parametrize("name", SMALL)
def test_incidents_with_the_same_facts_are_decided_alike_whatever_way_they_came(name: str) -> None:
    part, twins = PARTS[name], walked(name).twins
    assert twins
    for node, twin in twins.items():
        assert facts(twin, corrected=part.corrects) == facts(node.incident, corrected=part.corrects)
        for asked in part.asked:
            one = seen(part, STRICT, node.incident, asked.command)
            assert one == seen(part, STRICT, twin, asked.command), asked.command


@dataclass(frozen=True)
class Disguise:
    """The same history for the rules, another one for people: other times in the same order, other words."""

    times: dict[datetime, datetime]
    title: str
    text: str
    drill: bool

    def of(self, command: c.Command) -> c.Command:
        """The command, disguised."""
        change: dict[str, Any] = {"at": self.times[command.at], "key": "another key"}
        for name in ("reason", "override", "text"):
            if getattr(command, name, None) is not None:
                change[name] = f"{self.text} {getattr(command, name)}"
        if isinstance(command, c.Open):
            change |= {"title": self.title, "drill": self.drill}
        if isinstance(command, c.CorrectMilestone):
            change["when"] = self.times[command.when]
        if isinstance(command, c.SnoozeTimer):
            change["until"] = self.times[command.until]
        return replace(command, **change)

    def detour(self, incident: Incident) -> list[c.Command]:
        """Commands that leave traces in the record, and none that a rule could see."""
        if incident.closed_at is not None:
            return []
        at, retitled = incident.stages[-1].at, f"{self.title[:190]} again"
        return [
            c.Grant(actor=CLEO, at=at, key="k", who=CLEO),
            c.CorrectTitle(actor=CLEO, at=at, key="k", title=retitled),
            c.Revoke(actor=CLEO, at=at, key="k", who=CLEO),
        ]


_GAP = st.timedeltas(timedelta(microseconds=1), timedelta(days=40))


@st.composite
def disguises(draw: st.DrawFn) -> Disguise:
    gaps: list[timedelta] = draw(st.lists(_GAP, min_size=len(GRID), max_size=len(GRID)))
    ends = [GRID[0] + sum(gaps[:place], timedelta()) for place in range(1, len(GRID) + 1)]
    times = dict(zip(GRID, ends, strict=True))
    return Disguise(times, draw(titles()), draw(hostile_text(80)), draw(st.booleans()))


def tell(policy: Policy, commands: Iterable[c.Command], disguise: Disguise | None = None) -> Incident:
    """The incident that these commands lead to; disguised, with detours between them."""
    incident: Incident | None = None
    for plain in commands:
        command = plain if disguise is None else disguise.of(plain)
        detour = [] if disguise is None or incident is None else disguise.detour(incident)
        for step in (*detour, command):
            answer = decide(policy, incident, step)
            assert not isinstance(answer, Refused)
            incident = advance(incident, answer)
    assert incident is not None
    return incident


@OFTEN
@given(st.sampled_from(SMALL), st.integers(0), st.sampled_from((STRICT, *POLICIES)), disguises())
def test_incidents_with_facts_in_the_same_order_are_decided_alike(
    name: str, place: int, policy: Policy, disguise: Disguise
) -> None:
    """Other times, titles, texts, keys, drills and detours: the codes, and what follows, stay the same."""
    part, nodes = PARTS[name], walked(name).nodes
    path = nodes[place % len(nodes)].path()
    plain, disguised = tell(policy, path), tell(policy, path, disguise)
    assert shape(disguised, corrected=part.corrects) == shape(plain, corrected=part.corrects)
    for asked in part.asked:
        one = seen(part, policy, plain, asked.command)
        assert one == seen(part, policy, disguised, disguise.of(asked.command)), asked.command


def test_a_rule_that_looked_at_a_title_would_be_found_so() -> None:
    nosy = Guard(
        code="nosy",
        kind=Kind.STRUCTURAL,
        holds=lambda q: q.incident.title == "a title",
        says=lambda q: "I do not like the title.",
        remedy=lambda q: Remedy("show"),
    )
    verbs = tuple(replace(verb, guards=(nosy,)) if verb.move is Move.REVIEW else verb for verb in VERBS)
    disguise = Disguise(dict(zip(GRID, GRID, strict=True)), "another", "text", drill=True)
    part = PARTS["outcomes, roles and sight"]
    path = walked(part.name).nodes[0].path()
    review = c.FinishReview(actor=CLEO, at=GRID[0], key="k")
    rules = Rulebook(verbs=verbs)
    plain, disguised = tell(STRICT, path), tell(STRICT, path, disguise)
    one = seen(part, STRICT, plain, review, rules)
    assert one != seen(part, STRICT, disguised, disguise.of(review), rules)
