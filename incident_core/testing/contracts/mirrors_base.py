"""What the contracts of the port Mirrors share: two mirrors, and a clock by which they are claimed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from incident_core import events as e
from incident_core.commands import Command
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.intake import History
from incident_core.ports.mirror import Call, Kind
from incident_core.ports.mirrors import Claim, Come, Effect, Mirrors
from incident_core.testing.contracts.base import StoreContract
from incident_core.testing.contracts.desk import ANN
from incident_core.usecases.history import Origin, decided

CHAT, PAGER = "chat", "pager"

MIRRORS = (CHAT, PAGER)
"""Those that are told of every commit to the stores of this contract."""

NASTY = {"title": "Straße 🔥\u0000", "list": [1, 2.5, None, True, {"ключ": "значение"}], "none": None}
"""Content that is hard to keep."""


class MirrorsBase(StoreContract):
    """One incident or a few, and the mirror CHAT unless another is named; times are seconds from now."""

    @property
    def mirrors(self) -> Mirrors:
        """The port."""
        return self.desk.store.mirrors

    def at(self, later: float) -> datetime:
        """So many seconds from now."""
        return self.desk.clock.now() + seconds(later)

    def claim(self, mirrors: Sequence[str] = MIRRORS, later: float = 0, limit: int = 1) -> tuple[Claim, ...]:
        """What can be had then, for 15 seconds."""
        return self.mirrors.claim(mirrors, self.at(later), self.at(later + 15), limit)

    def only(self, later: float = 0, mirror: str = CHAT) -> Claim:
        """The one claim that can be had then."""
        claims = self.claim((mirror,), later, limit=2)
        assert len(claims) == 1, claims
        return claims[0]

    def incident(self, claim: Claim) -> Incident:
        """The one that it is about."""
        found = self.mirrors.gap(claim).incident
        assert found is not None
        return found

    def settle(
        self, claim: Claim, shown: int, next_at: datetime | None = None, error: str | None = None
    ) -> None:
        """Give it back, as of now."""
        self.mirrors.settle(claim, self.mirrors.gap(claim).revision, Come(shown), next_at, error)

    def task(self) -> e.Event:
        """Something that happens to an incident."""
        return e.TaskAdded(actor=ANN, at=self.desk.clock.now(), item="t1", text="look")

    def past(self, *commands: Command) -> History:
        """A history that happened elsewhere."""
        origin = Origin(self.desk.workspace, "import", self.desk.envelope().incident_id, self.at(0))
        found = decided(self.desk.policy, origin, commands)
        assert isinstance(found, History), found
        return found

    def redact(self, key: str, by: Actor = ANN) -> None:
        """The title is removed."""
        gone = e.TextRedacted(actor=by, at=self.desk.clock.now(), version=1, field="title", reason="a token")
        self.desk.store.log.commit(self.desk.batch(self.desk.load(key, by), gone))


def seconds(count: float) -> timedelta:
    """So many."""
    return timedelta(seconds=count)


def call(slot: str, kind: Kind) -> Call:
    """A call that says something difficult."""
    return Call(f"incident:chat:{slot}:1", kind, slot, "lines.say", NASTY, {"place": "C1", slot: ""}, True)


def begun(at: datetime) -> Effect:
    """A call that was begun then, and is tried again ten seconds later."""
    making = Call("key", Kind.MAKE, "place", "places.make", NASTY, {"list": "Ω"})
    return Effect("place", intent=making, intended_at=at, attempts=1, next_at=at + timedelta(seconds=10))
