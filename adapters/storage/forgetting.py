"""What a redaction removes, in the transaction that records it: the text, and what was made of it elsewhere.

The digest of a command would let a short text be guessed, and the content of a call may hold it. Views and
the words of the search are made again by whoever calls this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from adapters.storage.rows import Values
from adapters.storage.tables import commands, events, mirror_effects, mirrors, texts
from incident_core.events import TextRedacted
from incident_core.ports.log import FORGOTTEN

LONGEST = 80
"""Characters of a name: by names, and by nothing else, a call is looked for whose end is not known."""

_NAMED = and_(events.c.incident_id == bindparam("of_incident"), events.c.version == bindparam("of_version"))
_EVENT = select(events.c.event_id).where(_NAMED).scalar_subquery()
_FORGET_TEXT = delete(texts).where(texts.c.event_id == _EVENT, texts.c.field == bindparam("of_field"))
_COMMAND = select(events.c.command_key).where(_NAMED).scalar_subquery()
_WORKSPACE = select(events.c.workspace).where(_NAMED).scalar_subquery()
_FORGET_REQUEST = (
    update(commands)
    .where(commands.c.workspace == _WORKSPACE, commands.c.key == _COMMAND)
    .values(request=FORGOTTEN)
)
# Workers hold the row of a mirror before they write its effects; whoever took them in another order would
# wait for a worker that waits for them. SQLite has one writer at a time, and no need of it.
_HOLD = (
    select(mirrors.c.mirror)
    .where(mirrors.c.incident_id == bindparam("of_incident"))
    .order_by(mirrors.c.mirror)
    .with_for_update()
)
_OF_INCIDENT = mirror_effects.c.incident_id == bindparam("of_incident")
# The content of a call that will not be made again is of no use.
_FORGET_INTENTS = update(mirror_effects).where(_OF_INCIDENT, mirror_effects.c.stopped).values(intent=None)
_INTENTS = select(mirror_effects.c.mirror, mirror_effects.c.slot, mirror_effects.c.intent).where(
    _OF_INCIDENT, mirror_effects.c.intent.is_not(None)
)
_BLANK = (
    update(mirror_effects)
    .where(
        _OF_INCIDENT,
        mirror_effects.c.mirror == bindparam("of_mirror"),
        mirror_effects.c.slot == bindparam("of_slot"),
    )
    .values(intent=bindparam("blank"))
)


def forget(connection: Connection, incident_id: UUID, redactions: Sequence[TextRedacted]) -> None:
    """Remove these texts, the digests of the commands that brought them, and what calls would say of them."""
    named = [{"of_incident": incident_id, "of_version": each.version} for each in redactions]
    fields = [{**one, "of_field": each.field} for one, each in zip(named, redactions, strict=True)]
    connection.execute(_FORGET_TEXT, fields)
    connection.execute(_FORGET_REQUEST, named)
    whose: Values = {"of_incident": incident_id}
    connection.execute(_HOLD, whose)
    connection.execute(_FORGET_INTENTS, whose)
    begun = connection.execute(_INTENTS, whose).all()
    if begun:
        blank = [
            {**whose, "of_mirror": row.mirror, "of_slot": row.slot, "blank": _blanked(row.intent)}
            for row in begun
        ]
        connection.execute(_BLANK, blank)


def _blanked(intent: str) -> str | None:
    """The same call, of whose content only names are left; None for one that was damaged."""
    try:
        call = json.loads(intent)
        content: Mapping[str, object] = call["content"]
        left = {name: value for name, value in content.items() if _is_name(value)}
        return json.dumps({**call, "content": left}, separators=(",", ":"))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _is_name(value: object) -> bool:
    """A switch, or words of a list or alone: where it goes to, who is in it, what a channel is called."""
    if isinstance(value, list):
        return all(map(_is_name, value))
    short = isinstance(value, str) and len(value) <= LONGEST and not any(map(str.isspace, value))
    return short or isinstance(value, bool)
