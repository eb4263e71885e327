"""Sections of a report on a terminal: tables, and counts as bars."""

from __future__ import annotations

from collections.abc import Iterable

from rich.bar import Bar
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters.cli.figures import WEEKDAYS, Section
from adapters.cli.shown import cell, isolated
from incident_core.ports.statistics import Report

_SHORT = ("what", "n", "median", "p90", "mean")
_SHADES = " ░▒▓█"


def tables(sections: Iterable[Section]) -> None:
    """Each section as a table; an empty one in a sentence."""
    console = _console()
    for section in sections:
        _head(console, section)
        console.print(_table(section) if section.rows else Text("  nothing"))
        _foot(console, section)


def draw(report: Report, sections: Iterable[Section]) -> None:
    """What can be counted as bars, what cannot as tables; weekday and hour as shades."""
    console = _console()
    for section in sections:
        _head(console, section)
        if not section.rows:
            console.print(Text("  nothing"))
        elif len(section.columns) > 20:
            console.print(_shades(report))
        else:
            console.print(_table(section) if section.counts is None else _bars(section, section.counts))
        _foot(console, section)


def _console() -> Console:
    return Console(highlight=False, emoji=False, markup=False)


def _head(console: Console, section: Section) -> None:
    console.print(Text(section.heading, style="bold"))


def _foot(console: Console, section: Section) -> None:
    if section.left:
        console.print(Text(f"  and {section.left:,} more: --json has them all"))
    console.print()


def _grid() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="dim")


def _table(section: Section) -> Table:
    made = _grid()
    for place, column in enumerate(section.columns):
        words = place == 0 or column == "left out"
        made.add_column(
            column, justify="left" if words else "right", overflow="fold", no_wrap=column in _SHORT
        )
    for name, *rest in section.rows:
        made.add_row(Text(isolated(cell(name))), *map(Text, rest))
    return made


def _bars(section: Section, counts: list[int]) -> Table:
    """The name, the count, and a bar as long as the count."""
    made = Table.grid(padding=(0, 2, 0, 0))
    made.add_column(overflow="fold")
    made.add_column(justify="right")
    made.add_column(ratio=1)
    most = max(counts, default=0) or 1
    for (name, count, *_), value in zip(section.rows, counts, strict=True):
        made.add_row(Text(isolated(cell(name))), Text(count), Bar(most, 0, value))
    return made


def _shades(report: Report) -> Table:
    """The more was opened in an hour of the week, the darker it is."""
    made = Table.grid(padding=(0, 2, 0, 0))
    most = max(map(max, report.by_hour)) or 1
    made.add_row(Text(""), Text("".join(f"{hour:<9}" for hour in range(0, 24, 3))))
    for day, row in zip(WEEKDAYS, report.by_hour, strict=True):
        shades = (_SHADES[-(-count * (len(_SHADES) - 1) // most)] for count in row)
        made.add_row(Text(day), Text("".join(shade * 3 for shade in shades)))
    made.add_row(Text(""), Text(f"blank: none, {_SHADES[-1]}: up to {most:,} in that hour of the week"))
    return made
