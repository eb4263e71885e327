"""Timers that each commit brings up to date, and what they said; how far each mirror has come with that.

Nothing was ever written to the table of timers before, so it is made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT = sa.Text()
_TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    op.drop_index("ix_timers_due", "timers")
    op.drop_table("timers")
    _make_timers()
    _make_reminders()
    _widen_mirrors()
    # An older program would commit without arming a timer.
    op.execute("UPDATE schema_info SET oldest_writer = 4")


def downgrade() -> None:
    for name in ("ix_mirror_effects_failed", "ix_mirror_effects_reminder"):
        op.drop_index(name, "mirror_effects")
    for name in ("ix_mirrors_behind", "ix_mirrors_due"):
        op.drop_index(name, "mirrors")
    # An older program knows nothing of what was said because a timer fired.
    op.execute("DELETE FROM mirror_effects WHERE reminder IS NOT NULL")
    op.execute("DELETE FROM mirrors WHERE wanted = 0")
    op.drop_column("mirror_effects", "reminder")
    op.drop_column("mirrors", "reminded")
    op.drop_column("mirrors", "to_remind")
    _index("ix_mirrors_behind", "mirrors", ["severity", "next_at"], "shown < wanted AND next_at IS NOT NULL")
    for name in ("ix_timers_listed", "ix_timers_due"):
        op.drop_index(name, "timers")
    for table in ("timers", "reminders", "timers_mark"):
        op.drop_table(table)
    _make_old_timers()
    op.execute("UPDATE schema_info SET oldest_writer = 3")


def _make_timers() -> None:
    op.create_table(
        "timers",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("due_at", _TIME),
        sa.Column("again", sa.BigInteger()),
        sa.Column("snoozed_until", _TIME),
        sa.Column("stopped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("listed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fired_at", _TIME),
        sa.Column("last", sa.Integer()),
        sa.PrimaryKeyConstraint("incident_id", "name", name="pk_timers"),
    )
    _index(
        "ix_timers_due",
        "timers",
        ["listed", "due_at"],
        "due_at IS NOT NULL AND stopped = 0",
        "due_at IS NOT NULL AND NOT stopped",
    )
    _index(
        "ix_timers_listed",
        "timers",
        ["workspace", "since"],
        "listed = 1 AND fired_at IS NOT NULL",
        "listed AND fired_at IS NOT NULL",
    )


def _make_reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("timer", _TEXT, nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("fired_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_reminders"),
    )
    op.create_table(
        "timers_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", _TEXT, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_timers_mark_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_timers_mark"),
    )


def _widen_mirrors() -> None:
    for name in ("to_remind", "reminded"):
        op.add_column("mirrors", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("mirror_effects", sa.Column("reminder", sa.Integer()))
    op.drop_index("ix_mirrors_behind", "mirrors")
    _index("ix_mirrors_due", "mirrors", ["severity", "next_at"], "next_at IS NOT NULL")
    _index("ix_mirrors_behind", "mirrors", ["incident_id", "mirror"], "shown < wanted")
    of_mirror = ["incident_id", "mirror"]
    _index("ix_mirror_effects_reminder", "mirror_effects", [*of_mirror, "reminder"], "reminder IS NOT NULL")
    _index("ix_mirror_effects_failed", "mirror_effects", of_mirror, "error IS NOT NULL")


def _make_old_timers() -> None:
    """The table as the first revision made it."""
    op.create_table(
        "timers",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("fired_at", _TIME),
        sa.Column("stopped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "kind", name="pk_timers"),
    )
    _index(
        "ix_timers_due",
        "timers",
        ["due_at"],
        "fired_at IS NULL AND stopped = 0",
        "fired_at IS NULL AND NOT stopped",
    )


def _index(name: str, table: str, columns: list[str], where: str, on_postgres: str = "") -> None:
    op.create_index(
        name,
        table,
        columns,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(on_postgres or where),
    )
