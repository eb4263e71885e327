"""The databases of all tests: one PostgreSQL server for each process that runs tests."""

from tests.databases import (
    database,
    database_url,
    empty_postgres_url,
    postgres_server,
    postgres_template,
    postgresql_url,
    sqlite_path,
    sqlite_template,
    sqlite_url,
)

__all__ = [
    "database",
    "database_url",
    "empty_postgres_url",
    "postgres_server",
    "postgres_template",
    "postgresql_url",
    "sqlite_path",
    "sqlite_template",
    "sqlite_url",
]
