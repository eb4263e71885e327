"""What people opened a moment ago: who types the same title twice has two incidents, and is told so."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

SOON = timedelta(minutes=5)
_MOST = 1_000
EACH = 20
"""Incidents under one title that are remembered: a program may open the same one all year."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident that was opened, when (UTC), and by which command."""

    key: str
    at: datetime
    command_key: str


class Recent:
    """By person and title; in memory, since it only helps to notice."""

    def __init__(self) -> None:
        self._done: OrderedDict[str, None] = OrderedDict()
        self._opened: OrderedDict[tuple[str, str], list[Opened]] = OrderedDict()
        self._lock = Lock()

    def first(self, command_key: str) -> bool:
        """Whether this is the first time that this is asked; for what leaves no trace in the record."""
        with self._lock:
            if command_key in self._done:
                return False
            self._done[command_key] = None
            if len(self._done) > _MOST:
                self._done.popitem(last=False)
            return True

    def forget(self, command_key: str) -> None:
        """It came to nothing, and will be asked again."""
        with self._lock:
            self._done.pop(command_key, None)

    def before(self, person: str, title: str, new: Opened) -> str | None:
        """The key of what they opened so within the five minutes before, if anything; remembers this one."""
        with self._lock:
            mine = self._opened.setdefault((person, " ".join(title.split()).casefold()), [])
            self._opened.move_to_end((person, " ".join(title.split()).casefold()))
            known = next(
                (place for place, each in enumerate(mine) if each.command_key == new.command_key), None
            )
            earlier = mine[: len(mine) if known is None else known]
            at = new.at if known is None else mine[known].at
            if known is None:
                mine.append(new)
                del mine[:-EACH]
            while len(self._opened) > _MOST:
                self._opened.popitem(last=False)
        return next((each.key for each in earlier if at - each.at <= SOON), None)
