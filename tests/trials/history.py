"""What the databases of the trials hold when a trial begins, and the commands that are tried on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from adapters.storage import Database, open_database
from adapters.system import SystemIds
from incident_core import commands as c
from incident_core.commands import Command
from incident_core.events import TextRedacted
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.ports.clock import Clock
from incident_core.ports.ids import Ids
from incident_core.ports.log import Answer, Batch, Log, Result
from incident_core.record.chain import Envelope
from incident_core.testing.memory_clock import NOON, FrozenClock
from incident_core.testing.memory_ids import CountingIds
from incident_core.usecases.perform import Perform

ANN: Final = Actor("cli", "ann")
BOB: Final = Actor("slack", "U012AB3CD", workspace="T01", login="root")
WORKSPACE: Final = "default"
POLICY: Final = Policy(required_roles=(COMMANDER, TECHNICAL_LEAD))
LATER: Final = NOON + timedelta(days=1)
WAIT: Final = 20.0  # seconds


@contextmanager
def opened(url: str, ids: Ids | None = None, wait: float = WAIT) -> Iterator[Database]:
    """The database as the program opens it."""
    database = open_database(url, ids=ids or SystemIds(), wait_seconds=wait)
    try:
        yield database
    finally:
        database.close()


def performing(log: Log, clock: Clock, ids: Ids, workspace: str = WORKSPACE) -> Perform:
    """What gives commands to a log."""
    return Perform(log, clock, ids, POLICY, workspace, "cli")


def tell(url: str) -> None:
    """Make the tables and fill them: INC-1 to INC-4, and INC-1 of another workspace, all interleaved."""
    clock = FrozenClock()
    with opened(url) as database:
        database.schema.upgrade()
        for number, (workspace, key, kind, by, values) in enumerate(_STORY):
            clock.move(timedelta(minutes=1))
            command = kind(actor=by, at=clock.now(), key=f"told-{number}", **values)
            answer = performing(database.log, clock, SystemIds(), workspace)(command, key)
            expected = Result.REFUSED if number in _REFUSED else Result.ACCEPTED
            assert answer.result is expected, (command, answer)
        redact(database.log, clock, "INC-1", version=5, field="impact", name="told-redaction")
        clock.move(timedelta(minutes=1))
        performing(database.log, clock, SystemIds())(
            c.AddTask(actor=BOB, at=clock.now(), key="told-last", text="Say sorry"), "INC-4"
        )


def redact(log: Log, clock: Clock, key: str, *, version: int, field: str, name: str) -> Answer:
    """Remove a text for good; there is no verb for it yet, so the batch is made here."""
    loaded = log.load(WORKSPACE, key, ANN)
    assert loaded is not None
    envelope = Envelope(WORKSPACE, loaded.incident_id, ANN, "cli", name, name, clock.now())
    event = TextRedacted(actor=ANN, at=clock.now(), version=version, field=field, reason="a name")
    return log.commit(Batch(envelope, name, loaded.incident, Result.ACCEPTED, (event,)))


_REFUSED = (8,)
_STORY: tuple[tuple[str, str | None, type[Command], Actor, dict[str, Any]], ...] = (
    (WORKSPACE, None, c.Open, ANN, {"title": "API is slow <&> 🔥", "severity": Severity.SEV2}),
    (WORKSPACE, None, c.Open, BOB, {"title": "Somebody reads our mail", "private": True}),
    ("other", None, c.Open, BOB, {"title": "API is slow <&> 🔥", "declare": True}),
    (WORKSPACE, "INC-1", c.Declare, ANN, {}),
    (
        WORKSPACE,
        "INC-1",
        c.SendUpdate,
        BOB,
        {"text": "We know", "impact": "Ann Onymous cannot pay", "components": ("api", "web")},
    ),
    (WORKSPACE, None, c.Open, ANN, {"title": "שלום", "declare": True, "drill": True}),
    (WORKSPACE, "INC-2", c.Grant, BOB, {"who": ANN}),
    (
        WORKSPACE,
        "INC-1",
        c.AddEvidence,
        ANN,
        {"url": "https://example.com/é?x=%20", "note": "a graph \ufffd"},
    ),
    (WORKSPACE, "INC-3", c.Resolve, ANN, {}),
    (WORKSPACE, "INC-3", c.Resolve, ANN, {"override": "she sleeps"}),
    ("other", "INC-1", c.AddFollowUp, BOB, {"text": "Buy a faster one", "owner": ANN}),
    (WORKSPACE, None, c.Open, BOB, {"title": "Nothing yet"}),
)


@dataclass(frozen=True)
class Trial:
    """One command that is tried: how it is given, and how it ends."""

    give: Callable[[Log, Clock, Ids], Answer]
    result: Result = Result.ACCEPTED


def _trial(kind: type[Command], key: str | None, result: Result = Result.ACCEPTED, **values: Any) -> Trial:
    def give(log: Log, clock: Clock, ids: Ids) -> Answer:
        command = kind(actor=ANN, at=clock.now(), key="tried", **values)
        return performing(log, clock, ids)(command, key)

    return Trial(give, result)


TRIALS: Final = {
    "open": _trial(c.Open, None, title="A new one", severity=Severity.SEV1, declare=True, private=True),
    "declare": _trial(c.Declare, "INC-4", commander=BOB),
    "update": _trial(c.SendUpdate, "INC-1", text="Mended", impact="none", components=("api",)),
    "close": _trial(c.Close, "INC-3", duplicate_of="INC-1"),
    "refused": _trial(c.Close, "INC-1", Result.REFUSED),
    "unchanged": _trial(c.Claim, "INC-1", Result.UNCHANGED, role=COMMANDER),
    "redact": Trial(
        lambda log, clock, _: redact(log, clock, "INC-1", version=1, field="title", name="tried")
    ),
}
"""The commands, each about what `tell` told."""


def give(url: str, name: str) -> Answer:
    """Give one of TRIALS, with the same ids and the same time each time."""
    ids = CountingIds()
    with opened(url, ids) as database:
        return TRIALS[name].give(database.log, FrozenClock(LATER), ids)
