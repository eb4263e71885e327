"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXT = sa.Text()
_TIME = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_TABLES = (
    "events",
    "texts",
    "commands",
    "log_head",
    "counters",
    "incidents",
    "access",
    "search",
    "mirrors",
    "mirror_effects",
    "holds",
    "timers",
    "external_ids",
    "schema_info",
)


def upgrade() -> None:
    _make_log()
    _make_incidents()
    _make_views()
    _make_mirrors()
    _make_facts()
    first = sa.table("log_head", *map(sa.column, ("id", "seq", "count", "hash")))
    op.execute(first.insert().values(id=1, seq=0, count=0, hash="0" * 64))
    op.execute(sa.text("INSERT INTO schema_info (id, oldest_reader, oldest_writer) VALUES (1, 1, 1)"))


def downgrade() -> None:
    for name in reversed(_TABLES):
        op.drop_table(name)


def _partial_index(name: str, table: str, columns: list[str], on_sqlite: str, on_postgres: str) -> None:
    sqlite, postgres = sa.text(on_sqlite), sa.text(on_postgres)
    op.create_index(name, table, columns, sqlite_where=sqlite, postgresql_where=postgres)


def _make_log() -> None:
    """The record itself."""
    op.create_table(
        "events",
        sa.Column("seq", _SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("type", _TEXT, nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("actor_kind", _TEXT, nullable=False),
        sa.Column("actor_id", _TEXT, nullable=False),
        sa.Column("actor_workspace", _TEXT),
        sa.Column("actor_login", _TEXT),
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("command_key", _TEXT, nullable=False),
        sa.Column("correlation_id", _TEXT, nullable=False),
        sa.Column("override_id", sa.Uuid()),
        sa.Column("occurred_at", _TIME, nullable=False),
        sa.Column("recorded_at", _TIME, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("previous", _TEXT, nullable=False),
        sa.Column("hash", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        sa.UniqueConstraint("event_id", name="uq_events_event_id"),
        sa.UniqueConstraint("incident_id", "version", name="uq_events_incident_id_version"),
    )
    op.create_table(
        "texts",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("field", _TEXT, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("text", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.event_id"], name="fk_texts_event_id"),
        sa.PrimaryKeyConstraint("event_id", "field", name="pk_texts"),
    )
    op.create_table(
        "commands",
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("request", _TEXT, nullable=False),
        sa.Column("result", _TEXT, nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger()),
        sa.Column("first_version", sa.Integer(), nullable=False),
        sa.Column("last_version", sa.Integer(), nullable=False),
        sa.Column("reasons", _TEXT, nullable=False),
        sa.Column("recorded_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "key", name="pk_commands"),
    )
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("hash", _TEXT, nullable=False),
        sa.Column("recorded_at", _TIME),
        sa.CheckConstraint("id = 1", name="ck_log_head_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_log_head"),
    )
    op.create_table(
        "counters",
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "name", name="pk_counters"),
    )


def _make_incidents() -> None:
    """The view that lists read."""
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", _TEXT),
        sa.Column("stage", _TEXT, nullable=False),
        sa.Column("status", _TEXT),
        sa.Column("severity", _TEXT, nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("opened_by", _TEXT, nullable=False),
        sa.Column("commander", _TEXT),
        sa.Column("outcome", _TEXT),
        sa.Column("duplicate_of", _TEXT),
        sa.Column("impact_started_at", _TIME),
        sa.Column("detected_at", _TIME),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("declared_at", _TIME),
        sa.Column("acknowledged_at", _TIME),
        sa.Column("mitigated_at", _TIME),
        sa.Column("resolved_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.Column("review_done_at", _TIME),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.UniqueConstraint("workspace", "number", name="uq_incidents_workspace_number"),
    )
    op.create_index("ix_incidents_opened", "incidents", ["workspace", "opened_at"])
    _partial_index("ix_incidents_public", "incidents", ["workspace", "number"], "private = 0", "NOT private")
    _partial_index(
        "ix_incidents_public_severity",
        "incidents",
        ["workspace", "severity", "number"],
        "private = 0",
        "NOT private",
    )
    _partial_index(
        "ix_incidents_public_stage",
        "incidents",
        ["workspace", "stage", "number"],
        "private = 0",
        "NOT private",
    )
    _partial_index(
        "ix_incidents_public_stage_severity",
        "incidents",
        ["workspace", "stage", "severity", "number"],
        "private = 0",
        "NOT private",
    )


def _make_views() -> None:
    """What few may see, and what is searched."""
    op.create_table(
        "access",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("actor", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_access_incident_id"),
        sa.PrimaryKeyConstraint("incident_id", "actor", name="pk_access"),
    )
    op.create_index("ix_access_actor", "access", ["actor", "incident_id"])
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


def _make_mirrors() -> None:
    """What is shown outside, and what keeps us waiting there."""
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
    _partial_index(
        "ix_mirrors_behind", "mirrors", ["severity", "next_at"], "shown < wanted", "shown < wanted"
    )
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


def _make_facts() -> None:
    """Timers, names in other systems, and whom this schema serves."""
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
    _partial_index(
        "ix_timers_due",
        "timers",
        ["due_at"],
        "fired_at IS NULL AND stopped = 0",
        "fired_at IS NULL AND NOT stopped",
    )
    op.create_table(
        "external_ids",
        sa.Column("workspace", _TEXT, nullable=False),
        sa.Column("system", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("external_id", _TEXT, nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("url", _TEXT),
        sa.PrimaryKeyConstraint("workspace", "system", "kind", "external_id", name="pk_external_ids"),
    )
    op.create_index("ix_external_ids_incident", "external_ids", ["incident_id"])
    op.create_table(
        "schema_info",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("oldest_reader", sa.Integer(), nullable=False),
        sa.Column("oldest_writer", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_schema_info_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_schema_info"),
    )
