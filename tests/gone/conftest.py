"""A PostgreSQL server of our own, which may be stopped and frozen, and a whole bot over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from tests.databases import migrate
from tests.gone.server import Mortal
from tests.slack.stories.town import Town, town
from tests.trials.proxy import Proxy

EMOJI = "fire"


def living(sandbox: Sandbox, url: str, folder: Path) -> AbstractContextManager[Town]:
    """A town in which whoever reacts opens an incident."""
    return town(
        sandbox,
        url,
        folder,
        INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED="true",
        INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME=EMOJI,
    )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A Slack for these towns."""
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[Mortal]:
    """The server, with one database."""
    with Mortal() as found:
        found.template = found.make_template(migrate)
        found.address = found.create_database(found.template)
        yield found


@pytest.fixture
def line(server: Mortal) -> Iterator[Proxy]:
    """A line to another database there that can be cut."""
    with server.database(server.template) as url, Proxy(url) as found:
        yield found


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, server: Mortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town whose database is there."""
    folder = tmp_path_factory.mktemp("home")
    with living(sandbox, server.address, folder) as found:
        yield found
        server.wake()


@pytest.fixture
def cut_off(sandbox: Sandbox, line: Proxy, tmp_path: Path) -> Iterator[Town]:
    """A town whose line to the database can be cut."""
    with living(sandbox, line.url, tmp_path) as found:
        yield found
