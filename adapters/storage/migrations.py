"""Alembic, on a connection that is handed over; imported only where tables are made, changed or compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from adapters.shipped import migrations_directory
from adapters.storage.store import Progress
from adapters.storage.tables import metadata


def upgrade(connection: Connection, progress: Progress | None = None, to: str = "head") -> tuple[str, ...]:
    """Apply every migration up to `to` that was not applied; their revisions."""
    applied: list[str] = []

    def note(*, step: Any, **_: object) -> None:
        applied.append(step.up_revision_id)
        if progress is not None:
            progress(step.up_revision_id)

    command.upgrade(_config(connection, on_version_apply=note), to)
    return tuple(applied)


def downgrade(connection: Connection, to: str) -> None:
    """Undo every migration after `to`; `base` undoes all."""
    command.downgrade(_config(connection), to)


def differences(connection: Connection) -> tuple[str, ...]:
    """Where the tables are not those that the program declares, one sentence each."""
    options = {"compare_type": True, "compare_server_default": True}
    context = MigrationContext.configure(connection, opts=options)
    return tuple(
        f"The tables differ from the program's: {each}" for each in compare_metadata(context, metadata)
    )


def stage(connection: Connection, description: str, number: str) -> Path:
    """Write a new migration from what the declared tables have and the database has not; its file."""
    config = _config(connection)
    made = command.revision(config, message=description, autogenerate=True, rev_id=number)
    assert not isinstance(made, list), "one description makes one migration"
    assert made is not None, "autogenerating always writes a file"
    return Path(made.path)


def _config(connection: Connection, **attributes: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_directory()).replace("%", "%%"))
    config.set_main_option("file_template", "m%%(rev)s_%%(slug)s")
    config.attributes.update(connection=connection, metadata=metadata, **attributes)
    return config
