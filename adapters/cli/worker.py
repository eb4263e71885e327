"""The process that keeps the world outside in step: it works until it is told to stop."""

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
    """Keep the mirrors in step with the record: make the calls to the world outside that it asks for.

    Any number of workers may run, on any number of machines, over one database. Ctrl-C or SIGTERM ends one
    between two calls; what it was doing is taken over by the others, or by itself when it is started again.

    \b
    Example:
      incident worker --threads 4
    """
    app = looking.app
    working = app.working()
    if not working.names:
        raise click.UsageError("There is no mirror to keep in step: set WEBHOOK_URL and WEBHOOK_SECRET.")
    if once:
        count = working.once()
        output.say(f"{count:,} {'incident' if count == 1 else 'incidents'} brought into step ({app.name}).")
        return
    output.note(f"Keeping {', '.join(working.names)} in step with {app.name}; Ctrl-C ends it.")
    working.forever(threads)
    output.note("Ended.")
