"""How long a person waits before anything happens."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.pairs import Ratio, commands

INCIDENT = str(Path(sys.executable).with_name("incident"))


def measure(pairs: int) -> Iterator[Ratio]:
    """The help against a bare interpreter; a list against importing the database library."""
    with tempfile.TemporaryDirectory(prefix="incident-bench-") as folder:
        env = os.environ | {"DATABASE_URL": f"sqlite:///{Path(folder, 'bench.db').as_posix()}"}
        yield commands(
            "`incident --help`", [INCIDENT, "--help"], "`python -c pass`", [sys.executable, "-c", "pass"],
            pairs=pairs, env=env, goal=6,
        )  # fmt: skip
        yield commands(
            "`incident list`", [INCIDENT, "list"],
            '`python -c "import sqlalchemy"`', [sys.executable, "-c", "import sqlalchemy"],
            pairs=pairs, env=env, goal=1.8,
        )  # fmt: skip
