"""The files of tests are in memory where there is room: SQLite waits for a disk at each commit.

They go with the run, however it ends; a TMPDIR or --basetemp of somebody's own keeps them elsewhere.
"""

from __future__ import annotations

import os
import secrets

import pytest

from tests.servers.errors import CannotStart
from tests.servers.guarded import Guard
from tests.servers.places import MEMORY, first_usable

ROOT = "PYTEST_DEBUG_TEMPROOT"
"""Where pytest makes its temporary folders; the processes of pytest-xdist make theirs inside."""


def keep_in_memory(config: pytest.Config) -> None:
    """Give this run a folder in memory, if nobody has decided where its files go."""
    if config.option.basetemp or ROOT in os.environ or "TMPDIR" in os.environ:
        return
    try:
        # Executable, for some tests make programs; many a container forbids it, or has no room.
        folder = first_usable((MEMORY,), None, executable=True) / f"incident-tests-{secrets.token_hex(4)}"
    except CannotStart:
        return
    guard = Guard([folder])
    folder.mkdir(mode=0o700)
    os.environ[ROOT] = str(folder)

    def forget() -> None:
        os.environ.pop(ROOT, None)
        guard.close()

    config.add_cleanup(forget)
