"""Mirror: one outside system that is kept in step with incidents, one call at a time.

What should be there (`wanted`) and what should be said (`items`) are pure; `perform` makes one call, and
`check` finds out what became of a call whose answer was lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol, runtime_checkable

from incident_core.model.incident import Incident
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder

Content = Mapping[str, object]
"""Plain JSON values."""


class Lane(IntEnum):
    """How soon a thing is wanted where others wait too: what lets people in, their tools, the rest."""

    FIRST = 0
    NEXT = 1
    REST = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that should be there: made once, then changed whenever its content is another.

    It waits until the slots it `needs` are there, until those are gone that it should be `without`, and with
    `last` until everything else is done or has failed for good. `method` is what the outside counts for its
    limits, and `changing` the same for a change, where that is another. `repeatable`: making it twice is the
    same as making it once. `kept`: it is kept up to date where it is there, and is not made anew, nor what
    needs it. It does not wait for what it `knows`, but is told of it where it is there: its content has
    these external ids in `knows` then, so that it is changed when they are others. While the content of what
    is `exact` is another than what is wanted, all that needs it waits. `uses` are methods that the same call
    takes besides, and waits for. Where others wait too, what is in a later `lane` lets them go first.
    """

    slot: str
    method: str
    content: Content
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    last: bool = False
    repeatable: bool = False
    changing: str = ""
    kept: bool = False
    knows: tuple[str, ...] = ()
    exact: bool = False
    uses: tuple[str, ...] = ()
    lane: Lane = Lane.FIRST


@dataclass(frozen=True, slots=True)
class Item:
    """Something that should be said once to an audience, after everything that was said to it before.

    It `needs` slots, or has to be `without` them, like what is Wanted. What was said stays as it is, unless a
    text of it is redacted: `changing` is what the outside counts for that; empty: it cannot be changed.
    """

    audience: str
    method: str
    content: Content
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    repeatable: bool = False
    changing: str = ""
    lane: Lane = Lane.FIRST


class Kind(StrEnum):
    """What a call does: make what a slot wants, change it, say an item, or remove what is one too many."""

    MAKE = "make"
    CHANGE = "change"
    SAY = "say"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `key` names it for ever, so that the outside can tell a repeat.

    `known` are the external ids of the slots that it needs or knows, and of its own where it has one;
    `was:SLOT` is what such a slot was before it was lost. To CHANGE and to REMOVE is always repeatable.
    """

    key: str
    kind: Kind
    slot: str
    method: str
    content: Content
    known: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = False


class Ended(StrEnum):
    """How a call ended: done; not done, and to be tried again; never to be done; gone; or nobody knows.

    GONE: what should be changed is not there any more, and has to be made anew.
    """

    DONE = "done"
    LATER = "later"
    NEVER = "never"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`external_id` names what was made; `error` is one sentence.

    `wait` are the seconds for which the outside wants to hear no more of this method, or of the one that is
    `held` instead. `also` are others that
    the same call made; only `check` finds them. `lost` are slots that turned out to be of no use any more:
    they are made anew, and everything else is drawn again.
    """

    ended: Ended
    external_id: str | None = None
    error: str | None = None
    wait: float | None = None
    also: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    held: str = ""


class Mirror(Protocol):
    """One outside system. `name` is stored, and never changes."""

    @property
    def name(self) -> str: ...

    def wanted(self, incident: Incident) -> Sequence[Wanted]:
        """What should be there now, in the order in which it is wanted; pure."""
        ...

    def items(self, incident: Incident, entry: Entry) -> Iterator[Item]:
        """What should be said about this event, at most one item for each audience; pure."""
        ...

    def reminders(self, incident: Incident | None, reminder: Reminder) -> Iterator[Item]:
        """What should be said because a timer fired, at most one item for each audience; pure.

        `incident` None: it is about all of a workspace together.
        """
        ...

    def perform(self, call: Call) -> Outcome:
        """Make the call; returns within CALL seconds, and raises nothing."""
        ...

    def check(self, call: Call, since: datetime) -> Outcome:
        """What became of this call, begun at `since` (UTC): DONE with its external id, LATER where it may be
        made again, or UNKNOWN."""
        ...


@runtime_checkable
class Paced(Protocol):
    """A Mirror whose outside takes so many calls of a method in a minute, and says when that was too many."""

    def pace(self, method: str) -> float:
        """Seconds between two calls of this method, once there were too many; 0: nobody knows."""
        ...


def pace(mirror: Mirror, method: str) -> float:
    """The pace of a mirror that has one, else 0."""
    return mirror.pace(method) if isinstance(mirror, Paced) else 0.0
