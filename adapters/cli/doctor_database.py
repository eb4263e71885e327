"""What the doctor says of the database, and of what is in it: who is behind, late or has to be told."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.cli.doctor_check import Check, count
from adapters.cli.shown import moment
from incident_core.errors import IncidentError, Unavailable

if TYPE_CHECKING:
    from adapters.cli.app import App, Description
    from incident_core.record.chain import Head

SLACK = timedelta(minutes=1)
"""A worker that is busy may fire this late, and two clocks may differ by as much."""

LITTLE, NOTHING = 1_000_000_000, 100_000_000
"""Bytes on the disk of a SQLite file: less than the first is worth a warning, less than the second is bad."""

NAMED = 5
"""Incidents, or findings, that are named in a line, at most."""


def database(app: App) -> Iterator[Check]:
    """The file or server, its tables, its log, and what waits in it."""
    yield Check("ok", "database", app.name)
    try:
        described = app.describe()
    except Unavailable as fault:
        yield Check("bad", "connection", str(fault))
        return
    journal = "" if described.journal_mode is None else f", journal {described.journal_mode}"
    yield Check("ok", "connection", f"{described.server} through {described.driver}{journal}")
    writable = "can be written" if described.writable else "can only be read: no command will be recorded"
    yield Check("ok" if described.writable else "bad", "writing", writable)
    for warning in described.warnings:
        yield Check("warning", "database", warning)
    if described.kind == "SQLite":
        yield from disk(Path(described.name))
    yield from _schema(app, described)


def disk(file: Path, little: int = LITTLE, nothing: int = NOTHING) -> Iterator[Check]:
    """How much room there is where this file is, or will be."""
    folder = next((each for each in file.parents if each.is_dir()), Path("/"))
    try:
        free = shutil.disk_usage(folder).free
    except OSError as fault:
        yield Check("warning", "disk", f"the room in {folder} is not known: {os.strerror(fault.errno or 0)}")
        return
    state = "bad" if free < nothing else "warning" if free < little else "ok"
    helps = "" if state == "ok" else ": make room; `incident db prune` and `incident db compact` free some"
    yield Check(state, "disk", f"{free / 1e9:,.1f} GB are free in {folder}{helps}")


def _schema(app: App, described: Description) -> Iterator[Check]:
    """Nothing is made only to be looked at: where there are no tables, this says who makes them."""
    if described.revision is None:
        itself = described.kind == "SQLite"
        makes = "the first command makes them" if itself else "incident db upgrade makes them"
        yield Check("warning" if itself else "bad", "schema", f"there are no tables yet; {makes}")
        return
    try:
        faults = app.schema.check()
        with app.ledger.read() as pages:
            head = pages.head()
    except IncidentError as fault:
        yield Check("bad", "schema", str(fault))
        return
    for each in faults:
        yield Check("bad", "schema", each)
    if not faults:
        yield Check("ok", "schema", f"revision {described.revision}")
    yield Check("ok", "log", f"{head.count:,} events; `incident audit verify` checks them")
    yield _clock(app, head)
    if not faults:
        yield from _waiting(app)


def _clock(app: App, head: Head) -> Check:
    """Whether this machine's clock is behind what was recorded already."""
    now = app.clock.now()
    if head.recorded_at is not None and head.recorded_at > now + SLACK:
        late = f"this machine says {moment(now)}, but the newest event was recorded at"
        return Check("warning", "clock", f"{late} {moment(head.recorded_at)}: set the clock, or use NTP")
    return Check("ok", "clock", moment(now))


def _waiting(app: App) -> Iterator[Check]:
    """What is in the database for others: mirrors, timers, people."""
    yield _mirrors(app)
    yield from _overdue(app)
    yield _timers(app)
    yield _findings(app)


def _mirrors(app: App) -> Check:
    """Whether the world outside is in step."""
    try:
        names = ", ".join(app.working().names) or "none is configured"
    except (
        ModuleNotFoundError,
        Unavailable,
    ) as fault:  # one of them was not installed: its own line says more
        return Check("bad", "mirrors", str(fault))
    behind, stopped = app.backlog().count(app.workspace)
    if behind or stopped:
        found = f"{names}; {behind:,} behind, {stopped:,} stopped: `incident mirrors` says why"
        return Check("warning", "mirrors", found)
    return Check("ok", "mirrors", f"{names}; nothing is behind")


def _overdue(app: App) -> Iterator[Check]:
    """What should have been tried by now: where nobody works, it waits for ever."""
    since = app.clock.now() - SLACK
    lags = app.backlog().lags(app.workspace, None, 1000)
    keys = [lag.key for lag in lags if lag.next_at is not None and lag.next_at < since]
    if keys:
        named = ", ".join(dict.fromkeys(keys[:NAMED])) + (", …" if len(keys) > NAMED else "")
        nobody = (
            "should have been tried by now, but nobody does it: run `incident worker` or `incident slack run`"
        )
        yield Check("warning", "worker", f"{named} {nobody}")


def _timers(app: App) -> Check:
    """Whether somebody fires them."""
    late = app.timers().late(app.workspace, app.clock.now() - SLACK)
    if late:
        are = count(late, "timer is", "timers are")
        return Check("warning", "timers", f"{are} late, since nobody fires them: run `incident worker`")
    return Check("ok", "timers", "none is late")


def _findings(app: App) -> Check:
    """What somebody did by hand outside."""
    found = app.findings().open(app.workspace, NAMED + 1)
    if not found:
        return Check("ok", "drift", "nothing was changed by hand outside")
    named = "; ".join(f"{each.key}: {each.sentence}" for each in found[:NAMED])
    more = "; and more" if len(found) > NAMED else ""
    return Check("warning", "drift", f"{named}{more} `incident mirrors` lists all")
