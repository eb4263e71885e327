"""What is whose to do, made from the documents that are there; who is in which group; and more indexes.

Admins see private incidents: their lists walk through these along indexes like those of what is public.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TEXT = sa.Text()
_TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
_INDEXES = {"private_severity": ["severity"], "private_stage_severity": ["stage", "severity"]}
_PAGE = 500
_DUTIES = sa.table(
    "duties",
    *map(sa.column, ("incident_id", "kind", "name", "workspace", "actor", "number", "place")),
)
# An id as it is stored: what is read here is written back as it is. Follow-ups are looked for as text, which
# finds too much at most.
_NEXT = sa.text(
    "SELECT i.first_seq, i.id, i.workspace, i.number, i.stage, d.document"
    " FROM incidents i JOIN documents d ON d.first_seq = i.first_seq"
    " WHERE i.first_seq > :last AND (i.stage <> 'closed' OR d.document LIKE :some)"
    " ORDER BY i.first_seq LIMIT :page"
)
_NOT_SEEN = (
    "DELETE FROM duties"
    " WHERE EXISTS (SELECT 1 FROM incidents i WHERE i.id = duties.incident_id AND i.private)"
    " AND NOT EXISTS (SELECT 1 FROM access a"
    " WHERE a.incident_id = duties.incident_id AND a.actor = duties.actor)"
)


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("actor", _TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_duties_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "kind", "name", name="pk_duties"),
    )
    op.create_table(
        "user_groups",
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("members", _TEXT, nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "name", name="pk_user_groups"),
    )
    for name, columns in _INDEXES.items():
        op.create_index(
            f"ix_incidents_{name}",
            "incidents",
            ["workspace", *columns, "number"],
            sqlite_where=sa.text("private = 1"),
            postgresql_where=sa.text("private"),
        )
    _fill()
    op.execute(_NOT_SEEN)
    op.create_index("ix_duties_actor", "duties", ["workspace", "actor", "kind", "number", "place"])
    # An older program would commit without bringing duties up to date.
    op.execute("UPDATE schema_info SET oldest_writer = 6")


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(f"ix_incidents_{name}", "incidents")
    op.drop_index("ix_duties_actor", "duties")
    for table in ("user_groups", "duties"):
        op.drop_table(table)
    op.execute("UPDATE schema_info SET oldest_writer = 4")


def _fill() -> None:
    """A page of incidents at a time."""
    bind, last = op.get_bind(), -1
    while True:
        asked = {"last": last, "page": _PAGE, "some": '%"follow_ups":[{%'}
        rows = bind.execute(_NEXT, asked).all()
        if not rows:
            return
        if found := [each for row in rows for each in _duties(row)]:
            bind.execute(_DUTIES.insert(), found)
        last = rows[-1].first_seq


def _duties(row: Any) -> list[dict[str, Any]]:
    """The rows of one incident; none of a document that is damaged, which a rebuild makes again."""
    own = {"incident_id": row.id, "workspace": row.workspace, "number": row.number}
    names = ("kind", "name", "actor", "place")
    try:
        found = list(_of_document(row.stage, json.loads(row.document)))
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
    return [{**own, **dict(zip(names, each, strict=True))} for each in found]


def _of_document(stage: str, document: dict[str, Any]) -> Iterator[tuple[str, str, str, int]]:
    if stage != "closed":
        for role, holder in document["roles"].items():
            yield "role", role, holder, 0
    for place, item in enumerate(document["follow_ups"], start=1):
        if item["owner"] is not None and item["done_at"] is None and not item["retracted"]:
            yield "follow_up", item["id"], item["owner"], place
