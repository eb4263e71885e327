"""The durable record in SQLite or PostgreSQL: SQLAlchemy Core, and Alembic only where tables change."""

from adapters.storage.database import Database, open_database
from adapters.storage.schema import Schema
from adapters.storage.store import Description

__all__ = ["Database", "Description", "Schema", "open_database"]
