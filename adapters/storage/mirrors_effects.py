"""The rows of effects: what is there, what was tried last, and the call that was begun, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, union_all

from adapters.storage.mirrors_wanting import upserting
from adapters.storage.rows import Values
from adapters.storage.tables import mirror_effects
from incident_core.errors import Unavailable
from incident_core.ports.mirror import Call, Kind
from incident_core.ports.mirrors import Claim, Come, Effect
from incident_core.usecases.settling.known import missing, reminder_of, version_of

_KEY = ("incident_id", "mirror", "slot")
_PLAIN = (
    "slot", "generation", "done", "fingerprint", "external_id", "intended_at",
    "attempts", "next_at", "error", "stopped", "skipped",
)  # fmt: skip

_OF_CLAIM = select(*(mirror_effects.c[name] for name in (*_PLAIN, "intent"))).where(
    mirror_effects.c.incident_id == bindparam("incident_id"),
    mirror_effects.c.mirror == bindparam("mirror"),
)
# Three questions in one: an index serves each of them, and no OR of the three.
NEWER = union_all(
    _OF_CLAIM.where(mirror_effects.c.version.is_(None), mirror_effects.c.reminder.is_(None)),
    _OF_CLAIM.where(mirror_effects.c.version > bindparam("shown")),
    _OF_CLAIM.where(mirror_effects.c.reminder > bindparam("reminded")),
)
OLDER = _OF_CLAIM.where(mirror_effects.c.version.between(bindparam("first"), bindparam("last")))
_NAMED = _OF_CLAIM.where(mirror_effects.c.slot.in_(bindparam("slots", expanding=True)))


def known(
    connection: Connection, claim: Claim, shown: Come, mended: frozenset[int] = frozenset()
) -> dict[str, Effect]:
    """By slot: what is there, notes, what was said about what is new, and what notes are about.

    Also what was said about the versions that are to be `mended`.
    """
    asked = {"incident_id": claim.incident_id, "mirror": claim.mirror}
    found = _by_slot(connection.execute(NEWER, {**asked, "shown": shown.version, "reminded": shown.reminder}))
    if mended:
        span = {"first": min(mended), "last": max(mended)}
        older = _by_slot(connection.execute(OLDER, {**asked, **span}))
        found |= {slot: each for slot, each in older.items() if version_of(slot) in mended}
    if slots := missing(found):
        found |= _by_slot(connection.execute(_NAMED, {**asked, "slots": slots}))
    return found


def write(connection: Connection, claim: Claim, effects: Iterable[Effect]) -> None:
    """Put them in place of those that have the same slots, all in one statement."""
    rows = {effect.slot: _values(claim, effect) for effect in effects}
    if rows:
        connection.execute(_putting(connection.dialect.name), list(rows.values()))


@cache
def _putting(dialect: str) -> Any:
    insert = upserting(dialect, mirror_effects)
    renewed = {name: insert.excluded[name] for name in (*_PLAIN[1:], "version", "reminder", "intent")}
    return insert.on_conflict_do_update(index_elements=_KEY, set_=renewed)


def _values(claim: Claim, effect: Effect) -> Values:
    return {
        "incident_id": claim.incident_id,
        "mirror": claim.mirror,
        "version": version_of(effect.slot),
        "reminder": reminder_of(effect.slot),
        "intent": None if effect.intent is None else _text(effect.intent),
        **{name: getattr(effect, name) for name in _PLAIN},
    }


def _text(call: Call) -> str:
    return json.dumps(
        {
            "key": call.key,
            "kind": call.kind.value,
            "slot": call.slot,
            "method": call.method,
            "content": call.content,
            "known": call.known,
            "repeatable": call.repeatable,
        },
        separators=(",", ":"),
    )


def _by_slot(rows: Iterable[Row[Any]]) -> dict[str, Effect]:
    return {row.slot: effect(row) for row in rows}


def effect(row: Row[Any]) -> Effect:
    """The effect of one row; raises Unavailable for one that was damaged."""
    intent = None if row.intent is None else _call(row.slot, row.intent)
    return Effect(intent=intent, **{name: getattr(row, name) for name in _PLAIN})


def _call(slot: str, text: str) -> Call:
    try:
        values = json.loads(text)
        return Call(**{**values, "kind": Kind(values["kind"])})
    except (ValueError, TypeError, KeyError) as error:
        raise Unavailable(
            f"What was begun with {slot!r} is damaged; restore a copy of the database."
        ) from error
