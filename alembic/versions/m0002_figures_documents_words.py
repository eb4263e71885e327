"""Statistics, exports and search that do not slow down: figures, documents and words.

Everything changed here is made from the events. It is emptied, and whoever upgrades makes it again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXT = sa.Text()
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_LENGTHS = (
    "time_to_detect",
    "time_to_declare",
    "time_to_acknowledge",
    "time_to_mitigate",
    "time_to_resolve",
    "impact_duration",
    "time_in_investigation",
    "time_in_incident",
    "time_in_resolved",
)

_SPENT = ("spent_investigating", "spent_responding", "stage_since")
_SEEN = ("private", "id")
_FIGURES = ("opened_at", "opened_hour", "severity", "outcome", "commander", "stage", *_SPENT, *_SEEN)
_DECLARED = ("declared_at", "declared_hour", "severity", "commander", *_SEEN)

# Words arrive as they are to be found, so that both databases only have to tell them apart.
_ON_SQLITE = (
    "CREATE VIRTUAL TABLE search_words USING fts5"
    "(title, words, content='search', content_rowid='first_seq',"
    " tokenize='ascii', detail=column, columnsize=0)",
    "CREATE TRIGGER search_words_insert AFTER INSERT ON search BEGIN"
    " INSERT INTO search_words (rowid, title, words) VALUES (new.first_seq, new.title, new.words); END",
    "CREATE TRIGGER search_words_delete AFTER DELETE ON search BEGIN"
    " INSERT INTO search_words (search_words, rowid, title, words)"
    " VALUES ('delete', old.first_seq, old.title, old.words); END",
    "CREATE TRIGGER search_words_update AFTER UPDATE ON search BEGIN"
    " INSERT INTO search_words (search_words, rowid, title, words)"
    " VALUES ('delete', old.first_seq, old.title, old.words);"
    " INSERT INTO search_words (rowid, title, words) VALUES (new.first_seq, new.title, new.words); END",
)
_ON_POSTGRES = (
    "CREATE INDEX ix_search_words ON search USING gin (array_to_tsvector(string_to_array(words, ' ')))",
    "CREATE INDEX ix_search_title ON search USING gin (array_to_tsvector(string_to_array(title, ' ')))",
)


_INDEXES = ("figures", "declared", "drills", "active", "private", "private_stage")


def upgrade() -> None:
    op.drop_table("search")
    for table in ("access", "incidents"):
        op.execute(f"DELETE FROM {table}")
    _add_columns()
    _add_indexes()
    op.create_table(
        "documents",
        sa.Column("first_seq", _SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("document", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["first_seq"], ["incidents.first_seq"], name="fk_documents_first_seq"),
        sa.PrimaryKeyConstraint("first_seq", name="pk_documents"),
    )
    op.create_table(
        "search",
        sa.Column("first_seq", _SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("title", _TEXT, nullable=False),
        sa.Column("words", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["first_seq"], ["incidents.first_seq"], name="fk_search_first_seq"),
        sa.PrimaryKeyConstraint("first_seq", name="pk_search"),
    )
    for statement in _ON_SQLITE if _is_sqlite() else _ON_POSTGRES:
        op.execute(statement)
    op.execute("UPDATE schema_info SET oldest_reader = 2, oldest_writer = 2")


def downgrade() -> None:
    if _is_sqlite():
        op.execute("DROP TABLE search_words")
    op.drop_table("search")
    op.drop_table("documents")
    for name in (*_INDEXES, "first", *_LENGTHS):
        op.drop_index(f"ix_incidents_{name}", "incidents")
    for name in reversed(_columns()):
        op.drop_column("incidents", name)
    op.create_table(
        "search",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("field", _TEXT, nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("text", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_search_incident_id"),
        sa.PrimaryKeyConstraint("event_id", "field", name="pk_search"),
    )
    op.create_index("ix_search_incident", "search", ["incident_id"])
    # Case is folded better by `incident db rebuild`, but this finds most.
    op.execute(
        "INSERT INTO search (event_id, field, incident_id, text)"
        " SELECT t.event_id, t.field, e.incident_id, lower(t.text)"
        " FROM texts t JOIN events e ON e.event_id = t.event_id"
    )
    op.execute("UPDATE schema_info SET oldest_reader = 1, oldest_writer = 1")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _columns() -> dict[str, sa.Column[int]]:
    big, small = sa.BigInteger(), sa.Integer()
    found = {
        "first_seq": sa.Column("first_seq", big, nullable=False),
        "last_seq": sa.Column("last_seq", big, nullable=False),
        "opened_hour": sa.Column("opened_hour", small, nullable=False),
        "declared_hour": sa.Column("declared_hour", small),
    }
    found |= {name: sa.Column(name, sa.BigInteger()) for name in _LENGTHS}
    for name in _SPENT:
        found[name] = sa.Column(name, sa.BigInteger(), nullable=False)
    return found


def _add_columns() -> None:
    for column in _columns().values():
        op.add_column("incidents", column)
    op.create_index("ix_incidents_first", "incidents", ["first_seq"], unique=True)


def _add_indexes() -> None:
    _partial_index("figures", _FIGURES, "drill = 0", "NOT drill")
    declared = "declared_at IS NOT NULL"
    _partial_index("declared", _DECLARED, f"drill = 0 AND {declared}", f"NOT drill AND {declared}")
    _partial_index("drills", ("opened_at", *_SEEN), "drill = 1", "drill")
    still = "closed_at IS NULL"
    _partial_index("active", ("stage", *_SEEN), f"drill = 0 AND {still}", f"NOT drill AND {still}")
    _partial_index("private", ("number",), "private = 1", "private")
    _partial_index("private_stage", ("stage", "number"), "private = 1", "private")
    for name in _LENGTHS:
        given = f"{name} IS NOT NULL"
        _partial_index(name, (name,), f"private = 0 AND {given}", f"NOT private AND {given}")


def _partial_index(name: str, columns: tuple[str, ...], on_sqlite: str, on_postgres: str) -> None:
    op.create_index(
        f"ix_incidents_{name}",
        "incidents",
        ["workspace", *columns],
        sqlite_where=sa.text(on_sqlite),
        postgresql_where=sa.text(on_postgres),
    )
