"""A SQLite file: two kinds of connections, one writer at a time, and every wait bounded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, RootTransaction, create_engine, event

from adapters.storage import driver, sqlite_faults, sqlite_file
from adapters.storage.revisions import Fit, Standing
from adapters.storage.sqlite_file import State
from adapters.storage.standing import Gate, judge, standing
from adapters.storage.store import Description, Progress, committed, patiently, translated
from adapters.storage.waiting import Deadline, turn
from incident_core.errors import Unavailable

READERS = 5
"""Connections that read, kept open; as many again are opened when all are in use."""

STEP = 100
"""Milliseconds that SQLite itself waits for a lock, before it is asked again."""


class SqliteStore:
    """The database in the file `path`, which its first use makes."""

    def __init__(self, path: Path, wait: float) -> None:
        self.path = path
        self._wait = wait
        self._mutex = Lock()
        self._busy = sqlite_faults.busy(self.name, wait)
        self._gate = Gate(self.name, self._busy, self._first_use)
        self._reader = self._engine("BEGIN", READERS, "PRAGMA query_only = 1")
        self._writer = self._engine("BEGIN IMMEDIATE", 1, *_triggers())

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A snapshot, for as long as the block lasts."""
        self._gate.enter(Deadline(self._wait), writing=False)
        with self._translated(), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def appending(self, key: str | None) -> Iterator[Connection]:
        """The writer's turn; mutex and lock wait together no longer than they may."""
        deadline = Deadline(self._wait)
        self._gate.enter(deadline, writing=True)
        # SQLite itself wakes waiters in no order.
        with (
            turn(self._mutex, deadline, self._busy),
            self._translated(),
            self._writer.connect() as connection,
        ):
            begin = partial(_begin, connection)
            transaction = patiently(begin, sqlite_faults.is_busy, deadline, STEP)
            with committed(transaction, key, sqlite_faults.undone):
                yield connection
                # Without a write-ahead log the commit has to wait for readers.
                _wait_at_most(connection, deadline.left_ms())

    def writing(self) -> AbstractContextManager[Connection]:
        """The writer's turn."""
        return self.appending(None)

    def look(self) -> Standing:
        """What the tables say of themselves; a file that is not there has none."""
        state = sqlite_file.look(self.path)
        sqlite_file.refuse_unsafe(self.path, state)
        return Standing() if state in (State.MISSING, State.EMPTY) else self._inside()

    def upgrade(self, progress: Progress | None = None) -> tuple[str, ...]:
        """Make the file and its tables, or bring them up to date."""
        return self._migrate(Deadline(self._wait), progress)

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """The file locked, foreign keys off while tables change, and checked before the commit."""
        deadline = Deadline(self._wait)
        with self._alone(deadline), self._migration(deadline) as connection:
            yield connection

    def compact(self) -> None:
        """Write the file anew, and empty the write-ahead log beside it, which keeps older pages."""
        deadline = Deadline(self._wait)
        self._gate.enter(deadline, writing=True)
        with turn(self._mutex, deadline, self._busy), closing(self._connect()) as raw:
            try:
                raw.execute("VACUUM")
                kept = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except driver.module().Error as error:
                sentence = sqlite_faults.sentence(self.name, self._wait, error)
                raise Unavailable(
                    sentence or f"The database {self.name} cannot be compacted: {error}."
                ) from error
        if kept:
            raise Unavailable(self._busy)

    def faults(self) -> tuple[str, ...]:
        """What SQLite's own checks find."""
        with self.reading() as connection:
            return (*_integrity(connection), *_foreign_keys(connection))

    def describe(self) -> Description:
        """What the file is; makes nothing."""
        state = sqlite_file.look(self.path)
        absent = state in (State.MISSING, State.EMPTY)
        warnings = list(self._warnings(state))
        found = Standing()
        try:
            found = self.look()
        except Unavailable as error:
            warnings.append(str(error))
        return Description(
            kind="SQLite",
            name=self.name,
            driver=driver.name(),
            server=f"SQLite {driver.module().sqlite_version}",
            journal_mode=sqlite_file.new_journal_mode() if absent else _MODES[state],
            revision=found.revision,
            writable=sqlite_file.writable(self.path),
            warnings=tuple(warnings),
        )

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        self._writer.dispose()

    def _warnings(self, state: State) -> Iterator[str]:
        if state is State.MISSING:
            yield f"The file {self.path} does not exist yet; the first command makes it."
        if state is not State.WAL and driver.loses_commits(driver.version()):
            yield f"{driver.name()} is unsafe with a write-ahead log; install a newer one: {driver.INSTALL}"

    def _engine(self, begin: str, size: int, *pragmas: str) -> Engine:
        engine = create_engine(
            "sqlite://",
            module=driver.module(),
            creator=self._connect,
            hide_parameters=True,  # nobody's texts in an error message
            poolclass=QueuePool,
            pool_size=size,
            max_overflow=size,
            pool_timeout=self._wait,
        )
        _listen(engine, begin, *pragmas)
        return engine

    def _connect(self, mode: str = "rw") -> Any:
        """A driver's connection to a file that is there; `rwc` makes it."""
        return driver.module().connect(
            f"{self.path.as_uri()}?mode={mode}",
            uri=True,
            timeout=self._wait,
            isolation_level=None,
            check_same_thread=False,
        )

    def _translated(self) -> AbstractContextManager[None]:
        explain = partial(sqlite_faults.explain, self.name, self._wait)
        return translated(explain, self._busy)

    def _first_use(self, deadline: Deadline) -> Standing:
        found = self.look()
        if found.fit not in (Fit.EMPTY, Fit.BEHIND):
            return found
        self._migrate(deadline)
        return self.look()

    def _inside(self) -> Standing:
        """What the file says of itself; a file of somebody else's tables is not ours to fill."""
        with self._translated(), self._reader.connect() as connection, connection.begin():
            found = standing(connection)
            if found.revision is None and _strangers(connection):
                return Standing("of another program")
            return found

    def _migrate(self, deadline: Deadline, progress: Progress | None = None) -> tuple[str, ...]:
        """Under the file lock look again, since somebody else may have been faster, and migrate."""
        with self._alone(deadline):
            found = self.look()
            if found.fit not in (Fit.EMPTY, Fit.BEHIND):
                judge(self.name, found, writing=True)
                return ()
            from adapters.storage import migrations

            with self._migration(deadline) as connection:
                return migrations.upgrade(connection, progress)

    @contextmanager
    def _alone(self, deadline: Deadline) -> Iterator[None]:
        """The lock on a file beside the database, which exists before the database does."""
        from filelock import FileLock, Timeout

        sqlite_file.make_folder(self.path)
        lock = FileLock(f"{self.path}.lock", timeout=deadline.left())
        try:
            lock.acquire()
        except Timeout as error:
            raise Unavailable(self._busy) from error
        except OSError as error:
            sentence = f"The database {self.name} cannot be made or changed: {error.strerror}."
            raise Unavailable(sentence) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _migration(self, deadline: Deadline) -> Iterator[Connection]:
        """One transaction with foreign keys off, since a table that is made anew would lose its children."""
        if sqlite_file.look(self.path) in (State.MISSING, State.EMPTY):
            self._create()
        engine = self._engine("BEGIN IMMEDIATE", 1, "PRAGMA foreign_keys = 0", *_triggers())
        with ExitStack() as end, self._translated(), engine.connect() as connection:
            end.callback(engine.dispose)
            begin = partial(_begin, connection)
            with patiently(begin, sqlite_faults.is_busy, deadline, STEP):
                yield connection
                if broken := _foreign_keys(connection):
                    raise Unavailable(f"The migration would break {self.name}: {broken[0]}.")

    def _create(self) -> None:
        """An empty file that knows how it keeps its journal."""
        try:
            with closing(self._connect("rwc")) as raw:
                raw.execute(f"PRAGMA journal_mode = {sqlite_file.new_journal_mode()}")
        except driver.module().Error as error:
            sentence = sqlite_faults.sentence(self.name, self._wait, error)
            raise Unavailable(sentence or f"The database {self.name} cannot be made: {error}.") from error


_MODES = {State.WAL: "WAL", State.ROLLBACK: "TRUNCATE"}


def _listen(engine: Engine, begin: str, *pragmas: str) -> None:
    """The two events without which the driver loses updates or commits by itself."""

    def set_up(raw: Any, _: object) -> None:
        mode = raw.execute("PRAGMA journal_mode").fetchone()[0]
        journal = () if mode == "wal" else ("PRAGMA journal_mode = TRUNCATE",)
        for pragma in (*_PRAGMAS, *journal, *pragmas):
            raw.execute(pragma)

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", start)


_PRAGMAS = (
    "PRAGMA synchronous = FULL",  # what was confirmed survives a power cut
    "PRAGMA foreign_keys = 1",
    "PRAGMA trusted_schema = 0",  # a file from elsewhere runs no function when it is opened
    "PRAGMA secure_delete = 1",  # a text that was redacted is not left in a free corner of the file
)


def _triggers() -> tuple[str, ...]:
    """What lets those who write use the full-text index, which older libraries do not take for harmless."""
    return ("PRAGMA trusted_schema = 1",) if driver.version() < (3, 44) else ()


def _begin(connection: Connection, milliseconds: int) -> RootTransaction:
    _wait_at_most(connection, milliseconds)
    return connection.begin()


def _wait_at_most(connection: Connection, milliseconds: int) -> None:
    raw: Any = connection.connection.driver_connection
    raw.execute(f"PRAGMA busy_timeout = {milliseconds}")


def _strangers(connection: Connection) -> bool:
    rows = connection.exec_driver_sql(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        " AND name <> 'alembic_version' LIMIT 1"
    )
    return rows.first() is not None


def _integrity(connection: Connection) -> tuple[str, ...]:
    rows = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
    return tuple(f"SQLite finds the file damaged: {row}" for row in rows if row != "ok")


def _foreign_keys(connection: Connection) -> tuple[str, ...]:
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return tuple(f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there" for row in rows)
