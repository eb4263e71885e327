"""What a process does, seen from inside: each command, each call, each ring is counted and logged.

One click can be followed through all processes: the line of its command names the incident and the version
that came of it, and so do the lines of each call that brings a mirror to that version.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from hashlib import sha256
from time import perf_counter
from typing import Protocol

from adapters.ops import about
from incident_core.commands import Command
from incident_core.errors import Conflict, IncidentError, Invalid, NotFound, OutcomeUnknown, Unavailable
from incident_core.ports.log import Answer
from incident_core.ports.mirror import Outcome
from incident_core.ports.observer import Calling

_COMMANDS = logging.getLogger("incident.command")
_MIRRORS = logging.getLogger("incident.mirror")
_SLACK = logging.getLogger("incident.slack.call")
_SOCKET = logging.getLogger("incident.slack.connection")
_FAILED: Sequence[tuple[type[IncidentError], str]] = (
    (OutcomeUnknown, "unknown"),
    (Unavailable, "unavailable"),
    (Conflict, "conflict"),
    (NotFound, "not_found"),
    (Invalid, "invalid"),
)


class Counts(Protocol):
    """What is counted; lengths of time are in seconds."""

    def command(self, move: str, result: str, source: str, seconds: float) -> None: ...
    def refusal(self, code: str) -> None: ...
    def mirror_call(self, mirror: str, method: str, ended: str) -> None: ...
    def slack_call(self, method: str, kind: str, seconds: float) -> None: ...
    def ring(self, ended: str) -> None: ...
    def connected(self, connections: int) -> None: ...


class Watching:
    """Observer, and what Slack's adapter and the queue tell; without `counts` it only writes to the log."""

    def __init__(self, counts: Counts | None) -> None:
        self._counts = counts

    def commanded(
        self, command: Command, source: str, correlation_id: str, run: Callable[[], Answer]
    ) -> Answer:
        """Perform it; what follows in this thread knows what it was about."""
        began, move, correlation = perf_counter(), command.move.value, short(correlation_id)
        about.note(correlation=correlation)
        with about.about(correlation=correlation):
            try:
                answer = run()
            except IncidentError as fault:
                self._command(move, failed(fault), source, perf_counter() - began)
                raise
        about.note(incident=answer.key or None, version=answer.last_version)
        with about.about(correlation=correlation, incident=answer.key or None, version=answer.last_version):
            self._answered(answer, move, source, perf_counter() - began)
        return answer

    def _answered(self, answer: Answer, move: str, source: str, seconds: float) -> None:
        result = "repeated" if answer.repeated else answer.result.value
        codes = () if answer.repeated else tuple(reason.code for reason in answer.reasons)
        self._command(move, result, source, seconds, codes)
        if self._counts is not None:
            for code in codes:
                self._counts.refusal(code)

    def _command(
        self, move: str, result: str, source: str, seconds: float, codes: Sequence[str] = ()
    ) -> None:
        if self._counts is not None:
            self._counts.command(move, result, source, seconds)
        more = {"move": move, "result": result, "source": source, "seconds": _rounded(seconds)}
        _line(_COMMANDS, f"{move} {result}", **more, refused=",".join(codes) or None)

    def called(self, calling: Calling, run: Callable[[], Outcome]) -> Outcome:
        """Make it; calls of Slack's methods below it know what they are about."""
        began, method = perf_counter(), plain(calling.call.method)
        with about.about(mirror=calling.mirror, incident=calling.key, version=calling.version):
            outcome = run()
            ended = outcome.ended.value
            if self._counts is not None:
                self._counts.mirror_call(calling.mirror, method, ended)
            does = "check" if calling.checking else calling.call.kind.value
            seconds = _rounded(perf_counter() - began)
            words = f"{calling.mirror}: {does} {method} {ended}"
            _line(_MIRRORS, words, method=method, does=does, ended=ended, seconds=seconds)
        return outcome

    def slack(self, method: str, kind: str, seconds: float) -> None:
        """A call of one of Slack's methods ended like this."""
        if self._counts is not None:
            self._counts.slack_call(method, kind, seconds)
        _line(_SLACK, f"{method} {kind}", method=method, ended=kind, seconds=_rounded(seconds))

    def rang(self, done: bool) -> None:
        """Other processes were rung for, or could not be."""
        if self._counts is not None:
            self._counts.ring("rung" if done else "failed")

    def connected(self, connections: int) -> None:
        """Slack greets this process, and counts so many connections of the app."""
        if self._counts is not None:
            self._counts.connected(connections)
        _line(_SOCKET, "connected to Slack", connections=connections)


def short(correlation_id: str) -> str:
    """A correlation id of the record, as the log has it: what people do with it, they cannot undo."""
    return sha256(correlation_id.encode()).hexdigest()[:12]


def failed(fault: IncidentError) -> str:
    """How a command ended that was not answered."""
    return next((word for kind, word in _FAILED if isinstance(fault, kind)), "error")


def plain(method: str) -> str:
    """What the outside limits, without the channel for which it does."""
    return method.partition(":")[0].partition(" ")[0]


def _rounded(seconds: float) -> float:
    return round(seconds, 4)


def _line(logger: logging.Logger, message: str, **known: object) -> None:
    logger.info("%s", message, extra={"about": known})
