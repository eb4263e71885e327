"""What somebody with all rights over a database can do to its log: plain SQL, with the constraints gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.storage.rows import event_values, text_values
from adapters.storage.tables import metadata
from incident_core.model.times import to_iso
from incident_core.record.audit import Stored
from incident_core.record.canonical import canonical
from incident_core.record.chain import Head, Seal, Sealed, hash_of
from incident_core.record.codec import SaltedText, digest, text_fields
from tests.trials.history import opened
from tests.trials.places import Place

LOG = ("events", "texts", "log_head")
COLUMNS = {name: tuple(metadata.tables[name].c.keys()) for name in LOG}
Row = dict[str, Any]
Change = Callable[[Sealed, dict[str, SaltedText]], tuple[Sealed, dict[str, SaltedText]]]


def unlock(place: Place) -> None:
    """Make the tables of the log again without keys, checks and NOT NULL, as whoever owns them can."""
    with place.session() as cursor:
        if place.kind == "sqlite":
            cursor.execute("PRAGMA foreign_keys = 0")
        for name in LOG:
            cursor.execute(f"CREATE TABLE unlocked AS SELECT * FROM {name}")
            cursor.execute(f"DROP TABLE {name}" + (" CASCADE" if place.kind == "postgresql" else ""))
            cursor.execute(f"ALTER TABLE unlocked RENAME TO {name}")


@dataclass
class Cell:
    """One column of one row, which can be set to anything and back."""

    place: Place
    cursor: Any
    table: str
    row: object
    column: str

    def __post_init__(self) -> None:
        self.original = self._read(self.column)
        self._fingerprint = self._read(self._exactly)

    @contextmanager
    def holding(self, value: object, mark: str = "?") -> Iterator[bool]:
        """Hold another value for a while; yields whether that is another one to the database too.

        Raises the driver's error where the database has no such value.
        """
        self._write(value, mark)
        try:
            yield self._read(self._exactly) != self._fingerprint
        finally:
            self._write(self.original, "?")

    @property
    def _exactly(self) -> str:
        """The value with its type, however alike two values look."""
        quoted = f"typeof({self.column}) || hex({self.column})"
        return quoted if self.place.kind == "sqlite" else f"{self.column}::text"

    @property
    def _where(self) -> str:
        return "rowid = ?" if self.place.kind == "sqlite" else "ctid = ?::tid"

    def _read(self, what: str) -> Any:
        self._execute(f"SELECT {what} FROM {self.table} WHERE {self._where}", self.row)
        (value,) = self.cursor.fetchone()
        return bytes(value) if isinstance(value, memoryview) else value

    def _write(self, value: object, mark: str) -> None:
        statement = f"UPDATE {self.table} SET {self.column} = {mark} WHERE {self._where}"
        if self.place.kind == "sqlite":
            self._execute(statement, value, self.row)
        else:  # each new version of a row has another place
            self._execute(f"{statement} RETURNING ctid::text", value, self.row)
            (self.row,) = self.cursor.fetchone()

    def _execute(self, statement: str, *values: object) -> None:
        self.cursor.execute(self.place.marked(statement), values)


def cells(place: Place, cursor: Any, table: str, column: str) -> list[Cell]:
    """The column of every row; those of events in order."""
    name = "rowid" if place.kind == "sqlite" else "ctid::text"
    cursor.execute(f"SELECT {name} FROM {table} ORDER BY {'seq' if table == 'events' else name}")
    return [Cell(place, cursor, table, row, column) for (row,) in cursor.fetchall()]


def rows(place: Place, table: str) -> list[Row]:
    """The rows, by column; events in order."""
    order = " ORDER BY seq" if table == "events" else " ORDER BY event_id, field" if table == "texts" else ""
    found = place.ask(f"SELECT * FROM {table}{order}")
    return [dict(zip(COLUMNS[table], row, strict=True)) for row in found]


def insert(place: Place, table: str, row: Row) -> None:
    """Add a row."""
    marks = ", ".join("?" * len(row))
    place.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())


def change(place: Place, seq: int, column: str, value: object) -> None:
    """Set one column of one event."""
    assert place.run(f"UPDATE events SET {column} = ? WHERE seq = ?", value, seq) == 1


def swap(place: Place, one: int, two: int) -> None:
    """Let two events change places."""
    for old, new in ((one, -1), (two, one), (-1, two)):
        change(place, old, "seq", new)


def forge(place: Place, after: int) -> None:
    """Put an event behind the one with this number: a copy of some event, with a hash of its own."""
    with opened(place.url) as database, database.ledger.read() as pages:
        stored = [sealed for sealed, _ in pages.events()]
    before = stored[after - 1] if after else replace(stored[0], hash=Head().hash, version=0)
    # Two steps: each number is somebody's already.
    place.run("UPDATE events SET seq = -seq WHERE seq > ?", after)
    place.run("UPDATE events SET seq = 1 - seq WHERE seq < 0")
    declared = next(sealed for sealed in stored if sealed.type == "declared")
    forged = replace(
        declared,
        seq=after + 1,
        event_id=UUID(int=9),
        version=before.version + 1,
        envelope=before.envelope,
        previous=before.hash,
    )
    row = event_values(replace(forged, hash=hash_of(forged)))
    insert(place, "events", {name: _plain(place, value) for name, value in row.items()})


def remove_incident(place: Place, incident_id: object) -> int:
    """Remove an incident from everywhere; how many events are left."""
    theirs = "SELECT event_id FROM events WHERE incident_id = ?"
    place.run(f"DELETE FROM texts WHERE event_id IN ({theirs})", incident_id)
    view = "SELECT first_seq FROM incidents WHERE id = ?"
    for table in ("search", "documents"):
        place.run(f"DELETE FROM {table} WHERE first_seq IN ({view})", incident_id)
    for table in ("access", "duties", "events", "commands"):
        place.run(f"DELETE FROM {table} WHERE incident_id = ?", incident_id)
    place.run("DELETE FROM incidents WHERE id = ?", incident_id)
    left: int = place.one("SELECT count(*) FROM events")
    return left


def cut(place: Place, length: int) -> None:
    """Remove every event after the first `length`, and their texts."""
    place.run("DELETE FROM texts WHERE event_id IN (SELECT event_id FROM events WHERE seq > ?)", length)
    place.run("DELETE FROM events WHERE seq > ?", length)


def mend_head(place: Place) -> None:
    """Let the head say what the last event and their number say."""
    last = rows(place, "events")[-1]
    count = place.one("SELECT count(*) FROM events")
    place.run(
        "UPDATE log_head SET seq = ?, count = ?, hash = ?, recorded_at = ?",
        last["seq"], count, last["hash"], last["recorded_at"],
    )  # fmt: skip


def rewrite(place: Place, changed: Change, keep: Callable[[Sealed], bool] = lambda _: True) -> None:
    """Write the whole log anew, consistently: hashes, sequence, versions and head fit what was changed."""
    with opened(place.url) as database, database.ledger.read() as pages:
        stored = [(sealed, dict(texts)) for sealed, texts in pages.events() if keep(sealed)]
    forged = _chained([changed(*each) for each in stored])
    sealed = tuple(each for each, _ in forged)
    last = sealed[-1]
    head = Head(last.seq, len(sealed), last.hash, last.envelope.recorded_at)
    _replace(place, Seal(sealed, {each.event_id: texts for each, texts in forged}, head))


def retold(sealed: Sealed, texts: dict[str, SaltedText], field: str, text: str) -> tuple[Sealed, Any]:
    """The same event with another text, and the digest of that."""
    other = SaltedText(texts[field].salt, text)
    body = {**json.loads(sealed.body), field: {"sha256": digest(other)}}
    assert field in text_fields(body)
    return replace(sealed, body=canonical(body)), {**texts, field: other}


def _chained(stored: list[tuple[Sealed, Any]]) -> list[Stored]:
    forged: list[Stored] = []
    versions: dict[Any, int] = {}
    previous = Head().hash
    for seq, (sealed, texts) in enumerate(stored, start=1):
        version = versions[sealed.envelope.incident_id] = versions.get(sealed.envelope.incident_id, 0) + 1
        unsealed = replace(sealed, seq=seq, version=version, previous=previous)
        previous = hash_of(unsealed)
        forged.append((replace(unsealed, hash=previous), texts))
    return forged


def _replace(place: Place, seal: Seal) -> None:
    place.run("DELETE FROM texts")
    place.run("DELETE FROM events")
    for table, values in (("events", map(event_values, seal.events)), ("texts", text_values(seal))):
        for row in values:
            insert(place, table, {name: _plain(place, value) for name, value in row.items()})
    mend_head(place)


def _plain(place: Place, value: object) -> object:
    """A value as the database keeps it."""
    if isinstance(value, UUID):
        return value.hex if place.kind == "sqlite" else str(value)
    return to_iso(value) if isinstance(value, datetime) else value
