"""The Mirrors in a database: whoever holds the newest token of an incident in a mirror may write there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Case, Column, Connection, bindparam, case, literal, or_, select, tuple_, update

from adapters.storage import mirrors_effects, mirrors_rousing, mirrors_turns
from adapters.storage.mirrors_wanting import adopt, upserting
from adapters.storage.revisions import Standing
from adapters.storage.rows import Values
from adapters.storage.standing import judge
from adapters.storage.store import Store
from adapters.storage.streams import entry, folded, stream
from adapters.storage.tables import alembic_version, holds, mirrors, schema_info
from adapters.storage.timers_said import newer
from incident_core.errors import LeaseLost
from incident_core.ports.mirrors import Claim, Come, Effect, Gap
from incident_core.usecases.settling.mending import mended, spoilt

_KEY = tuple_(mirrors.c.incident_id, mirrors.c.mirror)
_OURS = (
    mirrors.c.incident_id == bindparam("of_incident"),
    mirrors.c.mirror == bindparam("of_mirror"),
    mirrors.c.lease_token == bindparam("of_token"),
)
_IS_DUE = (
    mirrors.c.next_at.is_not(None),
    mirrors.c.next_at <= bindparam("now"),
    or_(mirrors.c.lease_until.is_(None), mirrors.c.lease_until <= bindparam("now")),
    mirrors.c.mirror.in_(bindparam("mirrors", expanding=True)),
)
WAITING = select(literal(1)).where(*_IS_DUE).limit(1)
DUE = (
    select(
        mirrors.c.workspace,
        mirrors.c.incident_id,
        mirrors.c.mirror,
        mirrors.c.lease_token,
        select(alembic_version.c.version_num).scalar_subquery().label("at"),
        select(schema_info.c.oldest_reader).scalar_subquery().label("oldest_reader"),
        select(schema_info.c.oldest_writer).scalar_subquery().label("oldest_writer"),
    )
    .where(*_IS_DUE)
    .order_by(mirrors.c.severity, mirrors.c.next_at, mirrors.c.incident_id, mirrors.c.mirror)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=mirrors)  # SQLite's one writer has no need of it
)
_TAKE = (
    update(mirrors)
    .where(_KEY.in_(bindparam("keys", expanding=True)))
    .values(lease_token=mirrors.c.lease_token + 1, lease_until=bindparam("until"))
)
FOUND = select(mirrors.c.shown, mirrors.c.to_remind, mirrors.c.reminded, mirrors.c.revision).where(*_OURS)
_HOLD_ON = FOUND.with_for_update()
_RENEW = update(mirrors).where(*_OURS).values(lease_until=bindparam("until"))
_STIR = update(mirrors).where(*_OURS[:2]).values(next_at=bindparam("due"), revision=mirrors.c.revision + 1)
_SAME = mirrors.c.revision == bindparam("as_of")


def _unless_changed(name: str, column: Column[Any]) -> Case[Any]:
    return case((_SAME, bindparam(name, type_=column.type)), else_=column)


_SETTLE = (
    update(mirrors)
    .where(*_OURS)
    .values(
        error=bindparam("said"),
        lease_until=None,
        shown=_unless_changed("version", mirrors.c.shown),
        reminded=_unless_changed("reminder", mirrors.c.reminded),
        next_at=_unless_changed("due", mirrors.c.next_at),
    )
)
_HOLDS = select(holds.c.method, holds.c.until).where(
    holds.c.workspace == bindparam("workspace"), holds.c.mirror == bindparam("mirror")
)

_HELD = select(holds.c.until).where(
    holds.c.workspace == bindparam("workspace"),
    holds.c.mirror == bindparam("mirror"),
    holds.c.method == bindparam("method"),
)


@dataclass(frozen=True, slots=True)
class SqlMirrors:
    """The Mirrors over a Store."""

    store: Store

    def claim(self, mirrors: Sequence[str], now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Take up to `limit` that are due and nobody's; what others are taking is passed over."""
        if not mirrors or limit < 1:
            return ()
        with self.store.writing() as connection:
            rows = connection.execute(DUE, {"now": now, "mirrors": list(mirrors), "most": limit}).all()
            if not rows:
                return ()
            # Somebody may have migrated the database since this process began.
            found = Standing(rows[0].at, rows[0].oldest_reader, rows[0].oldest_writer)
            judge(self.store.name, found, writing=True)
            keys = [(row.incident_id, row.mirror) for row in rows]
            connection.execute(_TAKE, {"keys": keys, "until": until})
        return tuple(
            Claim(row.workspace, row.incident_id, row.mirror, row.lease_token + 1, until) for row in rows
        )

    def gap(self, claim: Claim) -> Gap:
        """What there is to do, as of one moment."""
        with self.store.reading() as connection:
            row = _ours(connection.execute(FOUND, _named(claim)).first())
            shown, recorded = Come(row.shown, row.reminded), stream(connection, claim.incident_id)
            entries = tuple(entry(each) for each in recorded if each.row.version > row.shown)
            named = mended(entries, shown)
            effects = mirrors_effects.known(connection, claim, shown, named)
            reminders = (
                newer(connection, claim.workspace, claim.incident_id, row.reminded)
                if row.to_remind > row.reminded
                else ()
            )
            asked = {"workspace": claim.workspace, "mirror": claim.mirror}
            waits = {each.method: each.until for each in connection.execute(_HOLDS, asked)}
        incident = folded(recorded) if recorded else None
        again = named | spoilt(effects, shown)
        older = tuple(entry(each) for each in recorded if each.row.version in again)
        wanted = Come(0 if incident is None else incident.version, row.to_remind)
        return Gap(incident, entries, reminders, shown, wanted, effects, waits, row.revision, older)

    def renew(self, claim: Claim, until: datetime) -> None:
        """Keep it until then."""
        with self.store.writing() as connection:
            _update(connection, _RENEW, {**_named(claim), "until": until})

    def save(self, claim: Claim, effects: Sequence[Effect], holds: Mapping[str, datetime]) -> None:
        """Write these effects and holds."""
        with self._held(claim) as connection:
            mirrors_effects.write(connection, claim, effects)
            _hold(connection, claim.workspace, claim.mirror, holds)

    def turns(self, claim: Claim, paces: Mapping[str, timedelta], now: datetime) -> Mapping[str, datetime]:
        """Take a turn in each of these methods, or in none; nothing is written where none is paced."""
        with self.store.reading() as connection:
            held, taken = mirrors_turns.turns(connection, claim, paces, now)
        if held or not taken:
            return held
        with self.store.writing() as connection:  # others may have taken theirs meanwhile
            held, taken = mirrors_turns.turns(connection, claim, paces, now, locked=True)
            if not held:
                mirrors_turns.take(connection, claim, taken)
        return held

    def held(self, workspace: str, mirror: str, method: str) -> datetime | None:
        """Until when."""
        asked = {"workspace": workspace, "mirror": mirror, "method": method}
        with self.store.reading() as connection:
            return connection.execute(_HELD, asked).scalar_one_or_none()

    def hold(self, workspace: str, mirror: str, method: str, until: datetime) -> None:
        """Until then."""
        with self.store.writing() as connection:
            _hold(connection, workspace, mirror, {method: until})

    def rouse(self, claim: Claim, now: datetime) -> int:
        """Make due whatever waits because it is tired."""
        with self.store.writing() as connection:
            return mirrors_rousing.rouse(connection, claim, now)

    def waiting(self, mirrors: Sequence[str], now: datetime) -> bool:
        """Whether something is due, and nobody's."""
        if not mirrors:
            return False
        with self.store.reading() as connection:
            return connection.execute(WAITING, {"now": now, "mirrors": list(mirrors)}).first() is not None

    def note(self, claim: Claim, notes: Sequence[Effect]) -> None:
        """Keep them, and that there is something to do."""
        with self.store.writing() as connection:
            named = _named(claim)
            del named["of_token"]
            connection.execute(_STIR, {**named, "due": claim.until})
            mirrors_effects.write(connection, claim, notes)

    def settle(
        self, claim: Claim, revision: int, shown: Come, next_at: datetime | None, error: str | None
    ) -> None:
        """Give the claim back."""
        come = {"version": shown.version, "reminder": shown.reminder}
        values = {"as_of": revision, "due": next_at, "said": error}
        with self.store.writing() as connection:
            _update(connection, _SETTLE, {**_named(claim), **come, **values})

    def adopt(self, mirrors: Sequence[str], now: datetime) -> int:
        """Make due what is open and was never seen by one of these."""
        with self.store.writing() as connection:
            return sum(adopt(connection, name, now) for name in mirrors)

    @contextmanager
    def _held(self, claim: Claim) -> Iterator[Connection]:
        """Nobody takes it over before the end of the block."""
        with self.store.writing() as connection:
            _ours(connection.execute(_HOLD_ON, _named(claim)).first())
            yield connection


def _named(claim: Claim) -> Values:
    return {"of_incident": claim.incident_id, "of_mirror": claim.mirror, "of_token": claim.token}


def _ours(row: Any) -> Any:
    if row is None:
        raise LeaseLost
    return row


def _update(connection: Connection, statement: Any, values: Values) -> None:
    if connection.execute(statement, values).rowcount == 0:
        raise LeaseLost


def _hold(connection: Connection, workspace: str, mirror: str, waits: Mapping[str, datetime]) -> None:
    """In the order of their names, so that of two who hold the same ones neither waits for the other."""
    rows = [
        {"workspace": workspace, "mirror": mirror, "method": method, "until": until}
        for method, until in sorted(waits.items())
    ]
    if rows:
        connection.execute(_holding(connection.dialect.name), rows)


@cache
def _holding(dialect: str) -> Any:
    insert = upserting(dialect, holds)
    new = insert.excluded.until
    return insert.on_conflict_do_update(
        index_elements=["workspace", "mirror", "method"], set_={"until": new}, where=holds.c.until < new
    )
