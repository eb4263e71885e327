"""What log, reader, ledger and views need from a database, whichever of the two it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, RootTransaction
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from adapters.storage.revisions import Standing
from adapters.storage.waiting import Deadline
from incident_core.errors import OutcomeUnknown, Unavailable

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Description:
    """A database for people: which, through what, in which state; `journal_mode` only for SQLite.

    `server` is the server's or library's version, `revision` None where there are no tables yet.
    """

    kind: str
    name: str
    driver: str
    server: str
    journal_mode: str | None
    revision: str | None
    writable: bool
    warnings: tuple[str, ...] = ()


class Store(Protocol):
    """One database. Every method raises Unavailable with one sentence, and waits no longer than it may."""

    @property
    def name(self) -> str:
        """For people, without a password."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """A read-only transaction that sees one moment."""
        ...

    def appending(self, key: str | None) -> AbstractContextManager[Connection]:
        """A transaction under the append lock, committed at the end.

        Raises OutcomeUnknown(key) if nobody knows whether it was; without a key, for what may be repeated.
        """
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction beside those that append, committed at the end; for what may be repeated.

        Only a SQLite file, which has one writer at a time, makes it wait for them.
        """
        ...

    def look(self) -> Standing:
        """What the database says of its own schema; changes nothing."""
        ...

    def upgrade(self, progress: Progress | None = None) -> tuple[str, ...]:
        """Make the tables, or bring them up to date; the revisions that were applied."""
        ...

    def migrating(self) -> AbstractContextManager[Connection]:
        """A transaction in which tables can be changed: locked, and committed at the end."""
        ...

    def compact(self) -> None:
        """Leave nothing of rows that were removed or changed in the database's own files."""
        ...

    def faults(self) -> tuple[str, ...]:
        """What the database itself finds wrong with its files."""
        ...

    def describe(self) -> Description:
        """What this database is; changes nothing."""
        ...

    def close(self) -> None:
        """Give every connection back; the store can be used again."""
        ...


@contextmanager
def translated(explain: Callable[[DBAPIError], str | None], busy: str) -> Iterator[None]:
    """Turn what the driver says into Unavailable; what `explain` does not know is raised as it is."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable(busy) from error
    except DBAPIError as error:
        sentence = explain(error)
        if sentence is None:
            raise
        raise Unavailable(sentence) from error


def patiently(
    begin: Callable[[int], RootTransaction],
    busy: Callable[[DBAPIError], bool],
    deadline: Deadline,
    step: int,
) -> RootTransaction:
    """What `begin` gives once it is not `busy` any more; it is told how many milliseconds it may wait.

    It waits `step` at most, and is called again until the time is up: while a driver waits, nobody hears
    Ctrl-C.
    """
    while True:
        try:
            return begin(min(step, deadline.left_ms()))
        except DBAPIError as error:
            if not busy(error) or not deadline.left():
                raise


@contextmanager
def committed(
    transaction: RootTransaction, key: str | None, undone: Callable[[DBAPIError], bool]
) -> Iterator[None]:
    """Ends the transaction with COMMIT; raises OutcomeUnknown unless its failure is known to be `undone`."""
    try:
        yield
    except BaseException:
        with suppress(DBAPIError):  # the connection may be lost, and with it the transaction
            transaction.rollback()
        raise
    try:
        transaction.commit()
    except (DBAPIError, KeyboardInterrupt) as error:
        if isinstance(error, DBAPIError) and undone(error):
            raise
        if key is None:
            raise Unavailable("It is not known whether this was done; type the same again.") from error
        raise OutcomeUnknown(key) from error
