"""Turns: of a method of which there were too many calls lately, all workers begin one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from adapters.storage.tables import holds
from incident_core.ports.mirrors import QUIET, Claim

_NAMED = (
    holds.c.workspace == bindparam("of_workspace"),
    holds.c.mirror == bindparam("of_mirror"),
)
_FOUND = (
    select(holds.c.method, holds.c.until)
    .where(*_NAMED, holds.c.method.in_(bindparam("methods", expanding=True)))
    .order_by(holds.c.method)
)
_LOCKED = _FOUND.with_for_update()  # in the order of their names: of two, neither waits for the other
_TAKE = (
    update(holds).where(*_NAMED, holds.c.method == bindparam("of_method")).values(until=bindparam("later"))
)


def turns(
    connection: Connection,
    claim: Claim,
    paces: Mapping[str, timedelta],
    now: datetime,
    *,
    locked: bool = False,
) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """Which of these methods are held, until when; and until when each is by whoever takes a turn."""
    asked = {**_of(claim), "methods": list(paces)}
    ends = {row.method: row.until for row in connection.execute(_LOCKED if locked else _FOUND, asked)}
    held = {method: until for method, until in ends.items() if until > now}
    paced = {
        method: until + paces[method]
        for method, until in ends.items()
        if until > now - QUIET and paces[method]
    }
    return held, paced


def take(connection: Connection, claim: Claim, taken: Mapping[str, datetime]) -> None:
    """Hold them until then."""
    rows = [{**_of(claim), "of_method": method, "later": until} for method, until in sorted(taken.items())]
    if rows:
        connection.execute(_TAKE, rows)


def _of(claim: Claim) -> dict[str, object]:
    return {"of_workspace": claim.workspace, "of_mirror": claim.mirror}
