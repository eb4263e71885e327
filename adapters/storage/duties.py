"""What is to be done, and by whom, as a view: rows that every commit brings up to date; and how to read them.

A follow-up that is open has a row as that, and another as its owner's, where they may see it. Titles and
texts are not among them: they are read from where a redaction removes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select

from adapters.storage.answers import key_of
from adapters.storage.rows import Values
from adapters.storage.tables import documents, duties, incidents
from incident_core.errors import Unavailable
from incident_core.model.entry import Task
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.times import Due
from incident_core.ports.reader import DUTIES, Duties, Held, Owed

ROLE, FOLLOW_UP = "role", "follow_up"
OPEN, OPEN_PRIVATE = "open", "open_private"
"""A follow-up that is not done, whosever it is; what is private stands apart: nobody walks past it."""
NEVER = 400_000_000_000
"""When a follow-up without a day is over: after every day that there is."""
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)

_INSERT = insert(duties)
_FORGET = delete(duties).where(
    duties.c.incident_id == bindparam("of_incident"),
    duties.c.kind == bindparam("of_kind"),
    duties.c.name == bindparam("of_name"),
)
_THEIRS = (
    select(
        duties.c.name,
        incidents.c.number,
        incidents.c.title,
        incidents.c.severity,
        incidents.c.stage,
        incidents.c.drill,
        incidents.c.private,
    )
    .join(incidents, incidents.c.id == duties.c.incident_id)
    .where(
        duties.c.workspace == bindparam("workspace"),
        duties.c.actor == bindparam("actor"),
        duties.c.kind == bindparam("kind"),
    )
    .order_by(duties.c.number.desc(), duties.c.place.desc(), duties.c.name)
    .limit(DUTIES)
)
ROLES = _THEIRS
FOLLOW_UPS = _THEIRS.add_columns(incidents.c.first_seq)
DOCUMENTS = select(documents).where(documents.c.first_seq.in_(bindparam("first_seqs", expanding=True)))


class Duty(NamedTuple):
    """Something of one incident that is somebody's; `place` counts its follow-ups, and is 0 for a role.

    `over_by`, of what is open, is when its day is over (`seconds`). `actor` is empty where it is nobody's.
    """

    kind: str
    name: str
    actor: str
    place: int
    over_by: int | None = None


def duty_values(workspace: str, incident_id: UUID, incident: Incident) -> list[Values]:
    """The rows of an incident."""
    return [_values(workspace, incident_id, incident, each) for each in sorted(_duties(incident), key=_name)]


def seconds(at: datetime) -> int:
    """A time as it is compared with `over_by`: seconds since the beginning of the year 1 in UTC."""
    return (at - _BEGINNING) // timedelta(seconds=1)


def renew(
    connection: Connection, workspace: str, incident_id: UUID, before: Incident | None, after: Incident
) -> None:
    """Write what the commit changed about them; most commits change nothing."""
    was, now = set(() if before is None else _duties(before)), set(_duties(after))
    if was == now:
        return
    if before is not None:
        changed = sorted({(each.kind, each.name) for each in was ^ now})
        gone = [{"of_incident": incident_id, "of_kind": kind, "of_name": name} for kind, name in changed]
        connection.execute(_FORGET, gone)
    if new := [_values(workspace, incident_id, after, each) for each in sorted(now - was, key=_name)]:
        connection.execute(_INSERT, new)


def of_actor(connection: Connection, workspace: str, actor: str) -> Duties:
    """What is theirs, the newest first."""
    asked = {"workspace": workspace, "actor": actor}
    roles = connection.execute(ROLES, {**asked, "kind": ROLE}).all()
    follow_ups = connection.execute(FOLLOW_UPS, {**asked, "kind": FOLLOW_UP}).all()
    whole = documents_of(connection, {row.first_seq for row in follow_ups})
    return Duties(tuple(_held(row) for row in roles), tuple(owed(row, whole) for row in follow_ups))


def _duties(incident: Incident) -> Iterator[Duty]:
    if incident.stage is not Stage.CLOSED:
        for role, holder in incident.roles.items():
            if incident.seen_by(holder):
                yield Duty(ROLE, role, str(holder), 0)
    for place, item in enumerate(incident.follow_ups, start=1):
        if item.done_at is None and not item.retracted:
            yield from _open(incident, item, place)


def _open(incident: Incident, item: Task, place: int) -> Iterator[Duty]:
    kind = OPEN_PRIVATE if incident.private else OPEN
    over_by = NEVER if item.due is None else seconds(item.due.over_at)
    yield Duty(kind, item.id, "" if item.owner is None else str(item.owner), place, over_by)
    if item.owner is not None and incident.seen_by(item.owner):
        yield Duty(FOLLOW_UP, item.id, str(item.owner), place)


def _name(duty: Duty) -> tuple[str, str]:
    return duty.kind, duty.name


def _values(workspace: str, incident_id: UUID, incident: Incident, duty: Duty) -> Values:
    return {
        "incident_id": incident_id,
        "kind": duty.kind,
        "name": duty.name,
        "workspace": workspace,
        "actor": duty.actor,
        "number": incident.number,
        "place": duty.place,
        "over_by": duty.over_by,
    }


def _held(row: Any) -> Held:
    return Held(
        key=key_of(row.number),
        title=row.title,
        severity=Severity(row.severity),
        stage=Stage(row.stage),
        drill=row.drill,
        private=row.private,
        role=row.name,
    )


def documents_of(connection: Connection, first_seqs: set[int]) -> dict[int, str]:
    """The documents of these incidents, by the sequence of their first event."""
    if not first_seqs:
        return {}
    rows = connection.execute(DOCUMENTS, {"first_seqs": sorted(first_seqs)})
    return {row.first_seq: row.document for row in rows}


def owed(row: Any, whole: dict[int, str]) -> Owed:
    """A follow-up with its text and its day, from the document of its incident; raises Unavailable."""
    key = key_of(row.number)
    try:
        items = json.loads(whole[row.first_seq])["follow_ups"]
        item = next(each for each in items if each["id"] == row.name)
        due = item["due"]
        day = None if due is None else Due(date.fromisoformat(due["on"]), due["zone"])
        return Owed(key, row.name, item["text"], day, row.drill, row.private)
    except (ValueError, TypeError, KeyError, StopIteration) as error:
        raise Unavailable(f"The view of {key} is damaged; run: incident db rebuild") from error
