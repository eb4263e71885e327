"""Whereabouts: where incidents live outside, and which one lives in a place there; nobody there is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from incident_core.model.actor import Actor
from incident_core.model.stage import Stage
from incident_core.ports.mirrors import Effect


@dataclass(frozen=True, slots=True)
class Home:
    """An incident, and by slot what one mirror knows of it outside; not what was said. No title: redacted."""

    incident_id: UUID
    number: int
    title: str | None
    stage: Stage
    private: bool
    commander: Actor | None
    known: Mapping[str, Effect]

    @property
    def key(self) -> str:
        """Its key."""
        return f"INC-{self.number}"


class Whereabouts(Protocol):
    """Every method may raise Unavailable.

    It knows nothing of viewers: whoever asks may name only what they may see. A place is what a mirror made
    for a slot and what is there still; a line that was said is none.
    """

    def incident(self, workspace: str, mirror: str, slot: str, external_id: str) -> str | None:
        """The key of the incident that lives there; None where nothing of ours is there.

        Of several in one place it is the one with the highest number.
        """
        ...

    def living(
        self, workspace: str, mirror: str, slot: str, external_ids: Sequence[str]
    ) -> Mapping[str, str]:
        """The same of many places at once, by place; places where nothing of ours is are left out."""
        ...

    def outside(self, workspace: str, mirror: str, slot: str, keys: Sequence[str]) -> Mapping[str, str]:
        """External ids by key, of those that are there; `keys` are those of one page."""
        ...

    def homes(self, workspace: str, mirror: str, keys: Sequence[str]) -> Sequence[Home]:
        """These incidents, with the lowest number first; keys of none are left out."""
        ...

    def open(self, workspace: str, mirror: str, after: int, limit: int) -> Sequence[Home]:
        """Incidents that are not closed and have numbers above `after`, the lowest first."""
        ...
