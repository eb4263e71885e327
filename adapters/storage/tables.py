"""The tables: the log, which is the record; its views; and, given on from next door, facts of the outside.

In the view `incidents`, `first_seq` and `last_seq` are the sequences of its first and newest event, hours
count from the beginning of the year 1 in UTC (a Monday), and lengths of time are in microseconds.

These formats are promises. A migration in alembic/versions says the same, and a test compares them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from adapters.storage.tables_outside import (
    external_ids,
    findings,
    holds,
    mirror_effects,
    mirrors,
    reminders,
    timers,
    timers_mark,
    user_groups,
)
from adapters.storage.tables_parts import SEQUENCE, metadata, partial_index
from adapters.storage.types import Id, Time
from incident_core.model.milestone import DURATIONS

# Whoever imports this has every table; a test or a migration that had only some would miss the others.
__all__ = [
    "metadata",
    "LENGTHS",
    "events",
    "texts",
    "commands",
    "log_head",
    "counters",
    "incidents",
    "access",
    "duties",
    "documents",
    "search",
    "schema_info",
    "alembic_version",
    "mirrors",
    "mirror_effects",
    "holds",
    "timers",
    "reminders",
    "timers_mark",
    "external_ids",
    "user_groups",
    "findings",
]

# Lengths of time in microseconds; absent where a milestone is missing, and where figures leave one out.
LENGTHS = (
    *(each.name for each in DURATIONS),
    "time_in_investigation",
    "time_in_incident",
    "time_in_resolved",
)

events = Table(
    "events",
    metadata,
    Column("seq", SEQUENCE, primary_key=True, autoincrement=False),
    Column("event_id", Id(), nullable=False, unique=True),
    Column("workspace", Text(), nullable=False),
    Column("incident_id", Id(), nullable=False),
    Column("version", Integer(), nullable=False),
    Column("type", Text(), nullable=False),
    Column("schema", Integer(), nullable=False),
    Column("actor_kind", Text(), nullable=False),
    Column("actor_id", Text(), nullable=False),
    Column("actor_workspace", Text()),
    Column("actor_login", Text()),
    Column("source", Text(), nullable=False),
    Column("command_key", Text(), nullable=False),
    Column("correlation_id", Text(), nullable=False),
    Column("override_id", Id()),
    Column("occurred_at", Time(), nullable=False),
    Column("recorded_at", Time(), nullable=False),
    Column("body", LargeBinary(), nullable=False),
    Column("previous", Text(), nullable=False),
    Column("hash", Text(), nullable=False),
    UniqueConstraint("incident_id", "version"),
)

texts = Table(
    "texts",
    metadata,
    Column("event_id", Id(), ForeignKey("events.event_id"), nullable=False),
    Column("field", Text(), nullable=False),
    Column("salt", LargeBinary(), nullable=False),
    Column("text", Text(), nullable=False),
    PrimaryKeyConstraint("event_id", "field"),
)

commands = Table(
    "commands",
    metadata,
    Column("workspace", Text(), nullable=False),
    Column("key", Text(), nullable=False),
    Column("request", Text(), nullable=False),
    Column("result", Text(), nullable=False),
    Column("incident_id", Id(), nullable=False),
    Column("number", BigInteger()),
    Column("first_version", Integer(), nullable=False),
    Column("last_version", Integer(), nullable=False),
    Column("reasons", Text(), nullable=False),
    Column("recorded_at", Time(), nullable=False),
    PrimaryKeyConstraint("workspace", "key"),
)

log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer(), primary_key=True, autoincrement=False),
    Column("seq", BigInteger(), nullable=False),
    Column("count", BigInteger(), nullable=False),
    Column("hash", Text(), nullable=False),
    Column("recorded_at", Time()),
    CheckConstraint("id = 1", name="one_row"),
)

counters = Table(
    "counters",
    metadata,
    Column("workspace", Text(), nullable=False),
    Column("name", Text(), nullable=False),
    Column("value", BigInteger(), nullable=False),
    PrimaryKeyConstraint("workspace", "name"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("workspace", Text(), nullable=False),
    Column("number", BigInteger(), nullable=False),
    Column("title", Text()),
    Column("stage", Text(), nullable=False),
    Column("status", Text()),
    Column("severity", Text(), nullable=False),
    Column("drill", Boolean(), nullable=False),
    Column("private", Boolean(), nullable=False),
    Column("opened_by", Text(), nullable=False),
    Column("commander", Text()),
    Column("outcome", Text()),
    Column("duplicate_of", Text()),
    Column("impact_started_at", Time()),
    Column("detected_at", Time()),
    Column("opened_at", Time(), nullable=False),
    Column("declared_at", Time()),
    Column("acknowledged_at", Time()),
    Column("mitigated_at", Time()),
    Column("resolved_at", Time()),
    Column("closed_at", Time()),
    Column("review_done_at", Time()),
    Column("updated_at", Time(), nullable=False),
    Column("version", Integer(), nullable=False),
    Column("first_seq", BigInteger(), nullable=False),
    Column("last_seq", BigInteger(), nullable=False),
    Column("opened_hour", Integer(), nullable=False),
    Column("declared_hour", Integer()),
    *(Column(name, BigInteger()) for name in LENGTHS),
    Column("spent_investigating", BigInteger(), nullable=False),
    Column("spent_responding", BigInteger(), nullable=False),
    Column("stage_since", BigInteger(), nullable=False),
    UniqueConstraint("workspace", "number"),
)


def _public_index(name: str, *columns: str) -> Index:
    """Newest numbers first among what everybody sees; what few may see is found through `access`."""
    chosen = (incidents.c[column] for column in columns)
    return partial_index(f"ix_incidents_{name}", "private = 0", "NOT private", *chosen)


_public_index("public", "workspace", "number")
_public_index("public_stage", "workspace", "stage", "number")
_public_index("public_severity", "workspace", "severity", "number")
_public_index("public_stage_severity", "workspace", "stage", "severity", "number")
for _name, _columns in {
    "private": ("number",),
    "private_stage": ("stage", "number"),
    "private_severity": ("severity", "number"),
    "private_stage_severity": ("stage", "severity", "number"),
}.items():
    partial_index(
        f"ix_incidents_{_name}",
        "private = 1",
        "private",
        incidents.c.workspace,
        *(incidents.c[each] for each in _columns),
    )
Index("ix_incidents_opened", incidents.c.workspace, incidents.c.opened_at)
Index("ix_incidents_first", incidents.c.first_seq, unique=True)


def _figures_index(name: str, on_sqlite: str, on_postgres: str, *columns: str) -> Index:
    """What statistics are read from, and no row of the table itself; who may see it is in the index too."""
    chosen = (incidents.c[column] for column in ("workspace", *columns, "private", "id"))
    return partial_index(f"ix_incidents_{name}", on_sqlite, on_postgres, *chosen)


_figures_index(
    "figures",
    "drill = 0",
    "NOT drill",
    "opened_at",
    "opened_hour",
    "severity",
    "outcome",
    "commander",
    "stage",
    "spent_investigating",
    "spent_responding",
    "stage_since",
)
_figures_index(
    "declared",
    "drill = 0 AND declared_at IS NOT NULL",
    "NOT drill AND declared_at IS NOT NULL",
    "declared_at",
    "declared_hour",
    "severity",
    "commander",
)
_figures_index("drills", "drill = 1", "drill", "opened_at")
_figures_index("active", "drill = 0 AND closed_at IS NULL", "NOT drill AND closed_at IS NULL", "stage")
for _length in LENGTHS:
    partial_index(
        f"ix_incidents_{_length}",
        f"private = 0 AND {_length} IS NOT NULL",
        f"NOT private AND {_length} IS NOT NULL",
        incidents.c.workspace,
        incidents.c[_length],
    )

# Only for private incidents: who sees the others is not a question.
access = Table(
    "access",
    metadata,
    Column("incident_id", Id(), ForeignKey("incidents.id"), nullable=False),
    Column("actor", Text(), nullable=False),
    PrimaryKeyConstraint("incident_id", "actor"),
    Index("ix_access_actor", "actor", "incident_id"),
)

# What is somebody's who may see it, without being an admin: a role in what is not closed (`name` says which),
# or a follow-up that is not done (its id; `place` counts those of the incident). Its texts are elsewhere.
# What is not done has another row, whosever it is; `over_by` is when its day is over, in seconds.
duties = Table(
    "duties",
    metadata,
    Column("incident_id", Id(), ForeignKey("incidents.id"), nullable=False),
    Column("kind", Text(), nullable=False),
    Column("name", Text(), nullable=False),
    Column("workspace", Text(), nullable=False),
    Column("actor", Text(), nullable=False),
    Column("number", BigInteger(), nullable=False),
    Column("place", Integer(), nullable=False),
    Column("over_by", BigInteger()),
    PrimaryKeyConstraint("incident_id", "kind", "name"),
    Index("ix_duties_actor", "workspace", "actor", "kind", "number", "place"),
    Index("ix_duties_over", "workspace", "kind", "over_by", "number", "place"),
)

# The whole incident as JSON, for those who read many; apart, so that the rows of `incidents` stay short.
documents = Table(
    "documents",
    metadata,
    Column("first_seq", SEQUENCE, ForeignKey("incidents.first_seq"), primary_key=True, autoincrement=False),
    Column("document", Text(), nullable=False),
)

# One row per incident, in the order in which they were opened. The full-text index over `title` and `words`
# is each database's own, and made by the migration.
search = Table(
    "search",
    metadata,
    Column("first_seq", SEQUENCE, ForeignKey("incidents.first_seq"), primary_key=True, autoincrement=False),
    Column("title", Text(), nullable=False),
    Column("words", Text(), nullable=False),
)

# The oldest programs, by the number in adapters.storage.revisions, that may still read and write.
schema_info = Table(
    "schema_info",
    metadata,
    Column("id", Integer(), primary_key=True, autoincrement=False),
    Column("oldest_reader", Integer(), nullable=False),
    Column("oldest_writer", Integer(), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

# Alembic's own table, described apart from ours so that no migration is made for it.
alembic_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
