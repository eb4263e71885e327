"""Everything that is printed goes through here: answers to standard output, notes to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from adapters.cli import shown
from adapters.cli.faults import Midway

_NONE = object()


def say(line: str = "") -> None:
    """One line, or page, for the reader. Only a terminal has a use for the marks that isolate a text."""
    click.echo(line if on_terminal() else shown.bare(line))


def note(line: str) -> None:
    """Something beside the answer: to standard error."""
    click.echo(shown.harmless(line), err=True)


def data(value: object) -> None:
    """One JSON value, indented."""
    click.echo(as_json(value, indent=2))


def as_json(value: object, indent: int | None = None) -> str:
    """JSON in which no character steers a terminal."""
    from incident_core.record.sheet import written_out

    return written_out(json.dumps(value, ensure_ascii=False, indent=indent))


def array(values: Iterable[object]) -> bool:
    """A JSON array, written while it is read; whether there was anything in it."""
    all_values = iter(values)
    first = next(all_values, _NONE)
    if first is _NONE:
        click.echo("[]")
        return False
    with data_begun():
        click.echo("[\n" + as_json(first, indent=2), nl=False)
        for value in all_values:
            click.echo(",\n" + as_json(value, indent=2), nl=False)
        click.echo("\n]")
    return True


@contextmanager
def data_begun() -> Iterator[None]:
    """What goes wrong in here is told beside the data, also to those who asked for JSON."""
    try:
        yield
    except (Exception, KeyboardInterrupt) as fault:
        raise Midway(fault) from fault


def on_terminal() -> bool:
    """Whether a person is looking at standard output."""
    return sys.stdout is not None and sys.stdout.isatty()


def empty(what: str, database: str, *, as_json: bool = False) -> None:
    """Say that there is nothing, and where it was looked for; beside the data where that is read on."""
    line = f"{what} ({database})."
    if on_terminal() and not as_json:
        say(shown.harmless(line))
    else:
        note(line)
