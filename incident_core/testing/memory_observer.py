"""The Observer in memory: it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Lock

from incident_core.commands import Command
from incident_core.errors import IncidentError
from incident_core.ports.log import Answer
from incident_core.ports.mirror import Outcome
from incident_core.ports.observer import Calling


class MemoryObserver:
    """Observer: `commands` by move, source and how they ended, `calls` by mirror, key, version and end."""

    def __init__(self) -> None:
        self.commands: Counter[tuple[str, str, str]] = Counter()
        self.calls: Counter[tuple[str, str | None, int, str]] = Counter()
        self._lock = Lock()

    def commanded(
        self, command: Command, source: str, correlation_id: str, run: Callable[[], Answer]
    ) -> Answer:
        """Count it, also where it fails."""
        ended = "failed"
        try:
            answer = run()
            ended = "repeated" if answer.repeated else answer.result.value
        except IncidentError as fault:
            ended = type(fault).__name__
            raise
        finally:
            with self._lock:
                self.commands[command.move.value, source, ended] += 1
        return answer

    def called(self, calling: Calling, run: Callable[[], Outcome]) -> Outcome:
        """Count it."""
        outcome = run()
        with self._lock:
            self.calls[calling.mirror, calling.key, calling.version, outcome.ended.value] += 1
        return outcome
