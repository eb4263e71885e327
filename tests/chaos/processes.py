"""The processes of the product: bots and workers that can be killed, stopped, ended and begun again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.journal import Journal
from tests.chaos.plan import BOTS, WORKERS
from tests.cli.running import Program

PATIENCE = 60.0
"""Seconds within which a process that is told to end has to."""
WORDS = {
    BOTS[0]: ("slack", "run"),
    BOTS[1]: ("slack", "run", "--no-worker"),
    WORKERS[0]: ("worker",),
    WORKERS[1]: ("worker", "--threads", "1"),
}
_BEGUN = ("Listening to ", "Keeping ")
_AWAY = (6,)
"""The exit code of a process that could not begin, since what it needs was away."""


_YOUNG = 10.0
"""Seconds in which a process may not have heard yet how it should end."""


@dataclass
class Processes:
    """Those with these names; what each says is kept in a file of its own. One that dies is begun again."""

    program: Program
    journal: Journal
    names: tuple[str, ...]
    running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    frozen: set[str] = field(default_factory=set)
    born: dict[str, tuple[float, int]] = field(default_factory=dict)
    ending: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def start(self, name: str) -> None:
        """Begin it, unless it runs."""
        if name not in self.names:
            return
        self.ended(name)
        self.wanted.add(name)
        if name in self.running and self.running[name].poll() is None:
            return
        with self._file(name).open("a") as said:
            self.born[name] = (time.monotonic(), said.tell())
            self.running[name] = self.program.start(*WORDS[name], stdout=said, stderr=said)

    def kill(self, name: str) -> None:
        """SIGKILL."""
        self._send(name, signal.SIGKILL)

    def stop(self, name: str) -> None:
        """SIGSTOP."""
        if name in self.running and self.running[name].poll() is None:
            self.frozen.add(name)
            self.running[name].send_signal(signal.SIGSTOP)

    def go_on(self, name: str) -> None:
        """SIGCONT."""
        if name in self.frozen:
            self.frozen.discard(name)
            self.running[name].send_signal(signal.SIGCONT)

    def end(self, name: str) -> None:
        """SIGTERM: it ends in order; `ended` waits for that."""
        process = self.running.get(name)
        if process is None or process.poll() is not None:
            return
        self.go_on(name)
        self.wanted.discard(name)
        self.ending.add(name)
        process.send_signal(signal.SIGTERM)

    def ended(self, name: str) -> None:
        """One that was told to end has ended, with exit code 0."""
        if name not in self.ending:
            return
        self.ending.discard(name)
        process = self.running[name]
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.wrong.append(f"{name} was told to end, and had not after {PATIENCE:g} s")
            return
        if code != 0 and not self._beginning(name, code):
            self.wrong.append(f"{name} was told to end, and ended with {code}")

    def look(self) -> None:
        """Begin those again that should run and do not; one that had begun does not end by itself."""
        for name in sorted(self.wanted):
            process = self.running[name]
            if process.poll() is None:
                continue
            self.journal.note(f"{name} is not there any more (exit code {process.returncode})", upsets=True)
            if process.returncode not in _AWAY:
                self.wrong.append(f"{name} ended by itself, with {process.returncode}")
            self.start(name)

    def close(self) -> None:
        """Kill whatever still runs."""
        self.wanted.clear()
        for process in self.running.values():
            process.kill()
            process.wait()

    def said(self) -> dict[str, str]:
        """All that each of them has said."""
        return {name: self._file(name).read_text() for name in self.names if self._file(name).exists()}

    def threads(self) -> dict[str, int]:
        """How many threads each has; nothing where the machine does not say."""
        return {name: count for name in sorted(self.wanted) if (count := self._proc(name, "task"))}

    def files(self) -> dict[str, int]:
        """How many files and sockets each has open; nothing where the machine does not say."""
        return {name: count for name in sorted(self.wanted) if (count := self._proc(name, "fd"))}

    def _send(self, name: str, number: signal.Signals) -> None:
        process = self.running.get(name)
        if process is None or process.poll() is not None:
            return
        self.wanted.discard(name)
        self.frozen.discard(name)
        process.send_signal(number)
        process.wait()

    def _beginning(self, name: str, code: int) -> bool:
        """Whether it ended so because it had only just been begun, or because what it needs was away."""
        said = self._file(name).read_text()[self.born[name][1] :]
        begun = any(line.startswith(_BEGUN) for line in said.splitlines())
        young = time.monotonic() - self.born[name][0] < _YOUNG
        return (code == -signal.SIGTERM and (young or not begun)) or (code in _AWAY and not begun)

    def _file(self, name: str) -> Path:
        return self.program.folder / f"{name}.log"

    def _proc(self, name: str, what: str) -> int:
        folder = Path("/proc") / str(self.running[name].pid) / what
        return len(os.listdir(folder)) if folder.is_dir() else 0  # noqa: PTH208 - a count, and no paths
