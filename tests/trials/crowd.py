"""Processes that give commands at the same moment, and what each of them saw."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from time import perf_counter
from typing import Any

from adapters.system import SystemClock, SystemIds
from incident_core.commands import Command
from incident_core.errors import Conflict
from incident_core.model.actor import Actor
from incident_core.ports.log import Answer, Batch, Loaded, Log
from tests.trials.history import ANN, opened, performing
from tests.trials.processes import LONG, context, ended, received, running

EIGHT = 8


@dataclass(frozen=True)
class Job:
    """A command about the incident `about`, under the command key `name`."""

    name: str
    kind: type[Command]
    about: str | None
    values: dict[str, Any]
    by: Actor = ANN


@dataclass(frozen=True)
class Seen:
    """What one process saw: its answers in order; how often it committed, and lost to somebody faster.

    `worst` is how often a single command lost, `seconds` how long they took together.
    """

    answers: tuple[Answer, ...]
    commits: int
    conflicts: int
    worst: int
    seconds: float


class Counting:
    """The Log that it is given, which counts commits and conflicts."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.commits = 0
        self.conflicts = 0

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        return self._log.answered(workspace, command_key)

    def load(self, workspace: str, key: str, viewer: Actor) -> Loaded | None:
        return self._log.load(workspace, key, viewer)

    def commit(self, batch: Batch) -> Answer:
        self.commits += 1
        try:
            return self._log.commit(batch)
        except Conflict:
            self.conflicts += 1
            raise


def at_once(url: str, jobs: Sequence[Sequence[Job]]) -> list[Seen]:
    """A process for each list of jobs, all begun at the same moment; what each saw, in their order."""
    barrier = context().Barrier(len(jobs))
    with ExitStack() as stack:
        crowd = [stack.enter_context(running(_work, barrier, url, each)) for each in jobs]
        seen: list[Seen] = [each for _, pipe in crowd for each in received(pipe)]
        assert len(seen) == len(jobs), "a process failed; its error is on standard error"
        assert [ended(process) for process, _ in crowd] == [0] * len(jobs)
    return seen


def _work(pipe: Connection, barrier: Barrier, url: str, jobs: Sequence[Job]) -> None:
    with opened(url) as database:
        log = Counting(database.log)
        perform = performing(log, SystemClock(), SystemIds())
        barrier.wait(LONG)
        begun = perf_counter()
        answers, lost = [], []
        for job in jobs:
            before = log.conflicts
            command = job.kind(actor=job.by, at=SystemClock().now(), key=job.name, **job.values)
            answers.append(perform(command, job.about))
            lost.append(log.conflicts - before)
        seconds = perf_counter() - begun
        pipe.send(Seen(tuple(answers), log.commits, log.conflicts, max(lost), seconds))
