"""A list as a table for a terminal: as many columns as leave room for the title."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters.cli.shown import REDACTED, cell, flags, isolated
from incident_core.ports.reader import Summary


class Column(NamedTuple):
    """A heading, what stands below it, and how wide a terminal has to be for it."""

    heading: str
    text: Callable[[Summary], str]
    from_width: int = 0


def table(summaries: Sequence[Summary]) -> None:
    """Print it to standard output."""
    console = Console(highlight=False, emoji=False, markup=False)
    columns = [column for column in _COLUMNS if console.width >= column.from_width]
    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="bold")
    for column in columns[:-1]:
        made.add_column(column.heading, no_wrap=True, overflow="ellipsis")
    made.add_column(columns[-1].heading, overflow="fold", min_width=20)
    for summary in summaries:
        # Text, not str: rich would read the [brackets] in a title as its own.
        made.add_row(*(Text(column.text(summary)) for column in columns))
    console.print(made)


def _stage(summary: Summary) -> str:
    return summary.stage if summary.status is None else f"{summary.stage} ({summary.status})"


def _commander(summary: Summary) -> str:
    return "-" if summary.commander is None else isolated(cell(str(summary.commander)))


def _title(summary: Summary) -> str:
    unusual = f"({', '.join(flags(summary))}) " if flags(summary) else ""
    return unusual + isolated(cell(REDACTED if summary.title is None else summary.title))


_COLUMNS = (
    Column("key", lambda summary: summary.key),
    Column("severity", lambda summary: summary.severity),
    Column("stage", _stage, from_width=60),
    Column("commander", _commander, from_width=76),
    Column("opened", lambda summary: summary.opened_at.strftime("%Y-%m-%d %H:%MZ"), from_width=100),
    Column("title", _title),
)
