"""Many rows of one table at once: each column's values are made ready by its type, and sent as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.types import TypeEngine

from adapters.storage.rows import Values

Ready = Callable[[Any], Any] | None


def insert_all(connection: Connection, table: Table, rows: list[Values]) -> None:
    """Write these rows, which all have the same columns."""
    if not rows:
        return
    names = tuple(rows[0])
    columns = list(_columns(connection.dialect, table, names, rows))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_for_sqlite(table, names), list(zip(*columns, strict=True)))
    else:
        connection.exec_driver_sql(_for_postgres(connection.dialect, table, names), tuple(columns))


def _columns(
    dialect: Dialect, table: Table, names: tuple[str, ...], rows: list[Values]
) -> Iterator[list[Any]]:
    """The values of each column, as the driver wants them."""
    for name in names:
        ready: Ready = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        values = map(itemgetter(name), rows)
        yield list(values if ready is None else _made_ready(ready, values))


def _made_ready(ready: Callable[[Any], Any], values: Iterable[Any]) -> Iterator[Any]:
    """Ready, one after the other; often many in a row are the same."""
    last = made = None
    for value in values:
        if value is not last:
            last, made = value, None if value is None else ready(value)
        yield made


@lru_cache
def _for_sqlite(table: Table, names: tuple[str, ...]) -> str:
    places = ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({_listed(names)}) VALUES ({places})"


def _for_postgres(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    """One statement whose arrays are the columns: an INSERT for each row takes three times as long."""
    arrays = ", ".join(f"%s::{_kind(table.c[name].type, dialect)}[]" for name in names)
    return f"INSERT INTO {table.name} ({_listed(names)}) SELECT * FROM unnest({arrays})"


def _kind(kind: TypeEngine[Any], dialect: Dialect) -> str:
    return kind.compile(dialect)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
