"""What a deployment decides for itself; `decide` takes it, and nothing reads it from the world."""

from __future__ import annotations

from dataclasses import dataclass

from incident_core.errors import Invalid
from incident_core.model.intervals import INTERVALS, Intervals
from incident_core.model.role import COMMANDER, STANDARD_ROLES, role
from incident_core.model.severity import Severity


@dataclass(frozen=True, slots=True)
class Policy:
    """Process rules. `roles` are those that exist, in reading order; raises Invalid where they disagree.

    `required_roles` must be held to resolve; `review_to_close` asks for a review before a declared
    incident closes; lowering from a severity in `reason_to_lower` needs a reason. `intervals` are those of
    the timers.
    """

    roles: tuple[str, ...] = STANDARD_ROLES
    required_roles: tuple[str, ...] = (COMMANDER,)
    review_to_close: bool = False
    reason_to_lower: frozenset[Severity] = frozenset({Severity.SEV1, Severity.SEV2})
    intervals: Intervals = INTERVALS

    def __post_init__(self) -> None:
        for name in self.roles:
            role(name)
        if COMMANDER not in self.roles:
            raise Invalid("roles", f"The role {COMMANDER} cannot be left out.")
        for name in self.required_roles:
            if name not in self.roles:
                raise Invalid("required_roles", f"The required role {name!r} is not one of the roles.")
