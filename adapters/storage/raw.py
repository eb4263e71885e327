"""Rows as they are stored, damaged or not: only plain values are fetched, and each is judged here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Text, cast, func, type_coerce
from sqlalchemy.types import NullType

from adapters.storage.types import Id, Time
from incident_core.model.actor import Actor
from incident_core.model.times import from_iso
from incident_core.record.audit import Stored, Unreadable
from incident_core.record.chain import Envelope, Head, Sealed
from incident_core.record.codec import SaltedText

_TEXT_COLUMNS = 3  # field, salt and text, behind all the columns of the event, of which the first is seq
_ISO = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z" AD'


def as_stored(column: Column[Any], dialect: str) -> ColumnElement[Any]:
    """The column as a plain value that no driver can stumble over: ids and times as SQLite keeps them."""
    plain: ColumnElement[Any] = type_coerce(column, NullType())
    if dialect == "sqlite":
        return plain.label(column.name)
    if isinstance(column.type, Time):
        # A year before Christ is written like one after it, but for two letters.
        plain = func.replace(func.to_char(func.timezone("UTC", column), _ISO), " AD", "")
    if isinstance(column.type, Id):
        plain = func.replace(cast(column, Text()), "-", "")
    return plain.label(column.name)


@contextmanager
def lenient(connection: Connection) -> Iterator[None]:
    """SQLite stores any bytes as text: while this lasts, what is not UTF-8 is marked and does not raise."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.text_factory = _marked
    try:
        yield
    finally:
        driver.text_factory = str


def stored(rows: Iterable[Any]) -> Iterator[Stored]:
    """The sealed events with their texts; raises Unreadable at a row that is none.

    Rows are one event's where all its columns are the same: without keys, two events can have one number.
    """
    for event, group in groupby(rows, key=lambda row: row[:-_TEXT_COLUMNS]):
        together, seq = list(group), event[0]
        row = together[0]
        try:
            sealed = _sealed(row)
            texts = dict(_texts(together))
        except ValueError as error:  # what the constructors raise; Invalid is one too
            number = seq if isinstance(seq, int) else None
            fault = f"event {seq} cannot be read: {error}"
            raise Unreadable(number, _known(row.incident_id), fault) from error
        yield sealed, texts


def head(row: Any) -> Head:
    """The stored head; that of an empty log where it is damaged."""
    try:
        at = None if row.recorded_at is None else _time(row.recorded_at)
        return Head(_whole(row.seq), _whole(row.counted), _text(row.hash), at)
    except ValueError:
        return Head()


def event_id(value: object) -> UUID:
    """The event that a text names; raises Unreadable."""
    found = _known(value)
    if found is None:
        raise Unreadable(None, None, f"a text belongs to {value!r}, which is the name of no event")
    return found


def _sealed(row: Any) -> Sealed:
    return Sealed(
        seq=_whole(row.seq),
        event_id=_uuid(row.event_id),
        version=_whole(row.version),
        type=_text(row.type),
        schema=_whole(row.schema),
        envelope=Envelope(
            workspace=_text(row.workspace),
            incident_id=_uuid(row.incident_id),
            actor=_actor(row),
            source=_text(row.source),
            command_key=_text(row.command_key),
            correlation_id=_text(row.correlation_id),
            recorded_at=_time(row.recorded_at),
        ),
        override_id=None if row.override_id is None else _uuid(row.override_id),
        occurred_at=_time(row.occurred_at),
        body=_bytes(row.body),
        previous=_text(row.previous),
        hash=_text(row.hash),
    )


def _actor(row: Any) -> Actor:
    workspace = None if row.actor_workspace is None else _text(row.actor_workspace)
    login = None if row.actor_login is None else _text(row.actor_login)
    return Actor(_text(row.actor_kind), _text(row.actor_id), workspace, login)


def _texts(together: list[Any]) -> Iterator[tuple[str, SaltedText]]:
    if len({row.field for row in together}) < len(together):
        raise ValueError("it is there more than once, or one of its texts is")
    for row in together:
        if row.field is not None:
            yield _text(row.field), SaltedText(_bytes(row.salt), _text(row.text))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"{value!r} is not a text")


def _whole(value: object) -> int:
    if isinstance(value, int):
        return value
    raise ValueError(f"{value!r} is not a whole number")


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    raise ValueError("a text stands where bytes belong")


def _time(value: object) -> datetime:
    return from_iso(_text(value))


def _uuid(value: object) -> UUID:
    found = UUID(_text(value))
    if found.hex != value:  # it has many spellings, of which a join finds one
        raise ValueError(f"{value!r} is not how an id is stored")
    return found


def _known(value: object) -> UUID | None:
    try:
        return _uuid(value)
    except ValueError:
        return None


def _marked(value: bytes) -> str:
    return value.decode(errors="surrogateescape")  # no valid text reads like that
