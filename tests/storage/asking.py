"""SQL for tests, past the adapter: to look at what is stored, and to damage it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import get_ident
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from adapters.storage import driver


def ask(url: str, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """Run one statement in a transaction of its own, with nothing checked; its rows."""
    engine = create_engine(url, poolclass=NullPool, **_module(url))
    with engine.begin() as connection:
        result = connection.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []


@contextmanager
def sqlite_lock(path: Path) -> Iterator[None]:
    """Somebody else who writes, and does not come to an end."""
    with closing(driver.module().connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that this thread executes meanwhile, on any engine."""
    me = get_ident()
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if get_ident() == me:  # what another test began may not have ended yet
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _module(url: str) -> dict[str, Any]:
    return {"module": driver.module()} if url.startswith("sqlite") else {}
