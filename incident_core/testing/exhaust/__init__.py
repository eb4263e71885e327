"""Every reachable incident under a policy, asked everything: `explore(policy)` says what does not hold."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from incident_core.lifecycle.asking import RULES, Rulebook
from incident_core.model.policy import Policy
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.testing.exhaust.report import Report, Violation
from incident_core.testing.exhaust.slices import Slice, judged, slices
from incident_core.testing.exhaust.walk import Walk

__all__ = ["POLICIES", "STRICT", "Report", "Slice", "Violation", "explore", "judged", "slices"]

_ROLES = (COMMANDER, TECHNICAL_LEAD)

POLICIES: tuple[Policy, ...] = tuple(
    Policy(roles=_ROLES, required_roles=required, review_to_close=review, reason_to_lower=reason)
    for required, review, reason in product(
        ((), (COMMANDER,), _ROLES), (False, True), (frozenset(), Policy().reason_to_lower)
    )
)
"""Every combination of what a deployment may decide. Two roles stand for any number: one that is required
in some of these policies, and one that is required in none."""

STRICT = Policy(
    roles=_ROLES, required_roles=_ROLES, review_to_close=True, reason_to_lower=frozenset(Severity)
)
"""The policy under which every rule can fail."""


def explore(
    policy: Policy, *, rules: Rulebook = RULES, parts: Iterable[Slice] | None = None, most: int = 20
) -> Report:
    """Walk the state space and check every promise; a part ends after `most` violations. Takes seconds."""
    walks = [Walk(policy, rules, part, most).run() for part in (slices() if parts is None else parts)]
    figures = [(len(walk.nodes), walk.accepted, walk.refused, walk.unchanged) for walk in walks]
    states, accepted, refused, unchanged = (sum(column) for column in zip(*figures, strict=True))
    return Report(
        policy=policy,
        states=states,
        questions=accepted + refused + unchanged,
        accepted=accepted,
        refused=refused,
        unchanged=unchanged,
        taken=frozenset(name for walk in walks for name in walk.taken),
        alone=frozenset(name for walk in walks for name in walk.alone),
        violations=tuple(each for walk in walks for each in walk.violations),
    )
