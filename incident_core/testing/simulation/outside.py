"""An outside system in memory, stateful and unkind: it fails before or after it did what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from incident_core.model.incident import Incident
from incident_core.model.stage import Stage
from incident_core.ports.mirror import Call, Content, Ended, Item, Kind, Lane, Outcome, Wanted
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder


class Fate(StrEnum):
    """What becomes of a call."""

    FINE = "fine"
    REFUSED_BEFORE = "5xx before"
    FAILED_AFTER = "5xx after"
    LOST_BEFORE = "dropped before"
    LOST_AFTER = "dropped after"
    LATE = "timed out, and happened later"
    HELD = "429 with Retry-After"
    HELD_SOMEHOW = "429"
    FORBIDDEN = "forbidden for ever"


UNKNOWN_FATES = frozenset({Fate.FAILED_AFTER, Fate.LOST_BEFORE, Fate.LOST_AFTER, Fate.LATE})
_HAPPENS = frozenset({Fate.FINE, Fate.FAILED_AFTER, Fate.LOST_AFTER})
_LATER_THAN_A_CALL = timedelta(seconds=3)


@dataclass(slots=True)
class Thing:
    """Something that is there: by which call, and what it says now."""

    id: str
    key: str
    slot: str
    content: Content
    at: int


@dataclass(slots=True)
class Outside:
    """Everything that is there, and what is still on its way. `fate` decides about each call."""

    fate: Callable[[Call], Fate]
    now: Callable[[], datetime]
    things: dict[str, Thing] = field(default_factory=dict)
    late: list[tuple[datetime, Call]] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)
    counter: int = 0
    calls: int = 0

    def perform(self, call: Call) -> Outcome:
        """Do it, or not; answer, or not."""
        self.calls += 1
        self.arrive()
        fate = self.fate(call)
        if call.slot in self.forbidden or fate is Fate.FORBIDDEN:
            self.forbidden.add(call.slot)
            return Outcome(Ended.NEVER, error=f"{call.method} is not allowed")
        if fate is Fate.HELD:
            return Outcome(Ended.LATER, error="too many requests", wait=7.0)
        if fate in (Fate.HELD_SOMEHOW, Fate.REFUSED_BEFORE):
            return Outcome(Ended.LATER, error=fate.value)
        if fate is Fate.LATE:
            self.late.append((self.now() + _LATER_THAN_A_CALL, call))
        outcome = self._do(call) if fate in _HAPPENS else Outcome(Ended.DONE)
        return outcome if fate is Fate.FINE else Outcome(Ended.UNKNOWN, error=fate.value)

    def check(self, call: Call) -> Outcome:
        """What this call made, if it is there."""
        self.arrive()
        found = [thing.id for thing in self.things.values() if thing.key == call.key]
        return (
            Outcome(Ended.DONE, external_id=found[0], also=tuple(found[1:]))
            if found
            else Outcome(Ended.LATER)
        )

    def arrive(self) -> None:
        """What was on its way and has come by now happens."""
        due = [call for at, call in self.late if at <= self.now()]
        self.late = [(at, call) for at, call in self.late if at > self.now()]
        for call in due:
            self._do(call)

    def of(self, slot: str) -> list[Thing]:
        """What is there for this slot, oldest first."""
        return [thing for thing in self.things.values() if thing.slot == slot]

    def _do(self, call: Call) -> Outcome:
        if call.kind is Kind.REMOVE:
            gone = self.things.pop(call.known[call.slot], None)
            return Outcome(Ended.GONE if gone is None else Ended.DONE)
        if call.kind is Kind.CHANGE:
            return self._change(call)
        if call.repeatable:
            again = next((thing for thing in self.things.values() if thing.key == call.key), None)
            if again is not None:
                again.content = call.content
                return Outcome(Ended.DONE, external_id=again.id)
        self.counter += 1
        made = Thing(f"x:{self.counter}", call.key, call.slot, call.content, self.counter)
        self.things[made.id] = made
        return Outcome(Ended.DONE, external_id=made.id)

    def _change(self, call: Call) -> Outcome:
        thing = self.things.get(call.known[call.slot])
        if thing is None:
            return Outcome(Ended.GONE, error="not found")
        thing.content = call.content
        return Outcome(Ended.DONE)


@dataclass(frozen=True, slots=True)
class Diorama:
    """A mirror with one of everything: a place, what stands in it, lines, a bell."""

    outside: Outside
    name: str = "diorama"

    def wanted(self, incident: Incident) -> Sequence[Wanted]:
        """A place, its board, a label on it, an entry in a list, and its end."""
        key, title, stage = incident.key, incident.title, incident.stage.value
        shown = {
            "title": title,
            "stage": stage,
            "severity": incident.severity.value,
            "version": incident.version,
        }
        places = [
            Wanted("place", "places.make", {"name": key}),
            Wanted("board", "boards.post", shown, needs=("place",), lane=Lane.NEXT),
            Wanted("label", "places.label", {"stage": stage}, ("place",), repeatable=True, lane=Lane.REST),
            Wanted("list", "lists.post", {"key": key, "stage": stage}),
        ]
        if incident.stage is Stage.CLOSED:
            closed = Wanted("end", "places.close", {}, ("place",), last=True, repeatable=True)
            places.append(closed)
        return places

    def items(self, incident: Incident, entry: Entry) -> Iterator[Item]:
        """A line in the place for each event, and a bell outside."""
        content: Content = {"version": entry.version, "type": entry.event.type}
        yield Item("place", "lines.say", content, needs=("place",))
        yield Item("bell", "bell.ring", content, repeatable=True)

    def reminders(self, incident: Incident | None, reminder: Reminder) -> Iterator[Item]:
        """A line in the place, and a bell; of a list only the bell."""
        content: Content = {"number": reminder.number, "timer": reminder.timer}
        if incident is not None:
            yield Item("place", "lines.say", content, needs=("place",))
        yield Item("bell", "bell.ring", content, repeatable=True)

    def perform(self, call: Call) -> Outcome:
        """Ask the outside."""
        return self.outside.perform(call)

    def check(self, call: Call, since: datetime) -> Outcome:
        """Look outside."""
        return self.outside.check(call)
