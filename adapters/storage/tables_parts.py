"""What the tables are made with: their names, and the parts that both databases declare differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite keeps rows in the order of an INTEGER PRIMARY KEY, and of no other integer type.
SEQUENCE = BigInteger().with_variant(Integer(), "sqlite")


def partial_index(
    name: str, on_sqlite: str, on_postgres: str, *columns: Column[Any], unique: bool = False
) -> Index:
    """An index of few rows; SQLite uses it only for a condition that is written as SQLAlchemy writes it."""
    return Index(
        name,
        *columns,
        unique=unique,
        sqlite_where=text(on_sqlite),
        postgresql_where=text(on_postgres),
    )
