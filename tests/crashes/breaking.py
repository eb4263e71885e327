"""Workers that are wrong on purpose, each in one way that has been tried elsewhere, at their ports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import select

from adapters.storage.mirrors import SqlMirrors
from adapters.storage.tables import mirrors as leases
from incident_core.ports.mirror import Call, Ended, Mirror, Outcome
from incident_core.ports.mirrors import Claim, Mirrors
from incident_core.usecases.settling.settle import result

Outside = Mapping[str, Mirror]
Broken = Callable[[Mirrors, Outside], tuple[Mirrors, Outside]]


class _As:
    """A port that does everything as another one does, but for what it says itself."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)


class _Trusting(_As):
    """Whoever writes is right, whatever its token."""

    def __getattr__(self, name: str) -> Any:
        return lambda first, *others: getattr(self._port, name)(self._newest(first), *others)

    def _newest(self, first: Any) -> Any:
        if not isinstance(first, Claim):
            return first
        mine = (leases.c.incident_id == first.incident_id, leases.c.mirror == first.mirror)
        with cast("SqlMirrors", self._port).store.reading() as connection:
            token = connection.execute(select(leases.c.lease_token).where(*mine)).scalar_one()
        return replace(first, token=token)


class _Optimistic(_As):
    """What is about to be done is written down as done."""

    def save(self, claim: Claim, effects: Any, holds: Any) -> None:
        self._port.save(claim, effects, holds)
        done = Outcome(Ended.DONE, external_id="guessed")
        begun = [result(effect, done, claim.until) for effect in effects if effect.intent is not None]
        if begun:
            self._port.save(claim, begun, {})


class _Silent(_As):
    """A worker that lost its lease just stops, whatever it has done."""

    def note(self, claim: Claim, notes: Any) -> None:
        return None


class _Short(_Silent):
    """Others may take over after a second, while a call is still under way."""

    def claim(self, names: Any, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        found = self._port.claim(names, now, now + timedelta(seconds=1), limit)
        return tuple(replace(each, until=until) for each in found)

    def renew(self, claim: Claim, until: datetime) -> None:
        """Kept as long as it was."""


class _Blind(_As):
    """A call whose end is unknown is made again without looking."""

    def check(self, call: Call, since: datetime) -> Outcome:
        return Outcome(Ended.LATER)


def sound(mirrors: Mirrors, outside: Outside) -> tuple[Mirrors, Outside]:
    """Nothing is wrong with this one."""
    return mirrors, outside


def _store(kind: type[_As]) -> Broken:
    return lambda mirrors, outside: (cast("Mirrors", kind(mirrors)), outside)


def _mirror(kind: type[_As]) -> Broken:
    return lambda mirrors, outside: (
        mirrors,
        {name: cast("Mirror", kind(each)) for name, each in outside.items()},
    )


BROKEN: Mapping[str, Broken] = {
    "no_fencing": _store(_Trusting),
    "result_saved_before_the_call": _store(_Optimistic),
    "lease_shorter_than_the_call": _store(_Short),
    "blind_retry": _mirror(_Blind),
    "nothing_is_noted": _store(_Silent),
}
