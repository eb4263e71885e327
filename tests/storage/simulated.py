"""A simulation whose mirrors are kept in a database, and whose stories are committed to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from adapters.storage import Database
from adapters.storage.mirrors import SqlMirrors
from adapters.storage.mirrors_effects import effect
from adapters.storage.store import Store
from adapters.storage.tables import mirror_effects, mirrors, timers
from adapters.storage.timers_said import newer
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.ports.log import Batch, Result
from incident_core.ports.mirrors import Effect
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Fired, Reminder, everything
from incident_core.record.chain import Envelope
from incident_core.testing.memory_mirrors import MemoryMirrors, Row, Watched
from incident_core.testing.simulation.choices import Choices
from incident_core.testing.simulation.outside import Diorama
from incident_core.testing.simulation.runs import STEPS, stories
from incident_core.testing.simulation.schedule import Schedule
from incident_core.testing.simulation.stories import ANN, Story

IDS = 10
"""Stories of one seed have ids below this, and each seed has its own ten."""


@dataclass(frozen=True, slots=True)
class StoredMirrors(SqlMirrors):
    """Those of one mirror, which can be looked at, and of which each change is a commit to the log."""

    database: Database
    name: str
    told: Mapping[UUID, Story]

    @property
    def rows(self) -> Mapping[tuple[UUID, str], Row]:
        """Everything that is stored."""
        with self.store.reading() as connection:
            found = connection.execute(select(mirrors).where(mirrors.c.mirror == self.name)).all()
            effects = connection.execute(
                select(mirror_effects).where(mirror_effects.c.mirror == self.name)
            ).all()
        rows = {(each.incident_id, each.mirror): _row(each) for each in found}
        for each in effects:
            rows[each.incident_id, each.mirror].effects[each.slot] = effect(each)
        return rows

    def due(self, mirrors: Sequence[str], now: datetime) -> Sequence[tuple[UUID, str]]:
        """What those in memory would take for due."""
        memory = MemoryMirrors(_nothing)
        memory.rows.update(self.rows)
        return memory.due(mirrors, now)

    def changed(
        self,
        workspace: str,
        incident_id: UUID,
        severity: Severity,
        version: int,
        mirror: str,
        now: datetime,
        before: int | None = None,
    ) -> None:
        """Commit the events up to this version."""
        key = _key(incident_id, version)
        envelope = Envelope(workspace, incident_id, ANN, "cli", key, key, now)
        entries = self.told[incident_id].chapters[-1].entries
        events = tuple(each.event for each in entries if (before or 0) < each.version <= version)
        known = _incident(self.database, workspace, self.told[incident_id]) if before else None
        self.database.log.commit(Batch(envelope, "request", known, Result.ACCEPTED, events))


@dataclass(frozen=True, slots=True)
class StoredTimers:
    """Those of a database, of which what has fired can be looked at."""

    store: Store
    database: Database
    workspace: str

    def fire(self, now: datetime, limit: int) -> Sequence[Fired]:
        """Fire what is due."""
        return self.database.timers.fire(now, limit)

    def newer(self, incident_id: UUID, number: int) -> Sequence[Reminder]:
        """What has fired since."""
        with self.store.reading() as connection:
            return newer(connection, self.workspace, incident_id, number)

    def end(self) -> None:
        """Nothing of it fires any more."""
        with self.store.writing() as connection:
            connection.execute(delete(timers))


def in_memory(seed: int) -> Schedule:
    """The schedule of this seed, played as it always is."""
    schedule = Schedule(Choices(seed), stories(seed))
    schedule.play(STEPS)
    return schedule


def stored(database: Database, store: Store, name: str, seed: int) -> Schedule:
    """The same, with the mirror `name` of a database that is told of no other."""
    told = [replace(each, id=UUID(int=each.id.int + IDS * seed)) for each in stories(seed)]
    kept: Watched = StoredMirrors(store, database, name, {each.id: each for each in told})
    schedule = Schedule(Choices(seed), told, workspace=name)
    schedule.mirror = Diorama(schedule.outside, name)
    schedule.mirrors = kept
    schedule.timers = StoredTimers(store, database, name)
    schedule.play(STEPS)
    schedule.stories = [_recorded(database, name, each) for each in told]
    return schedule


def ended(schedule: Schedule) -> dict[int, Row]:
    """How far each story came, and what is known of it, but for what has the incident's own number in it."""
    return {
        _place(schedule, incident_id): replace(
            row, workspace="", effects={slot: _bare(each) for slot, each in row.effects.items()}
        )
        for (incident_id, _), row in schedule.mirrors.rows.items()
    }


def reminders(schedule: Schedule, place: int) -> list[Reminder]:
    """What has fired about the story at this place, from 1; about all of them at 0."""
    about = schedule.stories[place - 1].id if place else everything(schedule.workspace)
    return [replace(each, listed=(), more=0) for each in schedule.timers.newer(about, 0)]


def _place(schedule: Schedule, incident_id: UUID) -> int:
    return 0 if incident_id == everything(schedule.workspace) else incident_id.int % IDS


def _bare(effect: Effect) -> Effect:
    return replace(effect, fingerprint=None, intent=None)


def _recorded(database: Database, workspace: str, story: Story) -> Story:
    """With the number that the record gave it."""
    incident = _incident(database, workspace, story)
    last = replace(story.chapters[-1], incident=incident)
    return replace(story, chapters=(*story.chapters[:-1], last))


def _incident(database: Database, workspace: str, story: Story) -> Incident:
    """As it is recorded."""
    opening = database.log.answered(workspace, _key(story.id, story.chapters[0].incident.version))
    assert opening is not None
    loaded = database.log.load(workspace, opening.key, ANN)
    assert loaded is not None
    return loaded.incident


def _key(incident_id: UUID, version: int) -> str:
    return f"{incident_id} {version}"


def _row(row: Any) -> Row:
    return Row(
        workspace=row.workspace,
        severity=Severity(row.severity),
        wanted=row.wanted,
        shown=row.shown,
        next_at=row.next_at,
        to_remind=row.to_remind,
        reminded=row.reminded,
        revision=row.revision,
        error=row.error,
        token=row.lease_token,
        until=row.lease_until,
    )


def _nothing(incident_id: UUID) -> tuple[Incident | None, Sequence[Entry]]:
    raise AssertionError("only what is due is asked")
