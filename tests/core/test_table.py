"""A table that contradicts itself is an error at import, not a surprise at three in the morning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from incident_core.errors import TableError
from incident_core.guards import rules
from incident_core.guards.rules import GUARDS
from incident_core.lifecycle.asking import RULES, Rulebook
from incident_core.lifecycle.available import available
from incident_core.lifecycle.table import (
    ALWAYS_ASKED,
    LIFECYCLE,
    REGIONS,
    SEVERITY,
    STATUS,
    VERBS,
    Region,
    Row,
    Selector,
    Verb,
)
from incident_core.model.move import Move
from incident_core.model.role import COMMANDER
from incident_core.model.stage import Stage
from tests.core.telling import ANN, ANY_POLICY, at, opened, tell

INVESTIGATION, INCIDENT, RESOLVED, CLOSED = Stage


def lifecycle(*, without: Callable[[Row], bool] = lambda row: False, also: tuple[Row, ...] = ()) -> Region:
    rows = tuple(row for row in LIFECYCLE.rows if not without(row))
    return replace(LIFECYCLE, rows=(*rows, *also))


BROKEN = {
    "lifecycle: declare names the unknown state 'limbo'.": lifecycle(
        also=(Row(Move.DECLARE, RESOLVED, "limbo"),)
    ),
    "lifecycle: resolve names the unknown state 'triage'.": lifecycle(
        also=(Row(Move.RESOLVE, "triage", RESOLVED),)
    ),
    "status: status selects the unknown state 'bored'.": replace(
        STATUS,
        rows=(*STATUS.rows, Row(Move.STATUS, "monitoring", "identified", when=Selector(target="bored"))),
    ),
    "lifecycle: declare from investigation: the selectors overlap where declared=False.": lifecycle(
        also=(Row(Move.DECLARE, INVESTIGATION, CLOSED),)
    ),
    "lifecycle: reopen from closed: the selectors overlap where declared=True.": lifecycle(
        also=(Row(Move.REOPEN, CLOSED, RESOLVED, when=Selector(declared=True)),)
    ),
    "lifecycle: reopen from closed: the selectors leave a gap where declared=False.": lifecycle(
        without=lambda row: row.when.declared is False
    ),
    "severity: severity from sev4: the selectors leave a gap where declared=False, target=sev2.": replace(
        SEVERITY, rows=tuple(row for row in SEVERITY.rows if (row.source, row.dest) != ("sev4", "sev2"))
    ),
    "lifecycle: no row leads to incident, resolved.": lifecycle(without=lambda row: row.dest == INCIDENT),
    "lifecycle: no row leads to paused.": replace(LIFECYCLE, states=(*LIFECYCLE.states, "paused")),
    "lifecycle: no row leads to closed.": lifecycle(without=lambda row: row.move is Move.CLOSE),
}


@pytest.mark.parametrize(("sentence", "region"), BROKEN.items(), ids=BROKEN)
def test_a_table_that_contradicts_itself_never_runs(sentence: str, region: Region) -> None:
    others = tuple(each for each in REGIONS if each.name != region.name)
    with pytest.raises(TableError) as caught:
        Rulebook(regions=(region, *others))
    assert str(caught.value) == sentence


def test_a_stage_without_a_way_to_closed_is_named() -> None:
    stuck = lifecycle(without=lambda row: row.source == RESOLVED)
    with pytest.raises(TableError) as caught:
        Rulebook(regions=(stuck, STATUS, SEVERITY))
    assert str(caught.value) == "lifecycle: there is no way from incident to closed."


def test_a_move_belongs_to_one_region_or_is_a_verb() -> None:
    for regions, verbs in (
        (REGIONS, (*VERBS, Verb(Move.CLOSE, ()))),
        ((*REGIONS, replace(SEVERITY, name="copy")), VERBS),
    ):
        with pytest.raises(TableError, match="is declared twice"):
            Rulebook(regions, verbs)


def test_the_real_table_is_consistent() -> None:
    Rulebook(regions=REGIONS, verbs=VERBS)


def test_every_move_is_in_exactly_one_region_or_is_a_verb() -> None:
    places = [region.name for region in REGIONS for _ in {row.move for row in region.rows}]
    moves = [row.move for region in REGIONS for row in region.rows]
    verbs = [verb.move for verb in VERBS]
    assert sorted({*moves, *verbs}) == sorted(Move)
    assert len(places) + len(verbs) == len(Move)


def test_every_guard_is_used_and_its_code_is_its_own() -> None:
    used = {guard for region in REGIONS for row in region.rows for guard in row.guards}
    used |= {guard for verb in VERBS for guard in verb.guards}
    assert used | set(ALWAYS_ASKED) == set(GUARDS)
    assert len({guard.code for guard in GUARDS}) == len(GUARDS)


def test_the_codes_of_refusals_are_promised() -> None:
    """People script against them: a change here is a change of the contract, for the changelog."""
    assert {guard.code for guard in GUARDS} == {
        "closed", "reason-missing", "required-roles", "review-missing", "commander-needed", "role-unknown",
        "role-empty", "same-holder", "before-opened", "before-stage", "out-of-order", "milestone-missing",
        "entry-unknown", "text-unknown", "timer-unknown", "own-duplicate", "role-held", "last-viewer",
        "not-permitted",
    }  # fmt: skip


def test_another_rulebook_decides_otherwise_and_changes_nothing_for_the_real_one() -> None:
    verbs = tuple(
        replace(verb, guards=(rules.COMMANDER_STAYS,)) if verb.move is Move.CLAIM else verb for verb in VERBS
    )
    book, incident = Rulebook(verbs=verbs), tell(opened(declare=True))
    other = available(ANY_POLICY, incident, ANN, at(1), Move.CLAIM, rules=book)
    assert {each.target: each.verdict.value for each in other}[COMMANDER] == "unchanged"
    assert [each.reasons for each in available(ANY_POLICY, incident, ANN, at(1), Move.CLAIM)] == [()] * 3
    assert RULES.verbs is VERBS
