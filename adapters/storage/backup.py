"""A backup of a SQLite file: copied while others write, verified, and under its name only when whole."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from adapters.storage import driver, sqlite_faults, sqlite_file
from adapters.storage.ledger import SqlLedger
from adapters.storage.revisions import Fit
from adapters.storage.sqlite import SqliteStore
from adapters.storage.sqlite_file import State
from adapters.storage.standing import judge
from adapters.storage.store import Store
from adapters.storage.tables import events
from incident_core.errors import IncidentError, Invalid, Unavailable
from incident_core.record.chain import Head
from incident_core.usecases.verify import verify

Told = Callable[[int, int | None], None]

_BESIDE = ("-wal", "-shm", "-journal")
_EVERY = 2_000  # steps of SQLite's machine between two looks at Ctrl-C: a millisecond at most
_WAIT = 10.0  # seconds for a lock
_INTERRUPT = 9
_OF_THE_DISK = (8, 10, 13, 14)  # read-only, an error of input or output, full, cannot be opened


def backup(store: Store, place: Path, told: Told, *, over: bool, whole: bool) -> Head:
    """Copy the database to the file `place`, for its owner only; the head of the copy.

    `told` hears how many pages, then how many events, of how many. `over`: a file that is there is replaced.
    `whole`: the copy is verified event by event, and not its head alone. Raises Invalid for a place that
    cannot be taken and for PostgreSQL, Unavailable, OSError, and IncidentError where what was copied is no
    sound record. Whatever is raised, nothing is left, and `place` is as it was.
    """
    if not isinstance(store, SqliteStore):
        raise Invalid("database", _elsewhere(store, place))
    source, target = _AsItIs(store.path, _WAIT), place.resolve()
    try:
        _check(source, place, over=over)
        draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
        try:
            head = _drafted(source, draft, place, told, whole=whole)
            _put(draft, target, over=over)
        finally:
            for each in _files(draft):
                each.unlink(missing_ok=True)
    except OSError as fault:
        fault.filename, fault.filename2 = str(place), None
        raise
    finally:
        source.close()
    return head


class _AsItIs(SqliteStore):
    """The same kind of file, whatever its revision: to back up is not to bring up to date."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._translated(), self._reader.connect() as connection, connection.begin():
            yield connection


def _elsewhere(store: Store, place: Path) -> str:
    """What to type instead; the address is without its password, which pg_dump has from where it has all."""
    from shlex import join

    from adapters.storage.postgres import PostgresStore

    assert isinstance(store, PostgresStore), "there are two kinds"
    line = join(["pg_dump", "--format=custom", f"--file={place}", f"--dbname={store.address}"])
    return f"PostgreSQL is backed up by its own program; type: {line}"


def _check(source: SqliteStore, place: Path, *, over: bool) -> None:
    found = source.look()
    if found.fit is Fit.EMPTY:
        raise Unavailable(f"The database {source.name} holds nothing yet; there is nothing to back up.")
    if found.fit is not Fit.BEHIND:
        judge(source.name, found, writing=False)
    if place.resolve() in _files(source.path.resolve()):
        raise Invalid("file", f"{place} belongs to the database itself; name another file.")
    if place.exists() and not place.is_file():
        raise Invalid("file", f"{place} is not a file; name one that is to be the backup.")
    if place.exists() and not over:
        raise Invalid("file", _there(place))
    if any(each.exists() for each in _files(place.resolve())[1:]):
        raise Invalid("file", f"{place} is a database that somebody has open; name another file.")


def _files(path: Path) -> list[Path]:
    """A database and what lies beside it while it is used."""
    return [path.with_name(path.name + suffix) for suffix in ("", *_BESIDE)]


def _there(place: Path) -> str:
    return f"{place} is there already; name another file, or add --force to replace it."


def _drafted(source: SqliteStore, draft: Path, place: Path, told: Told, *, whole: bool) -> Head:
    """The copy, checked and on the disk; its head."""
    with SqlLedger(source).read() as pages:
        noted = pages.head()
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    _copy(source, draft, place, told)
    copy = _AsItIs(draft, _WAIT)
    try:
        head = _whole(copy, noted, told) if whole else _ends(copy, noted)
    finally:
        copy.close()
    with _explained(source.name, place):
        _keep_journal(source.path, draft)
    _to_disk(draft, os.O_RDWR)
    return head


def _copy(source: SqliteStore, draft: Path, place: Path, told: Told) -> None:
    """One moment of the database: with a write-ahead log nobody waits for it, and it waits for nobody."""
    address = f"{source.path.as_uri()}?mode=rw"
    with (
        _explained(source.name, place),
        closing(driver.module().connect(address, uri=True, timeout=_WAIT, isolation_level=None)) as raw,
    ):
        size, used = _pages(raw)

        def look() -> int:
            told(min(draft.stat().st_size // size, used), used)
            return 0

        # While SQLite works nobody hears Ctrl-C, but for those whom it asks.
        raw.set_progress_handler(look, _EVERY)
        raw.execute("VACUUM INTO ?", (str(draft),))


def _pages(raw: Any) -> tuple[int, int]:
    """The size of a page in bytes, and how many are in use."""
    size, count, free = (
        raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count")
    )
    return size, count - free


@contextmanager
def _explained(name: str, place: Path) -> Iterator[None]:
    """What the driver says, as Unavailable; an interruption as what it was."""
    try:
        yield
    except driver.module().Error as error:
        if sqlite_faults.primary_code(error) == _INTERRUPT:
            raise KeyboardInterrupt from error
        raise Unavailable(_sentence(name, place, error)) from error


def _sentence(name: str, place: Path, error: BaseException) -> str:
    """What the error means; where the disk is at fault, it is that of the backup."""
    if sqlite_faults.primary_code(error) in _OF_THE_DISK:
        return f"The backup {place} cannot be written: {error}."
    known = sqlite_faults.sentence(name, _WAIT, error)
    return known or f"The database {name} cannot be backed up: {error}."


def _whole(copy: SqliteStore, noted: Head, told: Told) -> Head:
    """Every page, event and text; raises IncidentError."""
    if found := copy.faults():
        raise IncidentError(f"{_NONE}: {found[0].rstrip('.')}.")
    audited = verify(SqlLedger(copy), against=(noted,), progress=lambda count: told(count, noted.count))
    if audited.finding is not None:
        where = "" if audited.finding.seq is None else f"event {audited.finding.seq}: "
        raise IncidentError(f"{_NONE}, since the record is not sound: {where}{audited.finding.sentence}.")
    return audited.head


def _ends(copy: SqliteStore, noted: Head) -> Head:
    """Its head, where the newest event is what that says, and nothing from before is missing."""
    with SqlLedger(copy).read() as pages:
        head = pages.head()
    with copy.reading() as connection:
        newest = connection.execute(_NEWEST).first()
    if head.seq < noted.seq or (newest is not None and tuple(newest) != (head.seq, head.hash)):
        raise IncidentError(f"{_NONE}: the head of the copy is not that of the record.")
    return head


_NONE = "No backup was made"
_NEWEST = select(events.c.seq, events.c.hash).order_by(events.c.seq.desc()).limit(1)


def _keep_journal(path: Path, draft: Path) -> None:
    """A copy keeps its journal as the original does, for as long as it lives."""
    if sqlite_file.look(path) is State.WAL:
        with closing(driver.module().connect(str(draft))) as raw:
            raw.execute("PRAGMA journal_mode = WAL")


def _put(draft: Path, place: Path, *, over: bool) -> None:
    """Give the draft its name; raises Invalid where somebody else was faster."""
    if over and place.exists():
        draft.chmod(place.stat().st_mode & 0o777)  # who may read it is not ours to change
        draft.replace(place)
    else:
        try:
            os.link(draft, place)
        except FileExistsError:
            raise Invalid("file", _there(place)) from None
        except OSError:  # a disk that knows no links
            draft.replace(place)
    with suppress(PermissionError):  # where folders cannot be opened, the name is written when it is
        _to_disk(place.parent, os.O_RDONLY)


def _to_disk(path: Path, how: int) -> None:
    number = os.open(path, how)
    try:
        os.fsync(number)
    finally:
        os.close(number)
