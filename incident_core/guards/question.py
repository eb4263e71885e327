"""What a guard may look at: policy, incident, actor, time, and an Ask - never free text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.policy import Policy


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted, without its words.

    `target` is a status, severity, role, milestone, outcome, timer, or the id of an entry. `person` is whom
    it names, `other` the key of another incident, `when` a corrected time, or the end of a snooze (UTC).
    `reason` and `override` say whether those texts were given.
    """

    move: Move
    target: str | None = None
    person: Actor | None = None
    other: str | None = None
    when: datetime | None = None
    reason: bool = False
    override: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """May `actor` do this to `incident` at `at` (UTC), under this policy?"""

    policy: Policy
    incident: Incident
    actor: Actor
    at: datetime
    ask: Ask
