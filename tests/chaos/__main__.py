"""`make chaos`: one run from a seed, for so many seconds; what it finds is printed, with how to repeat it."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
from pathlib import Path

from tests.chaos.plan import FROZEN_SHORT, SHORT, Size, long
from tests.chaos.run import run
from tests.chaos.world import template
from tests.servers.postgres import Postgres

SIZES = {"short": SHORT, "frozen": FROZEN_SHORT}
"""Those of `make test`, by name."""


def main() -> int:
    """0 where every check holds."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--seconds", default="300")
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    print(f"The seed is {seed}: make chaos SEED={seed} SECONDS={given.seconds}", flush=True)  # noqa: T201
    size: Size = SIZES.get(given.seconds) or long(float(given.seconds))
    with tempfile.TemporaryDirectory(prefix="incident-chaos-") as folder, Postgres() as postgres:
        report = run(seed, size, Path(folder), postgres, template(postgres))
    print(report.text() if report.faults or os.environ.get("VERBOSE") else report.figures)  # noqa: T201
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
