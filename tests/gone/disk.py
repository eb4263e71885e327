"""A bot over a SQLite file on a small disk: a process of its own sees the disk, fills it and makes room."""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Program
from tests.trials.places import Place
from tests.trials.processes import LONG, received, running
from tests.trials.processes import ended as ended_there
from tests.trials.small_disk import Disk, try_disk
from tests.trials.soundness import assert_sound

SMALL, LARGE = 4 << 20, 16 << 20
"""Bytes: a new database and what is beside it take less than one million of them."""


@dataclass(frozen=True)
class Crowded:
    """The bot of `program`, whose database lies on the disk; only asked over the pipe."""

    pipe: Connection

    def fill(self) -> None:
        """Leave no room on the disk."""
        self._do("fill")

    def make_room(self) -> None:
        """Let there be enough."""
        self._do("make room")

    def events(self) -> int:
        """How many events there are; fails unless the record is sound."""
        return int(self._do("events"))

    def runs(self) -> bool:
        """Whether the bot has not ended."""
        return self._do("runs") is True

    def ended(self) -> tuple[int, str]:
        """End it; its exit code, and what it has said."""
        code, said = self._do("end")
        return int(code), str(said)

    def _do(self, what: str) -> Any:
        self.pipe.send(what)
        return next(received(self.pipe))


@contextmanager
def crowded(program: Program, template: Path) -> Iterator[Crowded]:
    """It runs inside the block, as `incident slack run`, over a copy of this database."""
    with running(_keep, program, template) as (process, pipe):
        try:
            yield Crowded(pipe)
        finally:  # it has to end the bot itself
            pipe.send(None)
            code = ended_there(process)
        assert code == 0


@contextmanager
def no_larger(pid: int, size: int) -> Iterator[None]:
    """Inside the block this process can write no file beyond so many bytes."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def disk_or_skip(folder: Path) -> Path:
    """The folder, made; skips where the system lets nobody but root mount something there."""
    folder.mkdir()
    with running(try_disk, folder) as (process, pipe):
        (refusal,) = received(pipe)
        assert ended_there(process) == 0
    if refusal is not None:
        pytest.skip(f"this user may mount nothing here: {refusal}; a full file is tried in tests/storage")
    return folder


def _keep(pipe: Connection, program: Program, template: Path) -> None:
    """In a process that has the disk to itself; what the bot says lies elsewhere."""
    disk = Disk(program.file.parent, SMALL)
    shutil.copy(template, program.file)
    with (program.folder / "said").open("w") as said:
        bot = program.start("slack", "run", stdout=said, stderr=said)
    try:
        for what in received(pipe):
            if what is None:
                return
            pipe.send(_done(what, disk, program, bot))
    finally:
        bot.kill()
        bot.wait(LONG)


def _done(what: str, disk: Disk, program: Program, bot: subprocess.Popen[str]) -> Any:
    if what == "fill":
        return _fill(program.file.with_name("ballast"))
    if what == "make room":
        return disk.grow(LARGE)
    if what == "events":
        return assert_sound(Place(program.url))
    if what == "runs":
        return bot.poll() is None
    bot.terminate()
    return bot.wait(LONG), (program.folder / "said").read_text(encoding="utf-8")


def _fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open("wb", buffering=0) as stream:  # until there is no space left
        while stream.write(bytes(512)):
            pass
