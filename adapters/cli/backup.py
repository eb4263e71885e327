"""A copy of the database while others work with it: whole, verified, and over no other file."""

from __future__ import annotations

from pathlib import Path

import click

from adapters.cli import output
from adapters.cli.options import Looking, as_json, looking
from adapters.cli.progress import progress


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.option(
    "--no-verify", is_flag=True, help="Check the head of the copy only, and not every event and text."
)
@as_json
@looking
def backup(looking: Looking, file: Path, force: bool, no_verify: bool) -> None:
    """Back up a SQLite database while others work with it; for PostgreSQL, say what to type.

    The copy is of one moment. It is verified like `incident audit verify`, and has the name FILE only when it
    is whole and on the disk. How to restore it, and what that means, is in docs/backup.md.

    \b
    Example:
      incident db backup /var/backups/incidents.db
    """
    if str(file) == "-":
        raise click.BadParameter("a backup is a file: name one.", param_hint="'FILE'")
    try:
        with progress("backing up") as told:
            head = looking.app.schema.backup(file, told, over=force, whole=not no_verify)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("Interrupted; no backup was made.") from None
    if looking.as_json:
        noted = {"seq": head.seq, "count": head.count, "hash": head.hash}
        output.data({"file": str(file), "verified": not no_verify, "head": noted})
    else:
        events = f"{head.count:,} {'event' if head.count == 1 else 'events'}"
        output.say(f"{file}: {events}{'' if no_verify else ' verified'}, a copy of {looking.app.name}.")
