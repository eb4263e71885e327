"""One `transitions` machine per region, shared and never bound to a model; the only module that imports it.

`select` and `why_not` are pure. The library's own `trigger()` stays intact on the same objects and serves
as the oracle in the exhaustive check.
"""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any, cast

from transitions import Event, Machine, MachineError, Transition

from incident_core.guards.question import Question
from incident_core.guards.refusal import Reason
from incident_core.lifecycle.check import check, check_way_out
from incident_core.lifecycle.table import REGIONS, Region, Row
from incident_core.model.stage import Stage


class RuleTransition(Transition):
    """A transition that remembers its row."""

    def __init__(self, *args: Any, row: Row, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row


class RuleEvent(Event):
    """A trigger that can be asked without being pulled."""

    def row(self, state: str | None, question: Question) -> Row | None:
        """The one row that applies from this state, its guards not asked yet."""
        for transition in self.transitions.get(state or "", ()):
            row = cast(RuleTransition, transition).row
            if row.when(question):
                return row
        return None

    def select(self, state: str | None, question: Question) -> Row | None:
        """The row to take, or None."""
        row = self.row(state, question)
        return row if row is not None and all(guard(question) for guard in row.guards) else None

    def why_not(self, state: str | None, question: Question) -> tuple[Reason, ...] | None:
        """Every reason against it, none where it may be taken; None where no row applies."""
        row = self.row(state, question)
        if row is None:
            return None
        return tuple(guard.why_not(question) for guard in row.guards if not guard(question))


class RuleMachine(Machine):
    """A machine whose events and transitions are ours."""

    event_cls = RuleEvent
    transition_cls = RuleTransition


def build(region: Region) -> RuleMachine:
    """The machine of a checked region; raises TableError where the region contradicts itself."""
    check(region)
    machine = RuleMachine(
        model=None,
        states=[str(state) for state in region.states],
        initial=str(region.initial),
        auto_transitions=False,
    )
    for row in region.rows:
        machine.add_transition(
            str(row.move), str(row.source), str(row.dest), conditions=[row.when, *row.guards], row=row
        )
    return machine


def event(machine: RuleMachine, move: str) -> RuleEvent:
    """The event of a move in this machine."""
    return cast(RuleEvent, machine.events[move])


def pulled(rules: RuleEvent, state: str | None, question: Question) -> str | None:
    """The state that the library's own `trigger()` leads to, None where it refuses; an oracle for tests."""
    carrier = SimpleNamespace(state=None if state is None else str(state))
    try:
        return carrier.state if state is not None and rules.trigger(carrier, question) else None
    except MachineError:
        return None


def build_all(regions: Collection[Region]) -> dict[str, RuleMachine]:
    """The machine of each region, by its name; raises TableError where the regions contradict themselves."""
    machines = {region.name: build(region) for region in regions}
    for region in regions:
        if Stage.CLOSED in region.states:
            check_way_out(region)
    return machines


MACHINES = build_all(REGIONS)
"""The machines of the table."""
