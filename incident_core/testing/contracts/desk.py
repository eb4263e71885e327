"""Where the commands of a contract are given: one workspace, people, a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from itertools import count
from threading import Barrier
from typing import TYPE_CHECKING, Any, Final, TypeVar

from incident_core.commands import Command, Open
from incident_core.events import Event
from incident_core.guards.refusal import Reason
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.ports.log import Answer, Batch, Loaded, Result
from incident_core.ports.reader import Entry, Query, Summary
from incident_core.record.audit import Stored
from incident_core.record.chain import Envelope, Head
from incident_core.testing.memory_clock import FrozenClock
from incident_core.testing.memory_ids import CountingIds
from incident_core.usecases.perform import Perform

if TYPE_CHECKING:
    from incident_core.testing.contracts.base import Store

ANN: Final = Actor("cli", "ann")
BOB: Final = Actor("cli", "bob", login="root")
CLEO: Final = Actor("slack", "U012AB3CD", workspace="T01")

_IDS: Final = CountingIds()
_NAMES: Final = count(1)
_WORKSPACES: Final = count(1)
_Result = TypeVar("_Result")


class Desk:
    """One workspace of a store, and a clock; commands go through Perform, with new keys unless named."""

    def __init__(self, store: Store, policy: Policy | None = None, workspace: str | None = None) -> None:
        self.store = store
        self.policy = policy or Policy()
        self.workspace = f"workspace-{next(_WORKSPACES)}" if workspace is None else workspace
        self.clock = FrozenClock()

    def other(self, policy: Policy | None = None, workspace: str | None = None) -> Desk:
        """A desk in another workspace (a new one) of the same store."""
        return Desk(self.store, policy or self.policy, workspace)

    def after(self, store: Store) -> Desk:
        """The same workspace, seen through another store object."""
        desk = Desk(store, self.policy, self.workspace)
        desk.clock = self.clock
        return desk

    @property
    def perform(self) -> Perform:
        """What gives the commands to the store."""
        store = self.store
        return Perform(store.log, self.clock, _IDS, self.policy, self.workspace, "cli", reader=store.reader)

    def command(
        self, kind: type[Command], by: Actor = ANN, name: str | None = None, **values: Any
    ) -> Command:
        """A command of this kind, now; `name` is its key."""
        name = f"name-{next(_NAMES)}" if name is None else name
        return kind(actor=by, key=name, **{"at": self.clock.now(), **values})

    def do(
        self, kind: type[Command], key: str, by: Actor = ANN, name: str | None = None, **values: Any
    ) -> Answer:
        """Give a command about the incident `key`; with `at`, it happened then."""
        return self.perform(self.command(kind, by, name, **values), key, at_given="at" in values)

    def open(
        self, title: str = "API is slow", by: Actor = ANN, name: str | None = None, **values: Any
    ) -> str:
        """Open an incident; its key."""
        command = self.command(Open, by, name, title=title, **values)
        return self.perform(command, at_given="at" in values).key

    def load(self, key: str, viewer: Actor = ANN) -> Loaded:
        """The incident, which must be there."""
        loaded = self.store.log.load(self.workspace, key, viewer)
        assert loaded is not None, f"{key} is not there for {viewer}"
        return loaded

    def timeline(self, key: str, viewer: Actor = ANN) -> tuple[Entry, ...]:
        """Its entries, which must be there."""
        entries = self.store.reader.timeline(self.workspace, key, viewer)
        assert entries is not None, f"{key} is not there for {viewer}"
        return entries

    def lines(self, viewer: Actor = ANN, **query: Any) -> list[Summary]:
        """The list."""
        return list(self.store.reader.list(self.workspace, Query(**query), viewer))

    def listed(self, viewer: Actor = ANN, **query: Any) -> list[str]:
        """The keys of the list."""
        return [line.key for line in self.lines(viewer, **query)]

    def found(self, words: str, viewer: Actor = ANN, limit: int = 100) -> list[str]:
        """The keys of a search."""
        return [line.key for line in self.store.reader.search(self.workspace, words, viewer, limit)]

    def envelope(self, loaded: Loaded | None = None, name: str | None = None, by: Actor = ANN) -> Envelope:
        """An envelope for a batch about this incident, or about a new one."""
        name = f"name-{next(_NAMES)}" if name is None else name
        incident_id = _IDS.uuid() if loaded is None else loaded.incident_id
        return Envelope(self.workspace, incident_id, by, "cli", name, name, self.clock.now())

    def batch(self, loaded: Loaded | None, *events: Event, name: str | None = None) -> Batch:
        """A decided command, for `commit` itself: accepted with these events, or unchanged without."""
        before: Incident | None = None if loaded is None else loaded.incident
        result = Result.ACCEPTED if events else Result.UNCHANGED
        by = events[0].actor if events else ANN
        return Batch(self.envelope(loaded, name, by), "request", before, result, events)

    def refusal(self, loaded: Loaded, *reasons: Reason, name: str | None = None) -> Batch:
        """A refused command, for `commit` itself."""
        return replace(self.batch(loaded, name=name), result=Result.REFUSED, reasons=reasons)

    def record(self) -> tuple[Head, list[Stored]]:
        """Everything that is stored, of every workspace."""
        with self.store.ledger.read() as pages:
            return pages.head(), list(pages.events())


def at_once(*calls: Callable[[], _Result]) -> list[_Result | Exception]:
    """Make these calls at the same moment, each in a thread of its own; what each returned or raised."""
    start = Barrier(len(calls))

    def call(function: Callable[[], _Result]) -> _Result | Exception:
        start.wait(timeout=30)
        try:
            return function()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def of_type(results: Sequence[object], kind: type[_Result]) -> list[_Result]:
    """Those results that are of this type."""
    return [each for each in results if isinstance(each, kind)]


def moment(at: datetime, microseconds: int) -> datetime:
    """That second, with these microseconds."""
    return at.replace(microsecond=microseconds)
