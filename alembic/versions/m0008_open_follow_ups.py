"""Every follow-up that is open, by the day on which it is due; made from the documents that are there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NEVER = 400_000_000_000
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_PAGE = 500
_NAMES = ("incident_id", "kind", "name", "workspace", "actor", "number", "place", "over_by")
_DUTIES = sa.table("duties", *map(sa.column, _NAMES))
# An id as it is stored: what is read here is written back as it is. Follow-ups are looked for as text, which
# finds too much at most.
_NEXT = sa.text(
    "SELECT i.first_seq, i.id, i.workspace, i.number, i.private, d.document"
    " FROM incidents i JOIN documents d ON d.first_seq = i.first_seq"
    " WHERE i.first_seq > :last AND d.document LIKE :some"
    " ORDER BY i.first_seq LIMIT :page"
)


def upgrade() -> None:
    op.add_column("duties", sa.Column("over_by", sa.BigInteger()))
    _fill()
    op.create_index("ix_duties_over", "duties", ["workspace", "kind", "over_by", "number", "place"])
    # An older program would commit without bringing these up to date.
    op.execute("UPDATE schema_info SET oldest_writer = 8")


def downgrade() -> None:
    op.drop_index("ix_duties_over", "duties")
    op.execute("DELETE FROM duties WHERE kind IN ('open', 'open_private')")
    op.drop_column("duties", "over_by")
    op.execute("UPDATE schema_info SET oldest_writer = 6")


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
    kind = "open_private" if row.private else "open"
    own = {"incident_id": row.id, "kind": kind, "workspace": row.workspace, "number": row.number}
    try:
        found = list(_of_document(json.loads(row.document)))
    except (ValueError, TypeError, KeyError, AttributeError, OSError):
        return []
    return [{**own, **each} for each in found]


def _of_document(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for place, item in enumerate(document["follow_ups"], start=1):
        if item["done_at"] is None and not item["retracted"]:
            owner, over_by = item["owner"] or "", _over_by(item["due"])
            yield {"name": item["id"], "actor": owner, "place": place, "over_by": over_by}


def _over_by(due: dict[str, str] | None) -> int:
    """When the day ends there: seconds since the beginning of the year 1 in UTC."""
    if due is None:
        return _NEVER
    on, last = date.fromisoformat(due["on"]), datetime.combine(date.max, time.max, UTC)
    if on == date.max:
        return _seconds(last)
    try:
        end = datetime.combine(on + timedelta(days=1), time(), ZoneInfo(due["zone"])).astimezone(UTC)
    except OverflowError:
        end = datetime.combine(on, time.max, UTC)
    return _seconds(end)


def _seconds(at: datetime) -> int:
    return (at - _BEGINNING) // timedelta(seconds=1)
