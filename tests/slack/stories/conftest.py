"""Towns: one for each module where the tests can share it, with a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from tests.databases import sqlite_address
from tests.slack.stories.town import Town, town

Founding = Callable[..., AbstractContextManager[Town]]


@pytest.fixture(scope="module")
def home(sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town that the tests of a module share: each opens incidents of its own."""
    folder = tmp_path_factory.mktemp("home")
    path = Path(shutil.copy(sqlite_template, folder / "incidents.db"))
    with town(sandbox, sqlite_address(path), folder) as made:
        yield made


@pytest.fixture
def new_town(sandbox: Sandbox, sqlite_url: str, tmp_path: Path) -> Founding:
    """Begins a town with settings of the test's own, over a new SQLite file. HTTP ends at once."""
    return partial(town, sandbox, sqlite_url, tmp_path, http=True)
