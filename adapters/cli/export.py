"""Every incident, streamed to standard output or into a file, one row or object each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TextIO

import click

from adapters.cli import output, progress, rows
from adapters.cli.files import written
from adapters.cli.options import Looking, reading
from adapters.cli.output import on_terminal
from incident_core.ports.reader import Query

FORMATS = ("csv", "json", "ndjson")


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
    "-o", "--output", "path", type=click.Path(path_type=Path), metavar="FILE",
    help="Write this file, whole or not at all. [default: standard output]",
)  # fmt: skip
@reading
def export(looking: Looking, form: str, path: Path | None) -> None:
    """Export all incidents that you can see, the newest first, with every field and every duration.

    Durations are in seconds, times in UTC. In CSV, lists are JSON texts, and a cell that a spreadsheet
    would take for a formula begins with a quote ('). --json is --format json.

    \b
    Example:
      incident export --format ndjson -o incidents.ndjson
    """
    app, everything = looking.app, Query()
    form = "json" if looking.as_json else form
    total = app.reader.count(app.workspace, everything, looking.actor)
    found = app.reader.incidents(app.workspace, everything, looking.actor)
    now = app.clock.now()
    piped = path is None or str(path) == "-"
    to_screen = piped and on_terminal()
    with (
        progress.progress("exporting", wanted=not to_screen) as told,
        written(path) as stream,
        output.data_begun() if piped else nullcontext(),
    ):
        made = (rows.row(incident, now) for incident in progress.counted(found, told, total))
        count = _WRITERS[form](stream, made, app.policy.roles)
    if count == 0:
        output.empty("There are no incidents", app.name, as_json=True)
    elif not piped:
        output.note(f"{count:,} {'incident' if count == 1 else 'incidents'} written to {path}.")


def _csv(stream: TextIO, made: Iterator[rows.Row], roles: tuple[str, ...]) -> int:
    import csv

    clean = stream.isatty() or (on_terminal() and stream.fileno() == 1)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(rows.header(roles))
    count = 0
    for row in made:
        writer.writerow(rows.cells(row, roles, harmless=clean))
        count += 1
    return count


def _json(stream: TextIO, made: Iterator[rows.Row], roles: tuple[str, ...]) -> int:
    from adapters.cli.output import as_json

    count = 0
    for row in made:
        stream.write(("[\n" if count == 0 else ",\n") + as_json(row))
        count += 1
    stream.write("\n]\n" if count else "[]\n")
    return count


def _ndjson(stream: TextIO, made: Iterator[rows.Row], roles: tuple[str, ...]) -> int:
    from adapters.cli.output import as_json

    count = 0
    for row in made:
        stream.write(as_json(row) + "\n")
        count += 1
    return count


_WRITERS = {"csv": _csv, "json": _json, "ndjson": _ndjson}
