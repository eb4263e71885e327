"""The commands that read one incident: show and timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime

import click

from adapters.cli import armed, mirrors, output
from adapters.cli.options import Looking, key, reading
from adapters.cli.shown import cell, isolated, moment
from adapters.cli.words import words
from incident_core.errors import NotFound
from incident_core.events import Event
from incident_core.model.incident import Incident
from incident_core.ports.reader import Entry

MOST = 1_000
"""Mirrors and timers of one incident that are shown, at most."""


@click.command()
@key
@reading
def show(looking: Looking, key: str) -> None:
    """Show one incident: what it is, who does what, when, and what was collected.

    It also says which timers will fire, and which mirrors are behind.

    \b
    Example:
      incident show INC-42 --json
    """
    incident, app = found(looking, key), looking.app
    lags = app.backlog().lags(app.workspace, key, MOST)
    timers = app.timers().armed(app.workspace, looking.actor, key, MOST)
    if looking.as_json:
        from incident_core.record.document import document

        outside = {"mirrors": list(map(mirrors.plain, lags)), "timers": list(map(armed.plain, timers))}
        output.data({**document(incident), **outside})
    else:
        from adapters.cli.page import page

        beside = (*armed.soon(timers, app.clock.now()), *mirrors.behind(lags))
        output.say(page(incident, beside))


@click.command()
@key
@reading
def timeline(looking: Looking, key: str) -> None:
    """Show everything that happened, oldest first, with who said so.

    Piped, it is one line per event: version, time, actor and words, with tabs between them.

    \b
    Example:
      incident timeline INC-42
    """
    entries = looking.app.reader.timeline(looking.app.workspace, key, looking.actor)
    if entries is None:
        raise NotFound(key)
    if looking.as_json:
        output.array(map(_plain, entries))
    elif output.on_terminal():
        output.say("\n".join(_lines(entries)))
    else:
        for entry in entries:
            output.say(_tabbed(entry))


def found(looking: Looking, key: str) -> Incident:
    """The incident; raises NotFound."""
    incident = looking.app.reader.show(looking.app.workspace, key, looking.actor)
    if incident is None:
        raise NotFound(key)
    return incident


def _lines(entries: tuple[Entry, ...]) -> Iterator[str]:
    width = max(len(str(entry.event.actor)) for entry in entries)
    digits = len(str(entries[-1].version))
    for entry in entries:
        first, *rest = words(entry.event, entry.redacted).splitlines()
        who = isolated(f"{entry.event.actor!s:{width}}")
        yield f"{entry.version:{digits}}  {moment(entry.event.at)}  {who}  {first}{_late(entry)}"
        yield from (f"{'':{width + digits + 26}}{line}" for line in rest)


def _late(entry: Entry) -> str:
    """When it was learnt, where that was a minute or more after it happened."""
    late = (entry.recorded_at - entry.event.at).total_seconds() >= 60
    return f" (recorded {moment(entry.recorded_at)})" if late else ""


def _tabbed(entry: Entry) -> str:
    event = entry.event
    said = " ".join(words(event, entry.redacted).split())
    return "\t".join((str(entry.version), moment(event.at), cell(str(event.actor)), said))


def _plain(entry: Entry) -> dict[str, object]:
    event = entry.event
    return {
        "seq": entry.seq,
        "version": entry.version,
        "event_id": str(entry.event_id),
        "type": event.type,
        "schema": event.schema,
        "actor": str(event.actor),
        "login": event.actor.login,
        "source": entry.source,
        "occurred_at": _value(event.at),
        "recorded_at": _value(entry.recorded_at),
        "override_id": _value(entry.override_id),
        "redacted": list(entry.redacted),
        "body": _body(event),
    }


def _body(event: Event) -> dict[str, object]:
    own = (field.name for field in fields(event) if field.name not in ("actor", "at"))
    return {name: _value(getattr(event, name)) for name in own}


def _value(value: object) -> object:
    from incident_core.model.times import Due, to_iso

    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, datetime):
        return to_iso(value)
    if isinstance(value, Due):
        return {"on": value.on.isoformat(), "zone": value.zone}
    return [str(each) for each in value] if isinstance(value, tuple) else str(value)
