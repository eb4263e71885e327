"""How times and ids are stored: as PostgreSQL's own, and on SQLite as text of a fixed width that sorts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, DateTime, Dialect, String, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine

from incident_core.errors import Unavailable
from incident_core.model.times import from_iso, to_iso

_WIDTH = len("2026-11-22T08:45:00.000000Z")


class Time(TypeDecorator[datetime]):
    """An instant to the microsecond, aware and UTC when it is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, timestamptz elsewhere."""
        on_sqlite = dialect.name == "sqlite"
        return dialect.type_descriptor(String(_WIDTH) if on_sqlite else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Raises ValueError for a time without a zone, which is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the time {value} has no zone")
        return to_iso(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Raises Unavailable for what was tampered with."""
        if value is None:
            return None
        if dialect.name != "sqlite":
            at: datetime = value.astimezone(UTC)
            return at
        try:
            return from_iso(value)
        except (TypeError, ValueError) as error:
            raise damaged("time", value) from error


class Id(TypeDecorator[UUID]):
    """A UUID."""

    impl = Uuid()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """32 hexadecimal digits on SQLite, uuid elsewhere."""
        return dialect.type_descriptor(CHAR(32) if dialect.name == "sqlite" else Uuid())

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> UUID | str | None:
        """The UUID, or its digits."""
        return value.hex if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """Raises Unavailable for what was tampered with."""
        if value is None or isinstance(value, UUID):
            return value
        try:
            return UUID(value)
        except (AttributeError, TypeError, ValueError) as error:
            raise damaged("id", value) from error


def damaged(what: str, value: object) -> Unavailable:
    """What is said of a stored value that is none of ours."""
    return Unavailable(f"The database is damaged: {value!r} is stored as {what}; run: incident audit verify")
