"""Findings: what somebody did by hand outside, and is not put right by itself; each is reported once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from incident_core.model.actor import Actor


class What(StrEnum):
    """What is not as it was made, outside; stored."""

    RENAMED = "renamed"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    REMOVED = "removed"
    COMMANDER_LEFT = "commander_left"


SENTENCES: Mapping[What, str] = {
    What.RENAMED: "The channel was renamed by hand; it stays so until the title is another.",
    What.ARCHIVED: "The channel was archived by hand while the incident is resolved; it stays so.",
    What.UNARCHIVED: "The channel was taken out of the archive by hand; the incident stays closed.",
    What.REMOVED: "The bot cannot see the private channel: it was taken out, or the channel was deleted.",
    What.COMMANDER_LEFT: "The account of the incident commander was deactivated.",
}
"""Each in one plain sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` is so in `mirror` of the incident `key` since `noticed_at` (UTC).

    `detail` is a mark of the outside, such as an id: never what somebody typed. `over`: it is so no longer.
    """

    key: str
    mirror: str
    what: What
    detail: str
    noticed_at: datetime
    over: bool = False

    @property
    def sentence(self) -> str:
        """It in one plain sentence, without the key."""
        return SENTENCES[self.what]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was not so before, and what is so no longer."""

    new: tuple[What, ...] = ()
    over: tuple[What, ...] = ()


class Findings(Protocol):
    """Every method may raise Unavailable.

    What is new makes the mirror say a Reminder about everything in the workspace, in the same transaction:
    it is said once, by whoever settles it.
    """

    def keep(
        self,
        workspace: str,
        mirror: str,
        key: str,
        looked: Collection[What],
        found: Mapping[What, str],
        now: datetime,
    ) -> Kept:
        """Of all that was `looked` for, what was `found` (each with its detail), and nothing else, is so.

        What is so already is not new, unless its detail is another. That the commander has left is said in
        the incident too. Of an incident that is not there nothing is kept.
        """
        ...

    def open(self, workspace: str, limit: int, viewer: Actor | None = None) -> tuple[Finding, ...]:
        """What is so now, the oldest first, of incidents that the viewer can see; None: of all."""
        ...

    def turn(self, workspace: str, mirror: str, now: datetime, until: datetime) -> bool:
        """Whether whoever asks is to look now; then nobody else is before `until` (UTC)."""
        ...
