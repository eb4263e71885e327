"""The review of an incident, told from its timeline alone; of a text that was removed nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol, TypeVar

from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.entry import Evidence, Task, Update
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone, durations, milestone
from incident_core.model.role import COMMANDER
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.record.held import held
from incident_core.record.reviewed import (
    DRILL,
    PRIVATE,
    Elsewhere,
    Impact,
    Level,
    News,
    Override,
    Piece,
    Redaction,
    Review,
    Stay,
    ToDo,
    Told,
)
from incident_core.record.telling import REDACTED, told

LATE = timedelta(minutes=1)
"""How long after it happened it is worth saying when something was recorded."""

_E = TypeVar("_E", bound=e.Event)
_UNSAID = (e.Looked,)
"""That an admin has looked says nothing about the incident."""


class Entry(Protocol):
    """A line of the timeline, as the port Reader has it."""

    @property
    def version(self) -> int: ...
    @property
    def event(self) -> e.Event: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def redacted(self) -> tuple[str, ...]: ...


def review(
    incident: Incident, entries: Sequence[Entry], now: datetime, name: Callable[[Actor], str] = str
) -> Review:
    """The review; `entries` are all those of this incident, in order of version, and `name` names people.

    `now` only tells what is overdue: two reviews of the same entries are the same otherwise. Linear in the
    entries.
    """
    telling = _Telling(incident, entries, now, name)
    roles = held(entries, name)
    declared = next((each.by for each in incident.stages if each.stage is Stage.INCIDENT), None)
    newest = entries[-1]
    updates = tuple(map(telling.news, incident.updates))
    return Review(
        key=incident.key,
        title=telling.title(),
        marks=tuple(mark for mark, so in ((DRILL, incident.drill), (PRIVATE, incident.private)) if so),
        stage=incident.stage,
        status=incident.status,
        severity=incident.severity,
        outcome=incident.outcome,
        duplicate_of=incident.duplicate_of,
        opened_by=name(incident.opened_by),
        declared_by=None if declared is None else name(declared),
        commanders=tuple(dict.fromkeys(each.holder for each in roles if each.role == COMMANDER)),
        review_done_at=incident.review_done_at,
        as_of=newest.recorded_at,
        version=newest.version,
        impact=_impact(incident, updates),
        milestones=MappingProxyType({each: milestone(incident, each) for each in Milestone}),
        durations=MappingProxyType(durations(incident)),
        stages=tuple(telling.stays()),
        severities=tuple(telling.levels()),
        roles=roles,
        timeline=tuple(telling.timeline()),
        updates=updates,
        evidence=tuple(map(telling.piece, incident.evidence)),
        tasks=tuple(map(telling.to_do, incident.tasks)),
        follow_ups=tuple(map(telling.to_do, incident.follow_ups)),
        overrides=tuple(telling.overrides()),
        redactions=tuple(telling.redactions()),
        elsewhere=tuple(telling.elsewhere()),
    )


class _Telling:
    """The entries, and the last of them that says how each update, task, … reads."""

    def __init__(
        self, incident: Incident, entries: Sequence[Entry], now: datetime, name: Callable[[Actor], str]
    ) -> None:
        self._incident, self._entries, self._now, self._name = incident, entries, now, name
        self._last: dict[str, Entry] = {}
        self._retracted: dict[str, str] = {}
        for entry in entries:
            if (named := _named(entry.event)) is not None:
                self._last[named] = entry
            elif isinstance(entry.event, e.EntryRetracted):
                self._retracted[entry.event.entry] = _needed(entry, "reason")

    def title(self) -> str:
        """The title as it reads now."""
        return _needed(self._last[_TITLE], "title") if _TITLE in self._last else REDACTED

    def timeline(self) -> Iterator[Told]:
        """In the order in which it happened."""
        for entry in sorted(self._entries, key=lambda each: (each.event.at, each.version)):
            event = entry.event
            if not isinstance(event, _UNSAID):
                what = told(event, entry.redacted, self._shown)
                late = entry.recorded_at - event.at >= LATE
                at = entry.recorded_at if late else None
                yield Told(entry.version, event.at, self._name(event.actor), what, at)

    def stays(self) -> Iterator[Stay]:
        """Every stage it was in."""
        stages = self._incident.stages
        ends: list[datetime | None] = [each.at for each in stages[1:]]
        for stage, until in zip(stages, [*ends, None], strict=True):
            yield Stay(stage.stage, stage.at, until, self._name(stage.by))

    def levels(self) -> Iterator[Level]:
        """Every severity that it had."""
        opener, began = self._incident.opened_by, self._incident.severities[0]
        set_later = list(self._all(e.SeveritySet))
        if set_later and _with_opening(*set_later[0], opener):
            began = began._replace(severity=set_later.pop(0)[1].severity)
        yield Level(began.severity, None, began.at, self._name(opener), None)
        for entry, event in set_later:
            reason = _text(entry, "reason")
            yield Level(event.severity, event.previous, event.at, self._name(event.actor), reason)

    def overrides(self) -> Iterator[Override]:
        """Every rule that was passed over."""
        for entry, event in self._all(e.RuleOverridden):
            yield Override(event.at, self._name(event.actor), event.rules, _needed(entry, "reason"))

    def redactions(self) -> Iterator[Redaction]:
        """Every text that was removed."""
        for entry, event in self._all(e.TextRedacted):
            reason = _needed(entry, "reason")
            yield Redaction(event.at, self._name(event.actor), event.version, event.field, reason)

    def elsewhere(self) -> Iterator[Elsewhere]:
        """Every other system that knows it, by its newest link."""
        linked = {event.system: (entry, event) for entry, event in self._all(e.ExternalLinked)}
        for system, (entry, event) in sorted(linked.items()):
            yield Elsewhere(system, event.external_id, _text(entry, "url"))

    def news(self, update: Update) -> News:
        """An update as it reads now."""
        entry = self._last[update.id]
        corrected = entry.event.at if isinstance(entry.event, e.UpdateCorrected) else None
        listed = _text(entry, "components")
        return News(
            update.id,
            update.sent_at,
            self._name(update.sent_by),
            _needed(entry, "text"),
            _text(entry, "impact"),
            () if listed is None else tuple(listed.split("\n")),
            update.next_due,
            corrected,
            self._retracted.get(update.id),
        )

    def piece(self, piece: Evidence) -> Piece:
        """A piece of evidence with its newest note."""
        entry, who = self._last[piece.id], self._name(piece.added_by)
        url, note = _needed(entry, "url"), _text(entry, "note")
        return Piece(piece.id, url, note, piece.added_at, who, self._retracted.get(piece.id))

    def to_do(self, task: Task) -> ToDo:
        """A task or a follow-up."""
        owner, done_by = (None if who is None else self._name(who) for who in (task.owner, task.done_by))
        late = task.done_at is None and task.due is not None and task.due.over_at <= self._now
        retracted = self._retracted.get(task.id)
        text = _needed(self._last[task.id], "text")
        overdue = late and not task.retracted
        return ToDo(task.id, text, owner, task.due, task.done_at, done_by, overdue, retracted)

    def _shown(self, value: str | Actor) -> str:
        return self._name(value) if isinstance(value, Actor) else value

    def _all(self, kind: type[_E]) -> Iterable[tuple[Entry, _E]]:
        return ((each, each.event) for each in self._entries if isinstance(each.event, kind))


_TITLE = "title"


def _named(event: e.Event) -> str | None:
    """What this event says how it reads: the title, or the id of an entry."""
    match event:
        case e.Opened() | e.TitleCorrected():
            return _TITLE
        case e.EvidenceAdded():
            return event.evidence
        case e.UpdateSent() | e.UpdateCorrected():
            return event.update
        case e.TaskAdded() | e.FollowUpAdded():
            return event.item
    return None


def _with_opening(entry: Entry, event: e.SeveritySet, opener: Actor) -> bool:
    """Whether this severity was given when it was opened."""
    first = entry.version == 2 and event.previous is Severity.SEV4 and event.actor == opener
    return first and event.reason is None and "reason" not in entry.redacted


def _text(entry: Entry, field: str) -> str | None:
    """A text that may be missing; one that was removed says so, whatever the event still has."""
    if field in entry.redacted:
        return REDACTED
    found: str | None = getattr(entry.event, field)
    return found


def _needed(entry: Entry, field: str) -> str:
    """A text that every such event had."""
    found = _text(entry, field)
    return REDACTED if found is None else found


def _impact(incident: Incident, updates: Sequence[News]) -> Impact:
    counted = [each for each in updates if each.retracted is None]
    lengths: Mapping[str, timedelta | None] = durations(incident)
    return Impact(
        started_at=incident.impact_started_at,
        resolved_at=incident.resolved_at,
        lasted=lengths["impact_duration"],
        components=tuple(dict.fromkeys(name for each in counted for name in each.components)),
        said=tuple((each.at, each.impact) for each in counted if each.impact is not None),
    )
