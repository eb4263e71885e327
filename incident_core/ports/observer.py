"""Observer: is there while a command is performed and a mirror is called, and changes nothing of either.

Each of its methods calls `run` once and gives what that gives; what it raises is raised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from incident_core.commands import Command
from incident_core.ports.log import Answer
from incident_core.ports.mirror import Call, Outcome


@dataclass(frozen=True, slots=True)
class Calling:
    """A call, and what it is about: version `version` of the incident `key` in `mirror`.

    `key` None: everything in a workspace. `checking`: not to make it, but to find out what became of it.
    """

    mirror: str
    key: str | None
    version: int
    call: Call
    checking: bool = False


class Observer(Protocol):
    """Any number of threads may call; it raises nothing of its own, and takes no time to speak of."""

    def commanded(
        self, command: Command, source: str, correlation_id: str, run: Callable[[], Answer]
    ) -> Answer:
        """A command that came from `source`; a repeat is one too."""
        ...

    def called(self, calling: Calling, run: Callable[[], Outcome]) -> Outcome:
        """A call to the outside, in the thread that makes it."""
        ...


class _Nobody:
    def commanded(
        self, command: Command, source: str, correlation_id: str, run: Callable[[], Answer]
    ) -> Answer:
        return run()

    def called(self, calling: Calling, run: Callable[[], Outcome]) -> Outcome:
        return run()


NOBODY: Observer = _Nobody()
"""The Observer where nobody wants to know."""
