"""Imported only before processes are forked: what the program loads or remembers at first use is there."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.trials.history import give

with TemporaryDirectory() as folder:
    give(f"sqlite:///{Path(folder) / 'warm.db'}", "open")
