"""The tables as a whole: made, brought up to date, checked, and changed by a developer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from adapters.storage.revisions import HEAD, Fit
from adapters.storage.standing import verdict
from adapters.storage.store import Progress, Store
from incident_core.errors import Unavailable
from incident_core.record.chain import Head

Told = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one database. Every method raises Unavailable."""

    store: Store

    def upgrade(self, progress: Progress | None = None) -> tuple[str, ...]:
        """Apply every migration that was not applied; their revisions. `progress` is told each of them."""
        return self.store.upgrade(progress)

    def compact(self) -> None:
        """Leave nothing of rows that were removed or changed in the database's own files."""
        self.store.compact()

    def backup(self, place: Path, told: Told, *, over: bool, whole: bool) -> Head:
        """Copy a SQLite file to `place` while others write; see `adapters.storage.backup`."""
        from adapters.storage.backup import backup

        return backup(self.store, place, told, over=over, whole=whole)

    def check(self) -> tuple[str, ...]:
        """What is wrong, one sentence each: the revision, the tables, the file. () where all is well."""
        found = self.store.look()
        sentence = verdict(found, writing=True)
        if sentence is not None and found.fit is not Fit.READABLE:
            return (f"The database {self.store.name} {sentence}",)
        ahead = found.revision != HEAD
        return (*self._ahead(found.revision), *(() if ahead else self._differences()), *self.store.faults())

    def stage(self, description: str) -> Path:
        """Write a new migration that makes of the last one's tables what `tables` declares; its file.

        Raises Invalid for a description that cannot head a file.
        """
        from tempfile import TemporaryDirectory

        from adapters.shipped import migrations_directory
        from adapters.storage import migrations
        from adapters.storage.sqlite import SqliteStore
        from incident_core.model.text import title

        headline = title("description", description).replace("\\", "/").replace('"', "'")
        folder = migrations_directory()
        if folder.parent.name == "_shipped":
            raise Unavailable(
                "Migrations are written in a checkout of the source, and this is an installation."
            )
        with TemporaryDirectory() as scratch:
            store = SqliteStore(Path(scratch) / "staging.db", wait=10)
            with store.migrating() as connection:
                migrations.upgrade(connection)
                made = migrations.stage(connection, headline)
            store.close()
        return made

    def _ahead(self, revision: str | None) -> tuple[str, ...]:
        if revision == HEAD:
            return ()
        return (f"The database {self.store.name} is at revision {revision}, and this program knows {HEAD}.",)

    def _differences(self) -> tuple[str, ...]:
        from adapters.storage import migrations

        with self.store.reading() as connection:
            return migrations.differences(connection)
