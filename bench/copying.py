"""A filled SQLite file into an empty PostgreSQL, row by row as it is stored: quicker than filling it too."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import LargeBinary, Table, create_engine, make_url

from adapters.storage import driver
from adapters.storage.tables import (
    access,
    commands,
    counters,
    documents,
    events,
    incidents,
    log_head,
    search,
    texts,
)  # fmt: skip

TABLES: tuple[Table, ...] = (
    events, texts, commands, counters, log_head, incidents, access, documents, search,
)  # fmt: skip
_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy(sqlite_url: str, postgres_url: str) -> None:
    """Copy every table of the record and its views; the tables must be there and empty."""
    source = driver.module().connect(str(make_url(sqlite_url).database))
    engine = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg2"))
    with engine.begin() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("TRUNCATE log_head")
        for table in TABLES:
            names = ", ".join(f'"{column.name}"' for column in table.c)
            binary = [isinstance(column.type, LargeBinary) for column in table.c]
            rows = source.execute(f'SELECT {names} FROM "{table.name}" ORDER BY 1')
            lines = (_line(row, binary) for row in rows)
            cursor.copy_expert(f'COPY "{table.name}" ({names}) FROM STDIN', _Lines(lines))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")  # as a server does by itself, a little later
    engine.dispose()
    source.close()


def _line(row: Iterable[Any], binary: list[bool]) -> str:
    return "\t".join(map(_field, row, binary)) + "\n"


def _field(value: Any, binary: bool) -> str:
    if value is None:
        return "\\N"
    return f"\\\\x{value.hex()}" if binary else str(value).translate(_SPECIAL)


class _Lines(io.TextIOBase):
    """Lines as a file that is read piece by piece."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._left = ""

    def read(self, size: int | None = -1, /) -> str:
        wanted = 1 << 30 if size is None or size < 0 else size
        parts, length = [self._left], len(self._left)
        while length < wanted and (line := next(self._lines, None)) is not None:
            parts.append(line)
            length += len(line)
        text = "".join(parts)
        self._left = text[wanted:]
        return text[:wanted]
