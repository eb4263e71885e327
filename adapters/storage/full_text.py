"""The full-text index as a whole: what it consists of, whether it agrees with the table, and that it forgets.

PostgreSQL keeps its own together with the table; SQLite leaves that to triggers.
"""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

NAME = "the full-text index"
"""How it is told among the keys of incidents whose views differ."""

PARTS = {
    "sqlite": {
        "search_words": "table",
        "search_words_insert": "trigger",
        "search_words_update": "trigger",
        "search_words_delete": "trigger",
    },
    "postgresql": {"ix_search_title": "index", "ix_search_words": "index"},
}
"""What a migration made of it, by the names of its parts."""

_THERE = {
    "sqlite": text("SELECT name FROM sqlite_master WHERE tbl_name IN ('search', 'search_words')"),
    "postgresql": text(
        "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE indrelid = to_regclass('search') AND indisvalid"
    ),
}
_CHECK = text("INSERT INTO search_words (search_words, rank) VALUES ('integrity-check', 1)")
_MAKE = text("INSERT INTO search_words (search_words) VALUES ('rebuild')")
# FTS5 keeps the words of a row that was changed until it happens to merge them away; this merges all. Its
# option secure-delete leaves the older of several copies, and a file that older libraries cannot read.
_MERGE = text("INSERT INTO search_words (search_words) VALUES ('optimize')")


def missing(connection: Connection) -> tuple[str, ...]:
    """The parts that are not there, one sentence each."""
    kind = connection.dialect.name
    there = set(connection.execute(_THERE[kind]).scalars())
    return tuple(f"The {part} {name} is missing." for name, part in PARTS[kind].items() if name not in there)


def can_differ(connection: Connection) -> bool:
    """Whether the database leaves it to us that index and table agree."""
    return connection.dialect.name == "sqlite"


def differs(connection: Connection) -> bool:
    """Whether it says anything else than the table; writes nothing, but needs the append lock."""
    try:
        connection.execute(_CHECK)
    except DatabaseError as error:
        if "malformed" not in str(error.orig):
            raise
        return True
    return False


def make(connection: Connection) -> None:
    """Make what `differs` anew."""
    connection.execute(_MAKE)


def forget(connection: Connection) -> None:
    """Leave nothing of what was removed in a corner of the file; takes the longer, the more there is."""
    if can_differ(connection):
        connection.execute(_MERGE)
