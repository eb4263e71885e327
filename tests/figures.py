"""What tests counted and measured: printed at the end of a run, whoever ran them."""

from __future__ import annotations

import pytest

from tests.crashes import figures as crashes
from tests.sandbox import comparison

FIGURE = "figure"
"""The name of the property under which a test reports a line of words."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line for each figure, after those of the crashes; and what was not compared."""
    comparison.pytest_terminal_summary(terminalreporter)
    crashes.pytest_terminal_summary(terminalreporter)
    lines = [
        f"{report.nodeid.partition('::')[2]}: {words}"
        for report in terminalreporter.stats.get("passed", ())
        for name, words in report.user_properties
        if name == FIGURE
    ]
    if lines:
        terminalreporter.section("figures")
        for line in sorted(lines):
            terminalreporter.write_line(line)
