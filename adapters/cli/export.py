"""Incidents, or their events, streamed to standard output or into a file: a row, an object or a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from adapters.cli import output, progress, shown
from adapters.cli.files import written
from adapters.cli.kinds import WHEN, WordType
from adapters.cli.options import Looking, reading
from adapters.cli.output import on_terminal
from adapters.cli.when import When
from incident_core.model.stage import Stage

if TYPE_CHECKING:
    from incident_core.ports.reader import Query
    from incident_core.record.document import Document
    from incident_core.record.layouts import Layout

FORMATS = ("csv", "json", "ndjson")
LAYOUTS = ("default", "case")


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="csv",
    show_default=True,
    help="How it is written.",
)
@click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default="default",
    show_default=True,
    help="What is written: every field and duration, or the sixteen columns of Case.",
)
@click.option(
    "-o", "--output", "path", type=click.Path(path_type=Path), metavar="FILE",
    help="Write this file, whole or not at all. [default: standard output]",
)  # fmt: skip
@click.option("--since", type=WHEN, help="Only incidents opened then or later.")
@click.option("--until", type=WHEN, help="Only incidents opened before then.")
@click.option(
    "--stage",
    "stages",
    type=WordType(Stage),
    multiple=True,
    help="Only incidents that are in this stage now; may be repeated.",
)
@click.option("--timeline", is_flag=True, help="Their events instead, in the order they were recorded.")
@reading
def export(
    looking: Looking,
    form: str,
    layout: str,
    path: Path | None,
    since: When | None,
    until: When | None,
    stages: tuple[Stage, ...],
    timeline: bool,
) -> None:
    """Export all incidents that you can see, the newest first, with every field and every duration.

    Durations are in seconds, times in UTC. In CSV, lists are JSON texts, and a cell that a spreadsheet
    would take for a formula begins with a quote ('). --json is --format json.

    In the layout case, an investigation is open, an incident escalated, and Events Count counts evidence
    that was not retracted. With --timeline there is one row per event.

    \b
    Example:
      incident export --since '90d ago' --layout case -o quarter.csv
    """
    if timeline and layout == "case":
        raise click.UsageError(
            "--layout case has a row for each incident, and --timeline one for each event."
        )
    asked = _Asked(looking, _query(looking, since, until, stages), timeline)
    made = _layout(looking, layout, timeline)
    _export(asked, made, "json" if looking.as_json else form, path)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is exported: incidents, or their events."""

    looking: Looking
    query: Query
    timeline: bool

    def found(self) -> Iterator[Document]:
        """Their documents."""
        reader = self.looking.app.reader
        read = reader.timelines if self.timeline else reader.documents
        return read(self.looking.app.workspace, self.query, self.looking.actor)

    def total(self) -> int | None:
        """How many there will be; None for events, which nobody counts."""
        app = self.looking.app
        return None if self.timeline else app.reader.count(app.workspace, self.query, self.looking.actor)


def _query(looking: Looking, since: When | None, until: When | None, stages: tuple[Stage, ...]) -> Query:
    from incident_core.model.window import Window
    from incident_core.ports.reader import Query

    now = looking.app.clock.now()
    ends = {
        name: None if when is None else when.resolve(name, now)
        for name, when in (("since", since), ("until", until))
    }
    return Query(stages=frozenset(stages), opened=Window(**ends))


def _layout(looking: Looking, name: str, timeline: bool) -> Layout:
    from incident_core.record import layouts

    if timeline:
        return layouts.TIMELINE
    return layouts.CASE if name == "case" else layouts.default(looking.app.policy.roles)


def _export(asked: _Asked, layout: Layout, form: str, path: Path | None) -> None:
    piped = path is None or str(path) == "-"
    now, count = asked.looking.app.clock.now(), 0

    def row(found: Document) -> Document:
        nonlocal count
        count += 1
        return layout.row(found, now)

    with (
        progress.progress("exporting", wanted=not (piped and on_terminal())) as told,
        written(path) as stream,
        output.data_begun() if piped else nullcontext(),
    ):
        found = progress.counted(asked.found(), told, asked.total)
        stream.writelines(_texts(form, layout, map(row, found), stream))
    if count == 0:
        such = "" if asked.query == type(asked.query)() else "such "
        output.empty(f"There are no {such}incidents", asked.looking.app.name, as_json=True)
    elif not piped:
        thing = "event" if asked.timeline else "incident"
        output.note(f"{count:,} {thing}{'' if count == 1 else 's'} written to {path}.")


def _texts(form: str, layout: Layout, rows: Iterator[Document], stream: TextIO) -> Iterable[str]:
    from incident_core.record import exports

    if form == "json":
        return exports.as_json(rows)
    if form == "ndjson":
        return exports.as_ndjson(rows)
    if stream.isatty() or (on_terminal() and stream.fileno() == 1):
        return map(shown.harmless, exports.as_csv(layout, rows, end="\n"))
    return exports.as_csv(layout, rows)
