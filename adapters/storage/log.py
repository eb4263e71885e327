"""The Log in a database: one short transaction per command, under the append lock."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from adapters.storage import append
from adapters.storage.answers import first_answer
from adapters.storage.sight import sight_of
from adapters.storage.situation import look
from adapters.storage.store import Store
from adapters.storage.streams import folded, newest, recorded, stream_of
from adapters.storage.tables import commands
from adapters.storage.timers_arming import Derive
from incident_core.model.actor import Actor
from incident_core.ports.ids import Ids
from incident_core.ports.log import Answer, Batch, Loaded

_ANSWERED = select(commands).where(
    commands.c.workspace == bindparam("workspace"), commands.c.key == bindparam("key")
)


@dataclass(frozen=True, slots=True)
class SqlLog:
    """The Log over a Store; `ids` names events and salts texts, `mirrors` are told of them.

    `derive` says which timers an incident has; `admins` see everything.
    """

    store: Store
    ids: Ids
    derive: Derive
    mirrors: tuple[str, ...] = ()
    admins: frozenset[Actor] = frozenset()

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        """The first answer to this key, or None."""
        with self.store.reading() as connection:
            row = connection.execute(_ANSWERED, {"workspace": workspace, "key": command_key}).first()
        return None if row is None else first_answer(row)

    def load(self, workspace: str, key: str, viewer: Actor) -> Loaded | None:
        """The incident, folded from its events; None where the viewer can see none."""
        statement = stream_of(workspace, key, sight_of(viewer, self.admins))
        if statement is None:
            return None
        with self.store.reading() as connection:
            rows = connection.execute(statement).all()
        if not rows:
            return None
        stream = list(recorded(rows))
        return Loaded(stream[0].row.incident_id, folded(stream), newest(stream))

    def commit(self, batch: Batch) -> Answer:
        """Write the batch whole; raises Conflict and OutcomeUnknown."""
        with self.store.appending(batch.envelope.command_key) as connection:
            situation = look(connection, batch, self.store.name)
            if situation.answer is not None:
                return situation.answer
            return append.write(connection, batch, situation, self.ids, self.derive, self.mirrors)
