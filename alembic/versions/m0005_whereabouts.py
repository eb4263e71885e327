"""An index of what is outside by its name there: which incident lives in a channel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NAME = "ix_mirror_effects_place"


def upgrade() -> None:
    placed = sa.text("version IS NULL AND reminder IS NULL AND external_id IS NOT NULL")
    op.create_index(
        _NAME,
        "mirror_effects",
        ["mirror", "slot", "external_id"],
        sqlite_where=placed,
        postgresql_where=placed,
    )


def downgrade() -> None:
    op.drop_index(_NAME, "mirror_effects")
