"""How a time is stored: as PostgreSQL's own, and on SQLite as text that sorts; aware UTC when read."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from incident_core.model.times import from_iso, to_iso

LENGTH = len("2026-11-22T08:45:00.000000Z")


class Time(TypeDecorator[datetime]):
    """An instant to the microsecond."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        """Text of a fixed width on SQLite, timestamptz elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(LENGTH))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """A time without a zone is a mistake of ours: ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the time {value} has no zone")
        return to_iso(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        """Raises Invalid (a ValueError) for a text that was tampered with."""
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else from_iso(str(value))
