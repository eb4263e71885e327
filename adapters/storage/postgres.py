"""A PostgreSQL database: one writer at a time by an advisory lock, and every wait bounded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from math import ceil
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, RootTransaction, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from adapters.storage import postgres_faults, postgres_silence
from adapters.storage.postgres_silence import for_reading, for_writing, watched
from adapters.storage.revisions import Fit, Standing
from adapters.storage.standing import Gate, judge, standing
from adapters.storage.store import Description, Progress, committed, patiently, translated
from adapters.storage.waiting import Deadline, turn
from incident_core.errors import Unavailable

READERS = 5
"""Connections that read, kept open; as many again are opened when all are in use."""

WRITERS = 5
"""Connections that write, kept open: that of who appends, and those of workers."""

APPEND_LOCK = 0x696E636964656E74
"""The advisory lock of everybody who appends or migrates: `incident` in ASCII."""

_LINE = ("host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")
"""Options of the address that say how the server is reached, and hold no secret."""

_SHORTEST_CONNECT = 2  # seconds; the driver takes no less

HOLD = 5
"""Seconds after which the server takes its locks from one who writes and fell silent: stopped, or cut off."""

HOLD_LONGER = 60
"""The same for what takes its time between two statements: a migration, a page of a rebuild."""

STEP = 500
"""Milliseconds that the server waits for the lock, before it is asked again."""

_PATIENCE = text("SELECT set_config('lock_timeout', :wait, true)")
# The lock is a statement of its own: the next one sees everything that was committed before it was given.
_LOCK = text(
    "SELECT set_config('lock_timeout', :wait, true),"
    " set_config('idle_in_transaction_session_timeout', :hold, true),"
    f" pg_advisory_xact_lock({APPEND_LOCK})"
)


class PostgresStore:
    """The database at `url`, which `upgrade` has to fill before its first use."""

    def __init__(self, url: URL, wait: float) -> None:
        self._url = url.set(drivername="postgresql+psycopg2")
        self._wait = wait
        self._mutex = Lock()
        self._busy = postgres_faults.busy(self.name, wait)
        self._gate = Gate(self.name, self._busy, lambda _: self.look())
        self._reader = self._engine("REPEATABLE READ", READERS, postgresql_readonly=True)
        self._writer = self._engine("READ COMMITTED", WRITERS)
        event.listen(self._writer, "connect", _limit_silence)

    @property
    def name(self) -> str:
        """The URL without its password and options."""
        url = self._url
        return URL.create(
            "postgresql", url.username, None, url.host, url.port, url.database
        ).render_as_string()

    @property
    def address(self) -> str:
        """The URL as PostgreSQL's own programs take it, without its password."""
        url = self._url
        options = {name: value for name, value in url.query.items() if name in _LINE}
        return URL.create(
            "postgresql", url.username, None, url.host, url.port, url.database, options
        ).render_as_string()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A snapshot, for as long as the block lasts."""
        self._gate.enter(Deadline(self._wait), writing=False)
        with self._snapshot() as connection:
            yield connection

    @contextmanager
    def appending(self, key: str | None) -> Iterator[Connection]:
        """The writer's turn; mutex and lock wait together no longer than they may."""
        deadline = Deadline(self._wait)
        self._gate.enter(deadline, writing=True)
        with self._locked(deadline, key) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction without the append lock; it waits only for those who write the same rows."""
        self._gate.enter(Deadline(self._wait), writing=True)
        with (
            self._translated(),
            self._writer.connect() as connection,
            watched(connection, for_writing(self._wait)),
            committed(connection.begin(), None, postgres_faults.undone),
        ):
            yield connection

    def look(self) -> Standing:
        """What the tables say of themselves."""
        with self._snapshot() as connection:
            return standing(connection)

    def upgrade(self, progress: Progress | None = None) -> tuple[str, ...]:
        """Make the tables, or bring them up to date."""
        from adapters.storage import migrations

        with self.migrating() as connection:
            found = standing(connection)
            if found.fit not in (Fit.EMPTY, Fit.BEHIND):
                judge(self.name, found, writing=True)
                return ()
            self._check_encoding(connection)
            return migrations.upgrade(connection, progress)

    def migrating(self) -> AbstractContextManager[Connection]:
        """Under the append lock, so that nobody writes meanwhile."""
        return self._locked(Deadline(self._wait), None)

    def compact(self) -> None:
        """Vacuum our tables, beside whoever works with them."""
        from adapters.storage.tables import metadata

        self._gate.enter(Deadline(self._wait), writing=True)
        with self._translated(), self._writer.connect() as connection, watched(connection, None):
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.exec_driver_sql(f"VACUUM {', '.join(table.name for table in metadata.sorted_tables)}")

    def faults(self) -> tuple[str, ...]:
        """Nothing: the server looks after its files itself."""
        return ()

    def describe(self) -> Description:
        """What the server says of itself."""
        with self._snapshot() as connection:
            found = standing(connection)
            server, replica, read_only = connection.execute(_DESCRIBE).one()
        driver: tuple[int, ...] = getattr(self._reader.dialect, "psycopg2_version", ())
        return Description(
            kind="PostgreSQL",
            name=self.name,
            driver=f"psycopg2 {'.'.join(map(str, driver))}",
            server=f"PostgreSQL {server}",
            journal_mode=None,
            revision=found.revision,
            writable=not replica and read_only == "off",
            warnings=("It is the copy of another database, and read-only.",) if replica else (),
        )

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        with (
            self._translated(),
            self._reader.connect() as connection,
            watched(connection, for_reading(self._wait)),
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _locked(self, deadline: Deadline, key: str | None) -> Iterator[Connection]:
        with (
            turn(self._mutex, deadline, self._busy),
            self._translated(),
            self._writer.connect() as connection,
            watched(connection, None if key is None else for_writing(self._wait)),
        ):
            begin = partial(_begin, connection, HOLD_LONGER if key is None else HOLD)
            transaction = patiently(begin, postgres_faults.is_busy, deadline, STEP)
            with committed(transaction, key, postgres_faults.undone):
                if key is None:  # tables that are changed have to wait for their readers
                    connection.execute(_PATIENCE, {"wait": f"{deadline.left_ms()}ms"})
                yield connection

    def _translated(self) -> AbstractContextManager[None]:
        return translated(partial(postgres_faults.explain, self.name, self._wait), self._busy)

    def _engine(self, isolation_level: str, size: int, **options: Any) -> Engine:
        try:
            engine = create_engine(
                self._url,
                isolation_level=isolation_level,
                execution_options=options,
                connect_args=self._connect_args(),
                pool_size=size,
                max_overflow=size,
                pool_timeout=self._wait,
                hide_parameters=True,  # nobody's texts in an error message
            )
        except ImportError as error:
            sentence = "PostgreSQL needs a driver; run: pip install 'incident-core[postgres]'"
            raise Unavailable(sentence) from error
        postgres_silence.listen(engine, self._wait, partial(_set_up, self._wait))
        return engine

    def _connect_args(self) -> dict[str, Any]:
        """What the URL does not say itself; with these a dead line is noticed about as soon as we give up."""
        wait = max(_SHORTEST_CONNECT, ceil(self._wait))
        wanted = {
            "application_name": "incident",
            "connect_timeout": wait,
            "keepalives_idle": wait,
            "keepalives_interval": 1,
            "keepalives_count": 3,
            "tcp_user_timeout": wait * 1000,
        }
        return {name: value for name, value in wanted.items() if name not in self._url.query}

    def _check_encoding(self, connection: Connection) -> None:
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise Unavailable(f"The database {self.name} has the encoding {encoding}; create it with UTF8.")


def _begin(connection: Connection, hold: int, milliseconds: int) -> RootTransaction:
    """A transaction that holds the append lock."""
    transaction = connection.begin()
    try:
        connection.execute(_LOCK, {"wait": f"{milliseconds}ms", "hold": f"{hold}s"})
    except DBAPIError:
        with suppress(DBAPIError):
            transaction.rollback()
        raise
    return transaction


_DESCRIBE = text(
    "SELECT current_setting('server_version'), pg_is_in_recovery(),"
    " current_setting('default_transaction_read_only')"
)


def _limit_silence(raw: Any, _: object) -> None:
    """Whoever falls silent in the middle of a transaction does not keep its rows from others for long."""
    raw.autocommit = True
    with raw.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{HOLD}s'")
    raw.autocommit = False


def _set_up(wait: float, raw: Any) -> None:
    """Times as UTC, and no wait for a lock without end, whoever holds it."""
    raw.autocommit = True
    with raw.cursor() as cursor:
        cursor.execute(f"SET TIME ZONE 'UTC'; SET lock_timeout = {max(1, int(wait * 1000))}")
    raw.autocommit = False
