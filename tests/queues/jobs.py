"""Jobs of RQ for tests, which find their settings where `rq worker` does: in the environment."""

from __future__ import annotations

import os
from pathlib import Path

from adapters.bootstrap_drain import drained
from adapters.settings import Settings


def two_claims() -> None:
    """The job that a ring is, which has enough after two claims."""
    drained(Settings.read(os.environ, Path()), claims=2)
