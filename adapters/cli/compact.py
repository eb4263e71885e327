"""The database's own files, rid of what was removed from it."""

from __future__ import annotations

import click

from adapters.cli import output
from adapters.cli.options import Looking, looking


@click.command()
@looking
def compact(looking: Looking) -> None:
    """Leave nothing of what was removed in the database's own files.

    A SQLite file is written anew, and the log beside it is emptied; PostgreSQL vacuums its tables. Nobody is
    kept from working for longer than that takes. Worth doing after a redaction; older backups keep the text.

    \b
    Example:
      incident db compact
    """
    looking.app.schema.compact()
    output.say(f"compacted ({looking.app.name}).")
