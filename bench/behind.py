"""Databases in which very many incidents are behind at once: everything was committed, and no worker ran."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from adapters.bootstrap import app
from adapters.cli.app import App
from adapters.settings import Settings
from bench.places import SERVER
from incident_core import Actor, Open, SendUpdate, Severity
from tests.servers.postgres import Postgres

ANN = Actor.parse("ann")
_SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Behind:
    """For each kind of database, a copy whenever it is asked for, by its URL, and gone after the block.

    `effects` are the calls that bring one of them into step: as many as there are events.
    """

    copies: Mapping[str, Callable[[], AbstractContextManager[str]]]
    effects: int
    server: Postgres


@contextmanager
def behind(incidents: int) -> Iterator[Behind]:
    """So many incidents, each opened and told about once, with the webhook switched on."""
    with ExitStack() as end:
        folder = Path(end.enter_context(tempfile.TemporaryDirectory(prefix="incident-bench-")))
        file = folder / "behind.db"
        effects = _fill(incidents, f"sqlite:///{file.as_posix()}")
        server = end.enter_context(Postgres(durable=True, settings=SERVER))

        def fill(url: str) -> None:
            _fill(incidents, url)

        template = server.make_template(fill)
        copies = {"SQLite": partial(_copy, file), "PostgreSQL": partial(server.database, template)}
        yield Behind(copies, effects, server)


def environ(url: str, hook: str) -> dict[str, str]:
    """The settings of a worker over this database that sends to `hook`."""
    return {
        "DATABASE_URL": url,
        "WEBHOOK_URL": hook,
        "WEBHOOK_SECRET": "a secret of a benchmark",
        "WEBHOOK_ALLOW_PRIVATE": "true",
    }


@contextmanager
def _copy(file: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        yield f"sqlite:///{Path(shutil.copy(file, folder)).as_posix()}"


def _fill(incidents: int, url: str) -> int:
    """Each command is a commit of its own; how many events that were."""
    made = app(Settings.read(environ(url, "http://127.0.0.1:9/hook"), Path()))
    made.schema.upgrade()
    count = sum(_told(made, _SEVERITIES[number % len(_SEVERITIES)]) for number in range(incidents))
    made.close()
    return count


def _told(made: App, severity: Severity) -> int:
    """Open one incident, and send an update about it; its version."""
    now = made.clock.now()
    key = made.perform(Open(actor=ANN, at=now, key=str(uuid4()), title="API is slow", severity=severity)).key
    update = SendUpdate(actor=ANN, at=now, key=str(uuid4()), text="Still slow.")
    return made.perform(update, key).last_version
