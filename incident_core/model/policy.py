"""What a deployment decides for itself; `decide` takes it, and nothing reads it from the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from incident_core.errors import Invalid
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.intervals import INTERVALS, Intervals
from incident_core.model.move import Move
from incident_core.model.permit import Permit
from incident_core.model.role import COMMANDER, STANDARD_ROLES, role
from incident_core.model.severity import Severity


@dataclass(frozen=True, slots=True)
class Policy:
    """Process rules. `roles` are those that exist, in reading order; raises Invalid where they disagree.

    `required_roles` must be held to resolve; `review_to_close` asks for a review before a declared
    incident closes; lowering from a severity in `reason_to_lower` needs a reason. `intervals` are those of
    the timers. `admins` see private incidents, which is recorded. A move in `permits` is only for those; in
    `members` is who is in the user groups that these name, as far as it is known.
    """

    roles: tuple[str, ...] = STANDARD_ROLES
    required_roles: tuple[str, ...] = (COMMANDER,)
    review_to_close: bool = False
    reason_to_lower: frozenset[Severity] = frozenset({Severity.SEV1, Severity.SEV2})
    intervals: Intervals = INTERVALS
    admins: frozenset[Actor] = frozenset()
    permits: Mapping[Move, Permit] = field(default_factory=dict, hash=False)
    members: Mapping[str, frozenset[Actor]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name in self.roles:
            role(name)
        if COMMANDER not in self.roles:
            raise Invalid("roles", f"The role {COMMANDER} cannot be left out.")
        for name in self.required_roles:
            if name not in self.roles:
                raise Invalid("required_roles", f"The required role {name!r} is not one of the roles.")
        if Move.OPEN in self.permits:
            raise Invalid("permits", "Nobody can be kept from opening an incident.")

    @property
    def groups(self) -> frozenset[str]:
        """The user groups whose members it asks for."""
        return frozenset(group for permit in self.permits.values() for group in permit.groups)

    def permitted(self, move: Move, actor: Actor) -> bool:
        """Whether the actor is one of those who may do this."""
        permit = self.permits.get(move)
        return permit is None or permit.holds(actor, self.members)

    def sees(self, incident: Incident, viewer: Actor) -> bool:
        """Whether this viewer may read it: whoever it lets, and the admins."""
        return incident.seen_by(viewer) or viewer in self.admins
