"""One server for each process that runs tests, and a fresh workspace for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.sandbox import Sandbox
from tests.sandbox.comparison import AT_HAND
from tests.sandbox.team import Team, new_team

collect_ignore = [] if AT_HAND else ["test_comparison.py"]
"""The run's last lines say when the comparison is not made (tests.sandbox.comparison)."""


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The server of this process."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def team(sandbox: Sandbox) -> Team:
    """A workspace that nobody else uses."""
    return new_team(sandbox)
