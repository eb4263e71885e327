"""Tables that are wrong in one place: each guard deleted or negated, each row deleted, selectors swapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from incident_core.errors import TableError
from incident_core.guards.guard import Guard
from incident_core.guards.question import Question
from incident_core.lifecycle.asking import RULES, Rulebook
from incident_core.lifecycle.table import Region, Row, Verb
from incident_core.model.move import Move
from incident_core.testing.exhaust import POLICIES, STRICT, explore
from incident_core.testing.exhaust.slices import slices


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong table: what was done to which move, and the book of it; building it may raise TableError."""

    name: str
    move: Move
    build: Callable[[], Rulebook]


def mutants(rules: Rulebook = RULES) -> Iterator[Mutant]:
    """Every table that differs from this one by one fault."""
    yield from without_a_guard(rules)
    yield from with_a_guard_negated(rules)
    yield from _without_a_row(rules)
    yield from _with_selectors_swapped(rules)


def without_a_guard(rules: Rulebook = RULES) -> Iterator[Mutant]:
    """Each guard of each row and verb deleted."""
    return _by_guard(rules, "without", lambda guards, at: (*guards[:at], *guards[at + 1 :]))


def with_a_guard_negated(rules: Rulebook = RULES) -> Iterator[Mutant]:
    """Each guard of each row and verb negated."""
    return _by_guard(rules, "not", lambda guards, at: (*guards[:at], _negated(guards[at]), *guards[at + 1 :]))


def judge(mutant: Mutant) -> str | None:
    """The check that notices the fault: the table's own, or a promise of the walk; None where none does."""
    try:
        rules = mutant.build()
    except TableError as error:
        return f"the table check: {error}"
    parts = [part for part in slices() if any(asked.ask.move is mutant.move for asked in part.asked)]
    for policy in (STRICT, *POLICIES):
        for part in parts:
            report = explore(policy, rules=rules, parts=[part], most=1)
            if report.violations:
                return report.violations[0].promise
    return None


Change = Callable[[tuple[Guard, ...], int], tuple[Guard, ...]]


def _by_guard(rules: Rulebook, word: str, change: Change) -> Iterator[Mutant]:
    for region in rules.regions:
        for row in region.rows:
            for at, guard in enumerate(row.guards):
                wrong = replace(row, guards=change(row.guards, at))
                yield _with_rows(rules, f"{_of(row)} {word} {guard.code}", region, {row: wrong})
    for verb in rules.verbs:
        for at, guard in enumerate(verb.guards):
            yield _with_verb(rules, f"{verb.move} {word} {guard.code}", verb, change(verb.guards, at))


def _without_a_row(rules: Rulebook) -> Iterator[Mutant]:
    for region in rules.regions:
        for row in region.rows:
            yield _with_rows(rules, f"no {_of(row)}", region, {row: None})


def _with_selectors_swapped(rules: Rulebook) -> Iterator[Mutant]:
    for region in rules.regions:
        for one, other in combinations(region.rows, 2):
            if (one.move, one.source) == (other.move, other.source):
                swapped = {one: replace(one, when=other.when), other: replace(other, when=one.when)}
                yield _with_rows(rules, f"{_of(one)} for {_of(other)}", region, swapped)


def _with_rows(
    rules: Rulebook, name: str, region: Region, change: dict[Row, Row] | dict[Row, None]
) -> Mutant:
    changed = (change.get(row, row) for row in region.rows)
    wrong = replace(region, rows=tuple(row for row in changed if row is not None))
    regions = tuple(wrong if each is region else each for each in rules.regions)
    return Mutant(name, next(iter(change)).move, lambda: Rulebook(regions, rules.verbs, rules.ways))


def _with_verb(rules: Rulebook, name: str, verb: Verb, guards: tuple[Guard, ...]) -> Mutant:
    verbs = tuple(replace(each, guards=guards) if each is verb else each for each in rules.verbs)
    return Mutant(name, verb.move, lambda: Rulebook(rules.regions, verbs, rules.ways))


def _negated(guard: Guard) -> Guard:
    holds = guard.holds

    def fails(question: Question) -> bool:
        return not holds(question)

    return replace(guard, holds=fails)


def _of(row: Row) -> str:
    return f"{row.move} {row.source} to {row.dest}"
