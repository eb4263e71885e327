"""Selecting and deciding, against a hand-written dict table and against the library's own trigger()."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from bench.pairs import Ratio, functions
from incident_core import Actor, Incident, Open, Policy, Resolve, Stage, decide, evolve, fold
from incident_core.commands import Declare
from incident_core.guards.guard import Guard
from incident_core.guards.question import Question
from incident_core.lifecycle.consequences import consequences
from incident_core.lifecycle.decide import ask
from incident_core.lifecycle.machine import MACHINES, event
from incident_core.lifecycle.table import LIFECYCLE
from incident_core.model.move import Move

ANN = Actor.parse("ann")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
POLICY = Policy()
RESOLVE = Resolve(actor=ANN, at=NOW, key="r")
TABLE: dict[tuple[str, str], tuple[str, tuple[Guard, ...]]] = {
    (row.move, row.source): (row.dest, row.guards) for row in LIFECYCLE.rows
}


class Carrier:
    """What trigger() changes."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def incident() -> Incident:
    """One that can be resolved."""
    opened = decide(POLICY, None, Open(actor=ANN, at=NOW, key="o", title="API is slow"))
    assert isinstance(opened, tuple)
    declared = decide(POLICY, fold(opened), Declare(actor=ANN, at=NOW, key="d"))
    assert isinstance(declared, tuple)
    return fold((*opened, *declared))


def by_table(question: Question) -> str | None:
    """The hand-written equal of select()."""
    found = TABLE.get((question.ask.move, question.incident.stage))
    return found[0] if found is not None and all(guard(question) for guard in found[1]) else None


def measure(pairs: int) -> Iterator[Ratio]:
    """Three ratios about resolving an incident."""
    one = incident()
    question = Question(POLICY, one, ANN, NOW, ask(RESOLVE))
    resolve = event(MACHINES[LIFECYCLE.name], Move.RESOLVE)

    def decide_and_evolve() -> None:
        decided = decide(POLICY, one, RESOLVE)
        assert isinstance(decided, tuple)
        evolve(one, decided[0])

    def table_and_evolve() -> None:
        asked = Question(POLICY, one, ANN, NOW, ask(RESOLVE))
        if by_table(asked):
            evolve(one, consequences(one, RESOLVE)[0])

    def trigger() -> None:
        asked = Question(POLICY, one, ANN, NOW, ask(RESOLVE))
        resolve.trigger(Carrier(Stage.INCIDENT.value), asked)

    selected = functions(
        "`select()`", lambda: resolve.select(Stage.INCIDENT, question),
        "a dict table with the same guards", lambda: by_table(question),
        pairs=pairs, calls=20_000,
    )  # fmt: skip
    yield selected
    yield functions(
        "decide + evolve", decide_and_evolve, "the dict table, same events", table_and_evolve,
        pairs=pairs, calls=5_000,
    )  # fmt: skip
    yield functions(
        "decide + evolve", decide_and_evolve, "`trigger()` alone, no event made", trigger,
        pairs=pairs, calls=5_000,
    )  # fmt: skip
