"""What a commit must know before it writes, asked in one question under the append lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from adapters.storage.answers import first_answer, key_of
from adapters.storage.revisions import Standing
from adapters.storage.standing import judge
from adapters.storage.tables import alembic_version, commands, counters, events, log_head, schema_info
from incident_core.errors import Conflict, Unavailable
from incident_core.ports.log import Answer, Batch
from incident_core.record.chain import Head

COUNTER = "incident"


@dataclass(frozen=True, slots=True)
class Situation:
    """The head; the incident's version; the last number given (None: none yet); the first answer, if any."""

    head: Head
    version: int
    counter: int | None
    answer: Answer | None


_SITUATION = (
    select(
        log_head.c.seq,
        log_head.c.count.label("counted"),
        log_head.c.hash,
        log_head.c.recorded_at.label("head_at"),
        select(func.max(events.c.version))
        .where(events.c.incident_id == bindparam("incident_id"))
        .scalar_subquery()
        .label("version"),
        select(counters.c.value)
        .where(counters.c.workspace == bindparam("workspace"), counters.c.name == COUNTER)
        .scalar_subquery()
        .label("counter"),
        select(func.max(alembic_version.c.version_num)).scalar_subquery().label("revision"),
        select(schema_info.c.oldest_reader).scalar_subquery().label("oldest_reader"),
        select(schema_info.c.oldest_writer).scalar_subquery().label("oldest_writer"),
        commands.c.key,
        commands.c.request,
        commands.c.result,
        commands.c.incident_id,
        commands.c.number,
        commands.c.first_version,
        commands.c.last_version,
        commands.c.reasons,
    )
    .select_from(log_head)
    .outerjoin(
        commands, (commands.c.workspace == bindparam("workspace")) & (commands.c.key == bindparam("key"))
    )
)


def look(connection: Connection, batch: Batch, name: str) -> Situation:
    """The situation; raises Conflict where the incident has moved on, unless the key was answered before."""
    envelope = batch.envelope
    asked = {
        "workspace": envelope.workspace,
        "key": envelope.command_key,
        "incident_id": envelope.incident_id,
    }
    row: Any = connection.execute(_SITUATION, asked).first()
    if row is None:
        raise Unavailable("The head of the log is missing; run: incident audit verify")
    # Somebody may have migrated the database since this process began.
    judge(name, Standing(row.revision, row.oldest_reader, row.oldest_writer), writing=True)
    answer = None if row.key is None else first_answer(row)
    version: int = row.version or 0
    before = 0 if batch.before is None else batch.before.version
    if answer is None and version != before:
        key = key_of(None if batch.before is None else batch.before.number)
        raise Conflict(f"{key} is at version {version} now, and no longer at {before}.")
    return Situation(Head(row.seq, row.counted, row.hash, row.head_at), version, row.counter, answer)
