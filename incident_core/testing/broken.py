"""Stores with one fault each, which the contracts must catch; for trying a contract, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Condition, current_thread, main_thread
from typing import Any, Self
from uuid import UUID

from incident_core.errors import Conflict
from incident_core.events import Event
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.ports.ledger import Pages
from incident_core.ports.log import Answer, Batch, Result
from incident_core.ports.reader import Query, Summary
from incident_core.ports.views import Rebuilt
from incident_core.record.audit import Stored
from incident_core.record.chain import Envelope, Head, Seal
from incident_core.testing.memory import (
    Memory,
    MemoryLedger,
    MemoryReader,
    MemoryStatistics,
    MemoryStore,
    MemoryViews,
)
from incident_core.testing.memory_reader import matches, summary


class ChecksNoVersion(Memory):
    """Writes what was decided on an old version."""

    def _version(self, batch: Batch) -> int:
        return len(self.streams.get(batch.envelope.incident_id, ()))


class ForgetsRefusals(Memory):
    """Decides a repeated command again, if it was refused the first time."""

    def _remember(self, envelope: Envelope, answer: Answer) -> None:
        if answer.result is not Result.REFUSED:
            super()._remember(envelope, answer)


class SharesKeys(Memory):
    """Takes a command key of one workspace for the same key of another."""

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        return super().answered("", command_key)

    def _remember(self, envelope: Envelope, answer: Answer) -> None:
        self.answers["", envelope.command_key] = answer


class FoldsKeys(Memory):
    """Takes two command keys that differ in case for one."""

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        return super().answered(workspace, command_key.casefold())

    def _remember(self, envelope: Envelope, answer: Answer) -> None:
        super()._remember(replace(envelope, command_key=envelope.command_key.casefold()), answer)


class AnswersOfNow(Memory):
    """Answers a repeat with the newest version, and not with the first answer."""

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        known = super().answered(workspace, command_key)
        if known is None:
            return None
        return replace(known, last_version=len(self.streams[known.incident_id]))


class WritesHalves(Memory):
    """Leaves the first event of a commit that fails at a later one."""

    def _sealed(self, batch: Batch, version: int, events: tuple[Event, ...]) -> Seal:
        try:
            return super()._sealed(batch, version, events)
        except ValueError:
            first = super()._sealed(batch, version, events[:1])
            self._append(batch.envelope.incident_id, first, events[:1])
            raise


class LeavesGaps(Memory):
    """Gives a sequence number to a commit that then conflicts, as a database's own sequences do."""

    def _version(self, batch: Batch) -> int:
        try:
            return super()._version(batch)
        except Conflict:
            self.head = replace(self.head, seq=self.head.seq + 1)
            raise


class KeepsSeconds(Memory):
    """Cuts the microseconds off."""

    def _sealed(self, batch: Batch, version: int, events: tuple[Event, ...]) -> Seal:
        cut = tuple(replace(event, at=_seconds(event.at)) for event in events)
        envelope = replace(batch.envelope, recorded_at=_seconds(batch.envelope.recorded_at))
        return super()._sealed(replace(batch, envelope=envelope), version, cut)


class TrustsTheClock(Memory):
    """Records an event before the one before it, when the clock was set back."""

    def _sealed(self, batch: Batch, version: int, events: tuple[Event, ...]) -> Seal:
        self.head = replace(self.head, recorded_at=None)
        return super()._sealed(batch, version, events)


class LosesOverrides(Memory):
    """Does not keep which override let an event pass."""

    def _sealed(self, batch: Batch, version: int, events: tuple[Event, ...]) -> Seal:
        sealed = super()._sealed(batch, version, events)
        return replace(sealed, events=tuple(replace(each, override_id=None) for each in sealed.events))


class KeepsRedacted(Memory):
    """Writes that a text was redacted, and keeps it."""

    def _redact(self, *_: object) -> None:
        pass


class HasNoLock(Memory):
    """Checks and writes in two steps between which others come."""

    def __init__(self) -> None:
        super().__init__()
        self.lock: Any = nullcontext()
        self._meeting = Condition()
        self._inside = 0

    def _sealed(self, batch: Batch, version: int, events: tuple[Event, ...]) -> Seal:
        if current_thread() is not main_thread():
            self._meet()
        return super()._sealed(batch, version, events)

    def _meet(self) -> None:
        """Wait a while for another, so that it is as racy on a slow machine as on a fast one."""
        with self._meeting:
            self._inside += 1
            self._meeting.notify_all()
            self._meeting.wait_for(lambda: self._inside > 1, timeout=0.2)

    def commit(self, batch: Batch) -> Answer:
        try:
            return super().commit(batch)
        finally:
            with self._meeting:
                self._inside = 0


class ListsPrivate(MemoryReader):
    """Lists what the viewer may not see."""

    def list(self, workspace: str, query: Query, viewer: Actor) -> tuple[Summary, ...]:
        numbers = self._memory.numbers.get(workspace, {})
        views = [self._memory.views[incident_id] for _, incident_id in sorted(numbers.items(), reverse=True)]
        return tuple(summary(view) for view in views if matches(view, query))[: query.limit]


class ListsByText(MemoryReader):
    """Lists INC-9 before INC-10, as text is sorted."""

    def list(self, workspace: str, query: Query, viewer: Actor) -> tuple[Summary, ...]:
        lines = super().list(workspace, replace(query, limit=None), viewer)
        return tuple(sorted(lines, key=lambda line: line.key, reverse=True))[: query.limit]


class SearchesByCase(MemoryReader):
    """Finds nothing for a word that was typed in capitals."""

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        return super().search(workspace, words, viewer, limit) if words == words.lower() else ()


class SearchesByPattern(MemoryReader):
    """Takes % for the sign of a pattern, as LIKE does."""

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        return super().search(workspace, words.replace("%", "*"), viewer, limit)


class SearchesByLanguage(MemoryReader):
    """Takes OR for more than a word, as FTS5 does."""

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        find = partial(super().search, workspace, viewer=viewer, limit=limit)
        return tuple(line for part in words.split(" OR ") for line in find(words=part))


class SearchesParts(MemoryReader):
    """Finds every word that begins so."""

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        every = " ".join(f"{word}*" for word in words.split())
        return super().search(workspace, every, viewer, limit)


class SearchesPrivate(MemoryReader):
    """Finds what the viewer may not see."""

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        openers = {view.opened_by for view in self._memory.views.values() if view.private}
        find = partial(super().search, workspace, words, limit=limit)
        return find(viewer=viewer) + tuple(
            line for who in openers - {viewer} for line in find(viewer=who) if line.private
        )


class RanksByNumber(MemoryReader):
    """Gives the newest first, whatever is in their titles."""

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        lines = super().search(workspace, words, viewer, 1000)
        return tuple(sorted(lines, key=lambda line: int(line.key[4:]), reverse=True))[:limit]


class RanksEverything(MemoryReader):
    """Ranks all that match, which takes the longer, the more there are."""

    def search(self, workspace: str, words: str, viewer: Actor, limit: int) -> tuple[Summary, ...]:
        return super().search(workspace, words, viewer, 1000)[:limit]


class ReadsAsItGoes(MemoryLedger):
    """Gives the events of one moment and the head of another."""

    @contextmanager
    def read(self, incident_id: UUID | None = None) -> Iterator[Pages]:
        with super().read(incident_id) as pages:
            yield LatePages(pages, self._memory)


@dataclass(frozen=True, slots=True)
class LatePages:
    """Pages whose head is read when it is asked for."""

    pages: Pages
    memory: Memory

    def head(self) -> Head:
        return self.memory.head

    def events(self) -> Iterator[Stored]:
        return self.pages.events()

    def orphans(self) -> Iterator[UUID]:
        return self.pages.orphans()


class ComparesNothing(MemoryViews):
    """Folds everything again and says that it was so before."""

    def rebuild(self, *, write: bool, progress: Callable[[int, int], None] | None = None) -> Rebuilt:
        return replace(super().rebuild(write=write, progress=progress), differing=())


class CountsPrivate(MemoryStatistics):
    """Counts what the viewer may not see."""

    def _may_see(self, view: Incident, viewer: Actor) -> bool:
        return True


class CountsDrills(MemoryStatistics):
    """Takes a drill for an incident."""

    def _seen(self, workspace: str, viewer: Actor) -> list[Incident]:
        return [replace(view, drill=False) for view in super()._seen(workspace, viewer)]


class ForgetsOnRestart(MemoryStore):
    """Keeps what was answered as long as the process lasts."""

    def reopen(self) -> Self:
        self.memory.answers.clear()
        return super().reopen()


def _seconds(when: datetime) -> datetime:
    return when.replace(microsecond=0)


def _honest() -> MemoryStore:
    return MemoryStore.over(Memory())


def _over(memory: type[Memory]) -> MemoryStore:
    return MemoryStore.over(memory())


def _reading(reader: type[MemoryReader]) -> MemoryStore:
    store = _honest()
    return replace(store, reader=reader(store.memory))


def _keeping(ledger: type[MemoryLedger]) -> MemoryStore:
    store = _honest()
    return replace(store, ledger=ledger(store.memory))


def _viewing(views: type[MemoryViews]) -> MemoryStore:
    store = _honest()
    return replace(store, views=views(store.memory))


def _counting(statistics: type[MemoryStatistics]) -> MemoryStore:
    store = _honest()
    return replace(store, statistics=statistics(store.memory))


_MEMORIES = (
    ChecksNoVersion,
    ForgetsRefusals,
    SharesKeys,
    FoldsKeys,
    AnswersOfNow,
    WritesHalves,
    LeavesGaps,
    KeepsSeconds,
    TrustsTheClock,
    LosesOverrides,
    KeepsRedacted,
    HasNoLock,
)
_READERS = (
    ListsPrivate,
    ListsByText,
    SearchesByCase,
    SearchesByPattern,
    SearchesByLanguage,
    SearchesParts,
    SearchesPrivate,
    RanksByNumber,
    RanksEverything,
)

BROKEN: Mapping[str, Callable[[], MemoryStore]] = {
    "ForgetsOnRestart": lambda: ForgetsOnRestart.over(Memory()),
    **{memory.__name__: partial(_over, memory) for memory in _MEMORIES},
    **{reader.__name__: partial(_reading, reader) for reader in _READERS},
    "ReadsAsItGoes": partial(_keeping, ReadsAsItGoes),
    "ComparesNothing": partial(_viewing, ComparesNothing),
    "CountsPrivate": partial(_counting, CountsPrivate),
    "CountsDrills": partial(_counting, CountsDrills),
}
"""How each is made, by the name of its fault."""
