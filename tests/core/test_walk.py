"""Every reachable incident, under every combination of policies, keeps every promise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incident_core.guards.guard import Guard
from incident_core.lifecycle.asking import RULES, Rulebook
from incident_core.lifecycle.table import VERBS
from incident_core.model.move import Move
from incident_core.model.policy import Policy
from incident_core.testing.exhaust import POLICIES, STRICT, explore, judged, slices
from incident_core.testing.exhaust.report import RowName


def _named(policy: Policy) -> str:
    roles = "+".join(policy.required_roles) or "no role"
    reasons = f"{len(policy.reason_to_lower)} severities need a reason"
    return f"{roles}, review {'asked' if policy.review_to_close else 'not asked'}, {reasons}"


@pytest.mark.parametrize("policy", POLICIES, ids=_named)
def test_every_reachable_incident_keeps_every_promise(policy: Policy) -> None:
    report = explore(policy, parts=judged())
    assert not report.violations, str(report)
    assert report.states > 600


def test_times_and_entries_keep_every_promise_where_nothing_is_asked_for() -> None:
    rest = [part for part in slices() if part not in judged()]
    report = explore(POLICIES[0], parts=rest)
    assert not report.violations, str(report)


def test_under_the_strictest_policy_every_promise_is_kept_and_every_rule_is_needed() -> None:
    """Each guard is somewhere the only reason, so none is shadowed; each row is somewhere taken."""
    report = explore(STRICT)
    assert not report.violations, str(report)
    assert _guards() <= report.alone
    assert report.taken == {name for name, _ in _asked() if name[0] is not Move.OPEN}
    # A walk that lost its way would find no fault: fewer than these is a fault of the walk.
    assert report.states >= 2_000
    assert min(report.accepted, report.refused, report.unchanged) >= 15_000


def _asked() -> list[tuple[RowName, tuple[Guard, ...]]]:
    """What is asked in each row, and of each verb."""
    rows = [((row.move, row.source, row.dest), row.guards) for region in RULES.regions for row in region.rows]
    return [*rows, *(((verb.move, "", ""), verb.guards) for verb in RULES.verbs)]


def _guards() -> set[tuple[RowName, str]]:
    return {(name, guard.code) for name, guards in _asked() for guard in guards}


def test_a_broken_promise_is_told_with_the_shortest_way_to_it() -> None:
    """What a rule writer sees who forgot that a closed incident is read-only."""
    forgetful = tuple(replace(verb, guards=()) if verb.move is Move.REVIEW else verb for verb in VERBS)
    report = explore(STRICT, rules=Rulebook(verbs=forgetful), parts=judged()[1:], most=1)
    assert str(report.violations[0]) == (
        "closed is read-only, except for reopen and what is left of follow-ups\n"
        "  seen: review_done\n"
        "  1. cli:ann open title='a title' (+0:00:00)\n"
        "  2. cli:ann access grant who=cli:bob (+0:00:00)\n"
        "  3. cli:ann close (+0:00:00)\n"
        "  4. cli:ann review done (+0:00:00)"
    )
