"""How many crashes were enumerated on each database: printed at the end of a run, by whoever prints it."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.crashes.enumerating import FIRING, FROZEN, INNER, KILLED, PAIRS

FIGURE = "crashes"
_PRINTED = pytest.StashKey[bool]()
_WORDS = {
    KILLED: "points killed",
    INNER: "killed at a statement or commit",
    FROZEN: "frozen",
    FIRING: "frozen amid a firing",
    PAIRS: "pairs",
    "wrong": "wrong",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each database, and how much of everything that was; once, whoever imports this."""
    if terminalreporter.config.stash.get(_PRINTED, False):
        return
    terminalreporter.config.stash[_PRINTED] = True
    found: dict[str, Counter[str]] = {}
    for report in (*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())):
        for name, value in report.user_properties:
            if name == FIGURE:
                found.setdefault(value["of"], Counter()).update(value["runs"])
    if found:
        terminalreporter.section("crashes")
    for of, runs in sorted(found.items(), reverse=True):
        told = [f"{runs[each]:,} {words}" for each, words in _WORDS.items()]
        terminalreporter.write_line(f"{of}: {', '.join(told[:-1])}; {told[-1]}")
