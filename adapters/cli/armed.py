"""How a timer is shown: as JSON, as the cells of a line, and in a word beside its incident."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from adapters.cli.shown import joined, length, moment
from incident_core.ports.backlog import ALL

if TYPE_CHECKING:
    from incident_core.ports.timers import Armed

_SOON = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def plain(armed: Armed) -> dict[str, object]:
    """As JSON has it; times in UTC."""
    return {
        "key": armed.key or ALL,
        "timer": armed.name,
        "since": _iso(armed.since),
        "due_at": _iso(armed.due_at),
        "snoozed_until": _iso(armed.snoozed_until),
        "stopped": armed.stopped,
        "fired_at": _iso(armed.fired_at),
    }


def cells(armed: Armed) -> tuple[str, ...]:
    """Key, timer, due, since."""
    return armed.key or ALL, armed.name, _due(armed), moment(armed.since)


def soon(found: Sequence[Armed], now: datetime) -> Iterator[str]:
    """A line that says which of these will fire, and when; none where none will."""
    words = tuple(f"{each.name} {_when(each.due_at - now, each.due_at)}" for each in found if each.due_at)
    if words:
        yield f"Timers: {joined(words)}"


def _due(armed: Armed) -> str:
    if armed.stopped:
        return "stopped"
    if armed.due_at is None:
        return f"fired {moment(armed.fired_at)}"
    return f"{'snoozed until ' if armed.due_at == armed.snoozed_until else ''}{moment(armed.due_at)}"


def _when(left: timedelta, due_at: datetime) -> str:
    """Now, in some minutes, or on a day."""
    if left <= timedelta():
        return "now"
    if left < _SOON:
        return f"in {length(max(left - left % _MINUTE, _MINUTE))}"
    return f"on {due_at:%Y-%m-%d}"


def _iso(when: datetime | None) -> str | None:
    from incident_core.model.times import to_iso

    return None if when is None else to_iso(when)
