"""Removing what nobody needs any more and that is not the record: a dry run first, a batch at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from adapters.cli import output
from adapters.cli.options import Looking, as_json, looking
from adapters.cli.progress import progress

if TYPE_CHECKING:
    from datetime import datetime

    from incident_core.ports.pruning import Pruned

DAYS = 90


@click.command()
@click.option("--write", is_flag=True, help="Remove it. [default: only say what would go]")
@click.option(
    "--older-than", "days", type=click.IntRange(1, 36_500), default=DAYS, show_default=True, metavar="DAYS",
    help="How old it has to be; for so long a repeated command is known again.",
)  # fmt: skip
@as_json
@looking
def prune(looking: Looking, write: bool, days: int) -> None:
    """Remove what nobody needs any more and that is not the record.

    Answers that were given to commands, what mirrors have said about incidents that have been closed for as
    long, reminders that were said, and waits that are over. Never events, texts, who may see what, or the
    channels of closed incidents. Bots and workers may go on meanwhile. SQLite keeps the space for later use.

    \b
    Example:
      incident db prune --older-than 180 --write
    """
    app = looking.app
    now = app.clock.now()
    before = now - timedelta(days=days)
    found = _removed(looking, before, now) if write else app.pruning().count(before, now)
    if looking.as_json:
        counts = {name: getattr(found, name) for name, _, _ in _KINDS}
        output.data({"older_than_days": days, "written": write, **counts})
    else:
        output.say(f"{_summary(found, write=write)} ({app.name}).")


def _removed(looking: Looking, before: datetime, now: datetime) -> Pruned:
    """All that was removed; what ends it early says how much was."""
    from incident_core.errors import Unavailable
    from incident_core.ports.pruning import Pruned

    gone = Pruned()

    def so_far() -> str:
        rows = "1 row was" if gone.total == 1 else f"{gone.total:,} rows were"
        return f"{rows} removed so far, and the rest is as it was. The same command goes on from there."

    try:
        with progress("removing") as told:
            for batch in looking.app.pruning().prune(before, now):
                gone += batch
                told(gone.total, None)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Interrupted; {so_far()}") from None
    except Unavailable as fault:
        raise Unavailable(f"{fault} {so_far()}") from fault
    return gone


_KINDS = (
    ("answers", "answer to a command", "answers to commands"),
    ("said", "thing that was said", "things that were said"),
    ("reminders", "reminder", "reminders"),
    ("holds", "wait that is over", "waits that are over"),
)


def _summary(found: Pruned, *, write: bool) -> str:
    if not found.total:
        return "unchanged: nothing is there that nobody needs"
    counts = ((getattr(found, name), one, more) for name, one, more in _KINDS)
    named = [f"{count:,} {one if count == 1 else more}" for count, one, more in counts if count]
    line = ", ".join(named[:-1]) + (" and " if len(named) > 1 else "") + named[-1]
    return f"{line} removed" if write else f"{line} would go; add --write to remove them"
