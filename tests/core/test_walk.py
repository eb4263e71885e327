"""Every reachable incident, under every combination of policies, keeps every promise."""

from __future__ import annotations

from functools import cache

import pytest

from incident_core.lifecycle.asking import RULES
from incident_core.model.move import Move
from incident_core.model.policy import Policy
from incident_core.testing.exhaust import POLICIES, STRICT, Report, explore, judged, slices


@cache
def walked(policy: Policy) -> Report:
    """The parts in which the policy matters; for the strictest one, all of them."""
    return explore(policy, parts=None if policy == STRICT else judged())


def _named(policy: Policy) -> str:
    roles = "+".join(policy.required_roles) or "no role"
    reasons = f"{len(policy.reason_to_lower)} severities need a reason"
    return f"{roles}, review {'asked' if policy.review_to_close else 'not asked'}, {reasons}"


@pytest.mark.parametrize("policy", [STRICT, *POLICIES], ids=_named)
def test_every_reachable_incident_keeps_every_promise(policy: Policy) -> None:
    report = walked(policy)
    assert not report.violations, str(report)
    assert report.states > 1_000


def test_times_and_entries_keep_every_promise_where_nothing_is_asked_for() -> None:
    rest = [part for part in slices() if part not in judged()]
    report = explore(POLICIES[0], parts=rest)
    assert not report.violations, str(report)


def test_every_guard_is_somewhere_the_only_reason() -> None:
    """So none is shadowed by another: each could not be left out."""
    rows = [((row.move, row.source, row.dest), row.guards) for region in RULES.regions for row in region.rows]
    verbs = [((verb.move, "", ""), verb.guards) for verb in RULES.verbs]
    asked = {(name, guard.code) for name, guards in (*rows, *verbs) for guard in guards}
    assert asked <= walked(STRICT).alone


def test_every_row_and_verb_is_somewhere_taken() -> None:
    rows = {(row.move, row.source, row.dest) for region in RULES.regions for row in region.rows}
    verbs = {(verb.move, "", "") for verb in RULES.verbs}
    opening = {row for row in rows if row[0] is Move.OPEN}
    assert walked(STRICT).taken == (rows - opening) | verbs


def test_the_walk_meets_what_it_is_known_to_meet() -> None:
    """A walk that lost its way would find no fault: fewer states than these is a fault of the walk."""
    report = walked(STRICT)
    assert report.states >= 2_400
    assert report.questions >= 90_000
    assert min(report.accepted, report.refused, report.unchanged) >= 20_000
