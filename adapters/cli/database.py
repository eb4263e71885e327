"""The schema and the views of the database: upgrade, check, rebuild, and stage a migration."""

from __future__ import annotations

import click

from adapters.cli import output
from adapters.cli.backup import backup
from adapters.cli.compact import compact
from adapters.cli.faults import Failed
from adapters.cli.options import Looking, as_json, looking
from adapters.cli.progress import progress, steps
from adapters.cli.prune import prune
from adapters.cli.shown import joined


@click.group()
def db() -> None:
    """Upgrade, check, rebuild and back up the database, or stage a migration.

    \b
    Example:
      incident db upgrade
    """


@db.command()
@looking
def upgrade(looking: Looking) -> None:
    """Bring the database up to date with this program.

    A SQLite file does that by itself at its first use; PostgreSQL waits for this command.

    \b
    Example:
      incident db upgrade
    """
    with steps("upgrading") as told:
        applied = looking.app.schema.upgrade(told)
    for revision in applied:
        output.say(f"applied {revision}")
    if not applied:
        output.say(f"unchanged: up to date already ({looking.app.name}).")


@db.command()
@looking
def check(looking: Looking) -> None:
    """Check that the database has the shape that this program expects; exits with 1 if not.

    \b
    Example:
      incident db check
    """
    findings = looking.app.schema.check()
    for finding in findings:
        output.note(f"bad: {finding}")
    if findings:
        raise Failed
    output.say(f"The database is as this program expects it ({looking.app.name}).")


@db.command()
@click.option("--dry-run", is_flag=True, help="Only compare; exits with 1 if any view differs.")
@as_json
@looking
def rebuild(looking: Looking, dry_run: bool) -> None:
    """Make every view again from the events, and say which were different.

    What is known about the outside is not a view, and is not touched.

    \b
    Example:
      incident db rebuild
    """
    with progress("rebuilding") as told:
        rebuilt = looking.app.views.rebuild(write=not dry_run, progress=told)
    if looking.as_json:
        output.data({"incidents": rebuilt.incidents, "differing": list(rebuilt.differing)})
    else:
        done = "compared" if dry_run else "rebuilt"
        count = f"{rebuilt.incidents:,} {'incident' if rebuilt.incidents == 1 else 'incidents'} {done}"
        differing = joined(rebuilt.differing, at_most=20)
        told_ = f"{len(rebuilt.differing):,} differed: {differing}" if differing else "none differed"
        output.say(f"{count}; {told_} ({looking.app.name}).")
    if dry_run and rebuilt.differing:
        raise Failed


@db.command()
@click.argument("description")
@looking
def stage(looking: Looking, description: str) -> None:
    """Write a new migration, from what differs between the tables in the code and the database.

    \b
    Example:
      incident db stage "add a table for holidays"
    """
    if not description.strip():
        raise click.BadParameter("say what the migration changes.", param_hint="'DESCRIPTION'")
    output.say(str(looking.app.schema.stage(description.strip())))


db.add_command(prune)
db.add_command(compact)
db.add_command(backup)
