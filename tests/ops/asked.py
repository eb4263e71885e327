"""A process that operators look at: started with an address of its own, and asked over HTTP."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.running import Program
from tests.servers.watchdog import wait_until
from tests.slack.stories.process import free_address, health

LONG = 60.0
"""Seconds after which a condition will not come true any more."""


def until(condition: Callable[[], bool]) -> None:
    """Wait for it."""
    assert wait_until(condition, LONG, every=0.05), "it never came"


@dataclass(frozen=True)
class Looked:
    """A process at an address, which writes what it says to a file."""

    process: subprocess.Popen[str]
    address: str
    said: Path

    def asked(self, page: str) -> tuple[int, list[str]]:
        """The status and the reasons; 0 where nobody answers."""
        return asked(self.address, page)

    def loops(self) -> dict[str, float]:
        """Seconds since each loop that is watched has turned."""
        found: dict[str, float] = json.loads(health(self.address, "live")[1])["loops"]
        return found

    def metrics(self) -> dict[str, float]:
        """Every value there is, by its name and labels as they are written."""
        status, content = health(self.address, "metrics")
        assert status == 200, content
        lines = (line.rpartition(" ") for line in content.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in lines}

    def lines(self) -> list[str]:
        """What it has said so far."""
        return self.said.read_text(encoding="utf-8").splitlines()

    def records(self) -> list[dict[str, Any]]:
        """The records of its log; the rest is what whoever began it was told, without braces."""
        return [json.loads(line) for line in self.lines() if line.startswith("{")]


def asked(address: str, page: str) -> tuple[int, list[str]]:
    """The status and the reasons of whoever is there; 0 where nobody answers."""
    status, content = health(address, page)
    return status, json.loads(content)["reasons"] if status else []


@contextmanager
def looked_at(program: Program, *words: str) -> Iterator[Looked]:
    """The process runs, and answers; killed at the end of the block if it still runs."""
    program.settings["OPS_ADDRESS"] = address = free_address()
    path = program.folder / "said"
    with path.open("w") as said:
        process = program.start(*words, stdout=said, stderr=said)
    try:
        looked = Looked(process, address, path)
        until(lambda: looked.asked("live")[0] != 0 or process.poll() is not None)
        yield looked
    finally:
        process.kill()
        process.wait()


def labels(name: str) -> dict[str, str]:
    """The labels of `name{one="1"}`."""
    return dict(re.findall(r'(\w+)="([^"]*)"', name))
