"""A foreign project in a folder of its own, whose tests run in a pytest of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Project:
    """Its folder, and what it comes to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> None:
        """One of its files."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def tested(self) -> subprocess.CompletedProcess[str]:
        """Its tests, run by a pytest of its own."""
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        env |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            words, cwd=self.folder, env=env, capture_output=True, text=True, timeout=300, check=False
        )
