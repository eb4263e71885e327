"""What somebody did by hand outside, and is reported once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXT = sa.Text()
_TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
_OPEN = sa.text("over_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "findings",
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("mirror", _TEXT, nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("what", _TEXT, nullable=False),
        sa.Column("detail", _TEXT, nullable=False),
        sa.Column("noticed_at", _TIME, nullable=False),
        sa.Column("over_at", _TIME),
        sa.PrimaryKeyConstraint("name", name="pk_findings"),
    )
    for name, unique, columns in (
        ("open", True, ["incident_id", "mirror", "what"]),
        ("noticed", False, ["workspace", "noticed_at"]),
    ):
        op.create_index(
            f"ix_findings_{name}",
            "findings",
            columns,
            unique=unique,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )


def downgrade() -> None:
    op.drop_table("findings")
    # A reminder of something noticed would be one of no timer to an older program, which says nothing of it.
