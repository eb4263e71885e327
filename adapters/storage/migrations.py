"""Alembic, on a connection that is handed over; imported only where tables are made, changed or compared."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection

from adapters.shipped import migrations_directory
from adapters.storage import full_text, mending
from adapters.storage.revisions import HEAD
from adapters.storage.store import Progress
from adapters.storage.tables import metadata


def upgrade(connection: Connection, progress: Progress | None = None, to: str = "head") -> tuple[str, ...]:
    """Apply every migration up to `to` that was not applied; their revisions.

    Views that were emptied on the way are made again from the events.
    """
    applied: list[str] = []

    def note(*, step: Any, **_: object) -> None:
        applied.append(step.up_revision_id)
        if progress is not None:
            progress(step.up_revision_id)

    command.upgrade(_config(connection, on_version_apply=note), to)
    if applied and applied[-1] == HEAD:
        mending.fill(connection)
    return tuple(applied)


def downgrade(connection: Connection, to: str) -> None:
    """Undo every migration after `to`; `base` undoes all."""
    command.downgrade(_config(connection), to)


def revisions() -> tuple[str, ...]:
    """Every migration that is shipped, oldest first."""
    config = Config()
    config.set_main_option("script_location", _location())
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return tuple(reversed([each.revision for each in scripts]))


def differences(connection: Connection) -> tuple[str, ...]:
    """Where our tables are not those that the program declares, one sentence each."""
    options = {"compare_type": True, "compare_server_default": True, "include_name": _is_ours}
    context = MigrationContext.configure(connection, opts=options)
    compared = map(_said, _flat(compare_metadata(context, metadata)))
    return tuple(dict.fromkeys((*compared, *full_text.missing(connection))))


def stage(connection: Connection, description: str) -> Path:
    """Write a new migration from what the declared tables have and the database has not; its file."""
    number = f"{len(revisions()) + 1:04}"
    made = command.revision(_config(connection), message=description, autogenerate=True, rev_id=number)
    assert isinstance(made, Script), "one description makes one migration"
    return Path(made.path)


def _config(connection: Connection, **attributes: object) -> Config:
    config = Config(cmd_opts=Namespace(quiet=True))
    config.set_main_option("script_location", _location())
    config.set_main_option("file_template", "m%%(rev)s_%%(slug)s")
    config.attributes.update(connection=connection, metadata=metadata, include_name=_is_ours, **attributes)
    return config


def _location() -> str:
    return str(migrations_directory()).replace("%", "%%")


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    """Whether it is compared: a full-text index is nothing that Alembic could make."""
    return name in metadata.tables if kind == "table" else name not in full_text.PARTS["postgresql"]


def _flat(differences: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Alembic tells what it would do; what it would do to one column comes as a list."""
    for each in differences:
        yield from each if isinstance(each, list) else [each]


def _said(difference: tuple[Any, ...]) -> str:
    doing, what = difference[0], difference[1]
    if doing.startswith("modify"):
        return f"The column {difference[2]}.{difference[3]} is not as this program declares it."
    if doing.endswith("_column"):
        kind, name = "column", f"{difference[2]}.{difference[3].name}"
    else:
        kind, name = doing.partition("_")[2], what.name
    return f"The {kind} {name} is {'missing' if doing.startswith('add') else 'not declared by this program'}."
