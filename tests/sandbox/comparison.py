"""Slack's documented contracts, where they are at hand, to compare the sandbox's copies with."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
CONTRACTS = Path(os.environ.get("SLACK_CONTRACTS") or REPOSITORY.parent / "shared" / "slack")
"""Where methods.json and the schemas are; beside the repository unless the environment says where."""
AT_HAND = (CONTRACTS / "methods.json").is_file()


def contract(name: str) -> dict[str, Any]:
    """One of the contract files."""
    read: dict[str, Any] = json.loads((CONTRACTS / name).read_text("utf-8"))
    return read


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say so when the sandbox was tested without the contracts to compare it with."""
    reports = (report for kind in terminalreporter.stats.values() for report in kind)
    if not AT_HAND and any(getattr(report, "nodeid", "").startswith("tests/sandbox/") for report in reports):
        terminalreporter.write_line(
            f"Not compared: {CONTRACTS} is not there, so the sandbox's methods, arguments, scopes, error "
            "codes and shapes were not compared with what Slack documents.",
            yellow=True,
        )
