"""The databases that the contracts are run on."""

from tests.storage.databases import (
    postgres_server,
    postgres_template,
    postgresql_url,
    sqlite_path,
    sqlite_template,
    sqlite_url,
)

__all__ = [
    "postgres_server",
    "postgres_template",
    "postgresql_url",
    "sqlite_path",
    "sqlite_template",
    "sqlite_url",
]
