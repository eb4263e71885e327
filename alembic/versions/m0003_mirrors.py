"""Mirrors: what is due and since when, what was said about which event, and waits for each mirror.

Nothing was ever written to these tables before, so they are made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT = sa.Text()
_TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
_TABLES = ("holds", "mirror_effects", "mirrors")


def upgrade() -> None:
    _drop_tables()
    _make_mirrors()
    _make_effects()
    op.create_table(
        "holds",
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("mirror", _TEXT, nullable=False),
        sa.Column("method", _TEXT, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "mirror", "method", name="pk_holds"),
    )
    # An older program would commit without telling the mirrors.
    op.execute("UPDATE schema_info SET oldest_writer = 3")


def downgrade() -> None:
    _drop_tables()
    _make_old_ones()
    op.execute("UPDATE schema_info SET oldest_writer = 2")


def _drop_tables() -> None:
    for table in _TABLES:
        op.drop_table(table)


def _make_mirrors() -> None:
    op.create_table(
        "mirrors",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("mirror", _TEXT, nullable=False),
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("severity", _TEXT, nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", _TIME),
        sa.Column("error", _TEXT),
        sa.Column("lease_token", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", _TIME),
        sa.PrimaryKeyConstraint("incident_id", "mirror", name="pk_mirrors"),
    )
    _index_behind("shown < wanted AND next_at IS NOT NULL")


def _make_effects() -> None:
    op.create_table(
        "mirror_effects",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("mirror", _TEXT, nullable=False),
        sa.Column("slot", _TEXT, nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fingerprint", _TEXT),
        sa.Column("external_id", _TEXT),
        sa.Column("intent", _TEXT),
        sa.Column("intended_at", _TIME),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", _TIME),
        sa.Column("error", _TEXT),
        sa.Column("stopped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("skipped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "mirror", "slot", name="pk_mirror_effects"),
    )
    op.create_index("ix_mirror_effects_version", "mirror_effects", ["incident_id", "mirror", "version"])


def _make_old_ones() -> None:
    """The tables as the first revision made them."""
    op.create_table(
        "mirrors",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("mirror", _TEXT, nullable=False),
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("severity", _TEXT, nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", _TIME),
        sa.Column("error", _TEXT),
        sa.Column("lease_token", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", _TIME),
        sa.PrimaryKeyConstraint("incident_id", "mirror", name="pk_mirrors"),
    )
    _index_behind("shown < wanted")
    op.create_table(
        "mirror_effects",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("mirror", _TEXT, nullable=False),
        sa.Column("slot", _TEXT, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("intent", _TEXT),
        sa.Column("intended_at", _TIME),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fingerprint", _TEXT),
        sa.Column("external_id", _TEXT),
        sa.Column("next_at", _TIME),
        sa.Column("error", _TEXT),
        sa.Column("done_at", _TIME),
        sa.PrimaryKeyConstraint("incident_id", "mirror", "slot", "generation", name="pk_mirror_effects"),
    )
    op.create_table(
        "holds",
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("method", _TEXT, nullable=False),
        sa.Column("channel", _TEXT, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "method", "channel", name="pk_holds"),
    )


def _index_behind(which: str) -> None:
    condition = sa.text(which)
    op.create_index(
        "ix_mirrors_behind",
        "mirrors",
        ["severity", "next_at"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
