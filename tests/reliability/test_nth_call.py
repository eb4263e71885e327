"""Whichever call to the database fails, and however: nothing is half done, and a repeat does it once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from threading import get_ident
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from adapters.storage import Database
from adapters.system import SystemClock, SystemIds
from incident_core import commands as c
from incident_core.errors import Unavailable
from incident_core.model.severity import Severity
from incident_core.ports.log import Answer, Result
from incident_core.ports.mirrors import Effect
from tests.databases import opened as opened_for
from tests.sizes import ALL
from tests.trials.history import ANN, opened, performing
from tests.trials.places import Place
from tests.trials.soundness import assert_sound

RAISED = "DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '{}'; END $$"
CODES = {
    "serialization failure": RAISED.format("40001"),
    "deadlock": RAISED.format("40P01"),
    "cancelled": RAISED.format("57014"),
    "full": RAISED.format("53100"),
    "too many connections": RAISED.format("53300"),
    "disconnected": "SELECT pg_terminate_backend(pg_backend_pid())",
}
"""What PostgreSQL itself is made to say, in place of its answer; SQLite is interrupted."""

MOST = 200
"""No command takes so many statements."""


@dataclass
class Spoiling:
    """The `number`-th statement of this thread fails in the database itself, in the way `statement` says."""

    number: int
    statement: str
    seen: list[str] = field(default_factory=list)
    interrupted: list[Any] = field(default_factory=list)

    def __call__(
        self, connection: Connection, _: Any, statement: str, parameters: Any, *__: Any
    ) -> tuple[str, Any]:
        self.seen.append(statement)
        if len(self.seen) != self.number:
            return statement, parameters
        if connection.dialect.name == "postgresql":
            return self.statement, ()
        self._interrupt(connection.connection.driver_connection)
        return statement, parameters

    def _interrupt(self, raw: Any) -> None:
        answers = iter([1])
        self.interrupted.append(raw)
        raw.set_progress_handler(lambda: next(answers, 0), 1)

    @property
    def spoilt(self) -> bool:
        """Whether so many statements were made at all."""
        return len(self.seen) >= self.number


@contextmanager
def spoiling(number: int, statement: str) -> Iterator[Spoiling]:
    """Meanwhile it fails."""
    me, spoilt = get_ident(), Spoiling(number, statement)

    def note(*arguments: Any) -> tuple[str, Any]:
        return spoilt(*arguments) if get_ident() == me else (arguments[2], arguments[3])

    event.listen(Engine, "before_cursor_execute", note, retval=True)
    try:
        yield spoilt
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        for raw in spoilt.interrupted:
            raw.set_progress_handler(None, 0)


def ways(place: Place, number: int) -> list[str]:
    """How this call fails: in one way, another each time, and in `make trials` in each."""
    if place.kind == "sqlite":
        return [""]
    found = list(CODES.values())
    return found if ALL else [found[number % len(found)]]


COMMANDS: dict[str, tuple[type[c.Command], str | None, dict[str, Any]]] = {
    "open": (c.Open, None, {"title": "Disk full", "declare": True, "severity": Severity.SEV1}),
    "update": (c.SendUpdate, "INC-1", {"text": "We look", "impact": "some"}),
    "resolve, which is refused": (c.Resolve, "INC-4", {}),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_whose_nth_call_fails_changes_nothing_and_is_done_once_by_the_repeat(
    told: Place, name: str, figure: Callable[[str], None]
) -> None:
    kind, key, values = COMMANDS[name]
    command = kind(actor=ANN, at=SystemClock().now(), key="nth", **values)
    before, failures = told.content(), 0

    def give(database: Database) -> Answer:
        return performing(database.log, SystemClock(), SystemIds())(command, key)

    answer: Answer | None = None
    with opened(told.url) as database:
        database.ledger.find("", "")  # the first use looks at the tables
        for number in range(1, MOST):
            for way in ways(told, number):
                with spoiling(number, way) as spoilt, suppress(Unavailable, DBAPIError):
                    answer = give(database)
                if answer is not None:
                    break
                assert spoilt.spoilt
                assert told.content() == before, spoilt.seen[-1]
                failures += 1
            if answer is not None:
                break
    assert answer is not None
    assert not answer.repeated
    assert failures >= 5
    assert told.content() != before
    assert_sound(told)
    expected = Result.REFUSED if "refused" in name else Result.ACCEPTED
    assert answer.result is expected
    figure(f"{told.kind}, {name}: failed {failures} times")


def test_a_worker_whose_nth_call_fails_leaves_the_incident_to_be_done(told: Place) -> None:
    """Claim, read, save and settle: whatever fails, the next one finds it, and what was saved stays."""
    now = SystemClock().now()
    database = opened_for(told.url, mirrors=("webhook",))
    try:
        performing(database.log, SystemClock(), SystemIds())(
            c.Open(actor=ANN, at=now, key="mirrored", title="Mirrored"), None
        )
        for number, later in zip(range(1, MOST), count(1), strict=False):
            at = now + timedelta(minutes=later)
            done = False
            with spoiling(number, ways(told, number)[0]) as spoilt, suppress(Unavailable, DBAPIError):
                done = _worked(database, at)
            if not spoilt.spoilt:
                assert done
                break
        assert number > 5
        assert database.backlog.lags("default", None, 10) == ()
    finally:
        database.close()
    assert_sound(told)


def _worked(database: Database, at: Any) -> bool:
    claims = database.mirrors.claim(("webhook",), at, at + timedelta(seconds=15), 1)
    for claim in claims:
        gap = database.mirrors.gap(claim)
        database.mirrors.save(claim, [Effect("said", done=True, external_id="1")], {})
        database.mirrors.settle(claim, gap.revision, gap.wanted, None, None)
    return bool(claims)
