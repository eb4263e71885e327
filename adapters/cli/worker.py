"""The process that fires timers and keeps the world outside in step: it works until it is told to stop."""

from __future__ import annotations

import click

from adapters.cli import output
from adapters.cli.options import Looking, looking


@click.command()
@click.option(
    "--threads", type=click.IntRange(1, 32), default=2, show_default=True, help="Workers in this process."
)
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@looking
def worker(looking: Looking, threads: int, once: bool) -> None:
    """Keep the mirrors in step with the record, and fire timers when they are due.

    A reminder goes to every mirror, and is written to standard error. Any number of workers may run, on any
    number of machines, over one database. Ctrl-C or SIGTERM ends one between two calls; what it was doing
    is taken over by the others, or by itself when it is started again.

    \b
    Example:
      incident worker --threads 4
    """
    app = looking.app
    working = app.working()
    if not working.names:
        output.note("There is no mirror: reminders go to the log only.")
    if once:
        done = working.once()
        settled = f"{_counted(done.settled, 'incident')} brought into step"
        output.say(f"{settled}, {_counted(done.fired, 'reminder')} fired ({app.name}).")
        return
    for_whom = f"Keeping {', '.join(working.names)} in step with" if working.names else "Firing the timers of"
    working.forever(threads, lambda: output.note(f"{for_whom} {app.name}; Ctrl-C ends it."))
    output.note("Ended.")


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
