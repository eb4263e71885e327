"""What a quarter, or any time, came to: as a table, tabbed lines, bars, or JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from adapters.cli import output
from adapters.cli.kinds import WHEN, WordType
from adapters.cli.options import Looking, reading
from adapters.cli.shown import cell
from adapters.cli.when import When
from incident_core.model.window import Window
from incident_core.ports.statistics import Grouping

if TYPE_CHECKING:
    from adapters.cli.figures import Section

QUARTER = timedelta(days=90)


@click.command()
@click.option(
    "--since", type=WHEN, help="Incidents opened at this time or later. [default: 90 days before --until]"
)
@click.option("--until", type=WHEN, help="And before this time. [default: now]")
@click.option("--all", "everything", is_flag=True, help="From the first incident on.")
@click.option(
    "--by", type=WordType(Grouping), help="Divide it: by severity, commander, or week of opening (ISO, UTC)."
)
@click.option("--plot", is_flag=True, help="Draw the counts as bars.")
@reading
def stats(
    looking: Looking,
    since: When | None,
    until: When | None,
    everything: bool,
    by: Grouping | None,
    plot: bool,
) -> None:
    """Count a quarter, or any time, of the incidents that you can see; drills are left out of everything.

    Everything is about the incidents opened in that time, but for those that are active (now) and declared
    (in that time). The median and p90 are values that occurred (nearest rank). A duration leaves out false
    alarms and duplicates, incidents that have not come so far (missing), and, for the time in a stage, those
    still in it (unfinished). Commander, severity and outcome are those of now. Piped, the columns have
    tabs between them.

    \b
    Example:
      incident stats --since 2026-07-01T00:00Z --until 2026-10-01T00:00Z --by severity
    """
    from adapters.cli import figures

    if everything and since is not None:
        raise click.UsageError("Give --since or --all, not both.")
    app, now = looking.app, looking.app.clock.now()
    end = None if until is None else until.resolve("until", now)
    start = _before(end or now) if since is None else since.resolve("since", now)
    window = Window(None if everything else start, end)
    report = app.statistics().report(app.workspace, window, looking.actor, now, by)
    if looking.as_json:
        output.data(figures.plain(report))
        return
    from adapters.cli import plots

    on_terminal = output.on_terminal()
    found = figures.sections(report, most=figures.MOST if on_terminal or plot else None)
    if plot:
        plots.draw(report, found)
    elif on_terminal:
        plots.tables(found)
    else:
        _lines(found)
    if not report.opened:
        output.empty("No incident was opened in that time", app.name, as_json=False)


def _before(end: datetime) -> datetime | None:
    """Where a quarter that ends there begins; None where time has not begun."""
    try:
        return end - QUARTER
    except OverflowError:
        return None


def _lines(sections: Iterable[Section]) -> None:
    """Each section below its heading, cells with tabs between them, and an empty line after it."""
    for section in sections:
        output.say(f"# {section.heading}")
        for row in (section.columns, *section.rows):
            output.say("\t".join(cell(text) for text in row))
        output.say()
