"""One sandbox for each process that runs tests; a scene is a workspace and a record of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.sandbox import Sandbox
from tests.slack.faults.scene import Scene, new_scene


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The server of this process."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def scene(sandbox: Sandbox) -> Scene:
    """With a digest channel, a response group, and a bot that may not read messages."""
    return new_scene(sandbox)
