"""The tables about the outside: what is there, what is due to be said, and by which names others know it.

All of it is fact, known to us only because somebody outside told us: no rebuild touches it, and so it refers
to an incident by its id and not to the row of a view.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
)

from adapters.storage.tables_parts import metadata, partial_index
from adapters.storage.types import Id, Time

# `next_at`: due from then on; without it only a person, or news, can make it due. `revision` counts what
# others than the worker that has it changed. `reminded` of the reminders up to `to_remind` were said.
mirrors = Table(
    "mirrors",
    metadata,
    Column("incident_id", Id(), nullable=False),
    Column("mirror", Text(), nullable=False),
    Column("workspace", Text(), nullable=False),
    Column("severity", Text(), nullable=False),
    Column("wanted", Integer(), nullable=False),
    Column("shown", Integer(), nullable=False),
    Column("to_remind", Integer(), nullable=False, server_default="0"),
    Column("reminded", Integer(), nullable=False, server_default="0"),
    Column("revision", Integer(), nullable=False, server_default="0"),
    Column("next_at", Time()),
    Column("error", Text()),
    Column("lease_token", BigInteger(), nullable=False, server_default="0"),
    Column("lease_until", Time()),
    PrimaryKeyConstraint("incident_id", "mirror"),
)
_WAITING, _BEHIND = "next_at IS NOT NULL", "shown < wanted"
partial_index("ix_mirrors_due", _WAITING, _WAITING, mirrors.c.severity, mirrors.c.next_at)
partial_index("ix_mirrors_behind", _BEHIND, _BEHIND, mirrors.c.incident_id, mirrors.c.mirror)

# `version` is that of the event about which something was said, and `reminder` the number of one that was;
# what is there has neither. `intent` is JSON.
mirror_effects = Table(
    "mirror_effects",
    metadata,
    Column("incident_id", Id(), nullable=False),
    Column("mirror", Text(), nullable=False),
    Column("slot", Text(), nullable=False),
    Column("version", Integer()),
    Column("reminder", Integer()),
    Column("generation", Integer(), nullable=False),
    Column("done", Boolean(), nullable=False, server_default=false()),
    Column("fingerprint", Text()),
    Column("external_id", Text()),
    Column("intent", Text()),
    Column("intended_at", Time()),
    Column("attempts", Integer(), nullable=False, server_default="0"),
    Column("next_at", Time()),
    Column("error", Text()),
    Column("stopped", Boolean(), nullable=False, server_default=false()),
    Column("skipped", Boolean(), nullable=False, server_default=false()),
    PrimaryKeyConstraint("incident_id", "mirror", "slot"),
    Index("ix_mirror_effects_version", "incident_id", "mirror", "version"),
)
_REMINDED, _FAILED = "reminder IS NOT NULL", "error IS NOT NULL"
_OF_MIRROR = (mirror_effects.c.incident_id, mirror_effects.c.mirror)
partial_index("ix_mirror_effects_reminder", _REMINDED, _REMINDED, *_OF_MIRROR, mirror_effects.c.reminder)
partial_index("ix_mirror_effects_failed", _FAILED, _FAILED, *_OF_MIRROR)
# Who is asked where an incident lives: what is there has one place, and what was said has none of its own.
_PLACED = "version IS NULL AND reminder IS NULL AND external_id IS NOT NULL"
_PLACE = (mirror_effects.c.mirror, mirror_effects.c.slot, mirror_effects.c.external_id)
partial_index("ix_mirror_effects_place", _PLACED, _PLACED, *_PLACE)

holds = Table(
    "holds",
    metadata,
    Column("workspace", Text(), nullable=False),
    Column("mirror", Text(), nullable=False),
    Column("method", Text(), nullable=False),
    Column("until", Time(), nullable=False),
    PrimaryKeyConstraint("workspace", "mirror", "method"),
)

# What every commit brings up to date: a timer counts from `since`. `due_at` is null once it has fired and
# does not repeat; `again` are seconds; `last` is the number of its last reminder. `listed`: said in a list of
# all, which has a row of its own.
timers = Table(
    "timers",
    metadata,
    Column("incident_id", Id(), nullable=False),
    Column("name", Text(), nullable=False),
    Column("workspace", Text(), nullable=False),
    Column("since", Time(), nullable=False),
    Column("due_at", Time()),
    Column("again", BigInteger()),
    Column("snoozed_until", Time()),
    Column("stopped", Boolean(), nullable=False, server_default=false()),
    Column("listed", Boolean(), nullable=False, server_default=false()),
    Column("fired_at", Time()),
    Column("last", Integer()),
    PrimaryKeyConstraint("incident_id", "name"),
)
partial_index(
    "ix_timers_due", "due_at IS NOT NULL AND stopped = 0", "due_at IS NOT NULL AND NOT stopped",
    timers.c.listed, timers.c.due_at,
)  # fmt: skip
partial_index(
    "ix_timers_listed", "listed = 1 AND fired_at IS NOT NULL", "listed AND fired_at IS NOT NULL",
    timers.c.workspace, timers.c.since,
)  # fmt: skip

reminders = Table(
    "reminders",
    metadata,
    Column("incident_id", Id(), nullable=False),
    Column("number", Integer(), nullable=False),
    Column("workspace", Text(), nullable=False),
    Column("timer", Text(), nullable=False),
    Column("since", Time(), nullable=False),
    Column("due_at", Time(), nullable=False),
    Column("fired_at", Time(), nullable=False),
    PrimaryKeyConstraint("incident_id", "number"),
)

# With which policy the timers of all incidents were brought up to date last.
timers_mark = Table(
    "timers_mark",
    metadata,
    Column("id", Integer(), primary_key=True, autoincrement=False),
    Column("mark", Text(), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

# Who was in a user group outside at `asked_at`, all of them in one row: `members` is JSON.
user_groups = Table(
    "user_groups",
    metadata,
    Column("workspace", Text(), nullable=False),
    Column("name", Text(), nullable=False),
    Column("members", Text(), nullable=False),
    Column("asked_at", Time(), nullable=False),
    PrimaryKeyConstraint("workspace", "name"),
)

# What somebody did by hand outside. `name` is the timer of its reminders. At most one of a kind is
# open for each incident.
findings = Table(
    "findings",
    metadata,
    Column("name", Text(), primary_key=True),
    Column("workspace", Text(), nullable=False),
    Column("mirror", Text(), nullable=False),
    Column("incident_id", Id(), nullable=False),
    Column("what", Text(), nullable=False),
    Column("detail", Text(), nullable=False),
    Column("noticed_at", Time(), nullable=False),
    Column("over_at", Time()),
)
_SO = "over_at IS NULL"
partial_index(
    "ix_findings_open", _SO, _SO, findings.c.incident_id, findings.c.mirror, findings.c.what, unique=True
)
partial_index("ix_findings_noticed", _SO, _SO, findings.c.workspace, findings.c.noticed_at)

external_ids = Table(
    "external_ids",
    metadata,
    Column("workspace", Text(), nullable=False),
    Column("system", Text(), nullable=False),
    Column("kind", Text(), nullable=False),
    Column("external_id", Text(), nullable=False),
    Column("incident_id", Id(), nullable=False),
    Column("url", Text()),
    PrimaryKeyConstraint("workspace", "system", "kind", "external_id"),
    Index("ix_external_ids_incident", "incident_id"),
)
