"""The head of the log, noted once a day in a file: what was rewritten since is found against it.

Each day (UTC) is one line of JSON, as `incident audit head` writes it. The file belongs where whoever may
write to the database may not: it is only appended to.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from incident_core.errors import IncidentError
from incident_core.model.times import to_iso
from incident_core.ports.clock import Clock
from incident_core.ports.ledger import Ledger
from incident_core.record.chain import Head

EVERY = 600.0
"""Seconds between two looks at whether a day has begun."""
_TAIL = 4096
"""Bytes at the end of the file in which its last line is."""
_LOG = logging.getLogger("incident.audit")


class Heads:
    """Notes the head of `ledger` in the file at `path`, at once and then on every day that follows."""

    def __init__(self, ledger: Ledger, clock: Clock, path: Path, every: float = EVERY) -> None:
        self._ledger, self._clock, self._path, self._every = ledger, clock, path, every
        self._end = Event()
        self._thread = Thread(target=self._run, name="heads", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Note nothing more."""
        self._end.set()

    def note(self) -> bool:
        """Note it unless that was done today; whether it was. Raises Unavailable and OSError."""
        now = self._clock.now()
        if self._noted_on(now):
            return False
        with self._ledger.read() as pages:
            head = pages.head()
        if head.seq:
            _append(self._path, json.dumps({**_plain(head), "noted_at": to_iso(now)}))
        return head.seq > 0

    def _noted_on(self, day: datetime) -> bool:
        try:
            with self._path.open("rb") as stream:
                stream.seek(max(0, stream.seek(0, os.SEEK_END) - _TAIL))
                lines = stream.read().splitlines()
        except FileNotFoundError:
            return False
        try:
            noted = str(json.loads(lines[-1])["noted_at"])
        except (IndexError, KeyError, TypeError, ValueError):  # the disk was full in the middle of a line
            return False
        return noted[:10] == to_iso(day)[:10]

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                self.note()
            except (IncidentError, OSError) as fault:
                _LOG.warning("The head of the log is not noted in %s: %s", self._path, fault)
            except Exception:  # noqa: BLE001 - the edge of a thread: it has to be noted tomorrow
                _LOG.exception("The head of the log is not noted in %s.", self._path)
            self._end.wait(self._every)


def _plain(head: Head) -> dict[str, object]:
    recorded_at = None if head.recorded_at is None else to_iso(head.recorded_at)
    return {"seq": head.seq, "count": head.count, "hash": head.hash, "recorded_at": recorded_at}


def _append(path: Path, line: str) -> None:
    """One write, on its own line, that is on the disk when this returns."""
    before = b"\n" if _is_cut(path) else b""
    there = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(there, before + line.encode() + b"\n")
        os.fsync(there)
    finally:
        os.close(there)


def _is_cut(path: Path) -> bool:
    """Whether the last line has no end."""
    try:
        with path.open("rb") as stream:
            if not stream.seek(0, os.SEEK_END):
                return False
            stream.seek(-1, os.SEEK_END)
            return stream.read(1) != b"\n"
    except FileNotFoundError:
        return False
