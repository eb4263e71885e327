"""A log that has something of everything, and copies of it that a test may damage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from uuid import UUID

from incident_core import commands as c
from incident_core import events as e
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.record.audit import Audited
from incident_core.record.chain import Head, Sealed, hash_of
from incident_core.record.codec import SaltedText
from incident_core.testing.contracts import ANN, BOB, Desk
from incident_core.testing.memory import Memory, MemoryLedger, MemoryStore
from incident_core.usecases.verify import verify


def honest() -> Memory:
    """Three incidents in two workspaces whose commands alternate, an override and a redaction among them."""
    return _built()[0]


def redacted_text() -> SaltedText:
    """The text that was redacted in the honest log, as it was."""
    return _built()[1]


@cache
def _built() -> tuple[Memory, SaltedText]:
    memory = Memory()
    one = Desk(MemoryStore.over(memory), Policy(required_roles=("technical_lead",)), "one")
    two = one.other(workspace="two")
    for step in range(3):
        one.clock.move(timedelta(minutes=1))
        desk = two if step == 1 else one
        key = desk.open(f"Incident {step}", by=BOB, declare=True, severity=Severity.SEV2)
        desk.do(c.SendUpdate, key, text=f"update {step}", impact="some", components=("web", "api"))
        one.do(c.AddEvidence, "INC-1", url=f"https://example.com/{step}", note=f"note {step}")
    one.do(c.Resolve, "INC-1", override="nobody is awake")
    title = memory.texts[memory.events[0].event_id]["title"]
    redacted = e.TextRedacted(actor=ANN, at=one.clock.now(), version=1, field="title", reason="a token")
    one.store.log.commit(one.batch(one.load("INC-1"), redacted))
    two.do(c.AddTask, "INC-1", text="the last")
    return memory, title


def copy(memory: Memory) -> Memory:
    """The same log, apart: what is done to its lists is not done to the other."""
    other = Memory()
    other.head, other.events = memory.head, list(memory.events)
    other.numbers = memory.numbers
    other.texts = {event_id: dict(texts) for event_id, texts in memory.texts.items()}
    return other


def audited(memory: Memory, against: Head | None = None) -> Audited:
    """What the audit says of it."""
    return verify(MemoryLedger(memory), against=() if against is None else (against,))


def rewritten(memory: Memory, events: Sequence[Sealed]) -> Memory:
    """A log of these events in which everything fits again: sequence, versions, hashes, texts and head."""
    other = Memory()
    versions: dict[UUID, int] = {}
    for seq, sealed in enumerate(events, start=1):
        incident_id = sealed.envelope.incident_id
        versions[incident_id] = versions.get(incident_id, 0) + 1
        moved = replace(sealed, seq=seq, version=versions[incident_id], previous=other.head.hash)
        chained = replace(moved, hash=hash_of(moved))
        other.events.append(chained)
        other.texts[chained.event_id] = dict(memory.texts[chained.event_id])
        other.head = Head(seq, seq, chained.hash, chained.envelope.recorded_at)
    return other


def with_texts(memory: Memory) -> list[tuple[Sealed, Mapping[str, SaltedText]]]:
    """The events that have texts, with them."""
    return [
        (sealed, memory.texts[sealed.event_id]) for sealed in memory.events if memory.texts[sealed.event_id]
    ]


def redaction(memory: Memory) -> tuple[Sealed, Sealed]:
    """The event whose text was redacted, and the one that says so."""
    says = next(sealed for sealed in memory.events if sealed.type == "text_redacted")
    version = json.loads(says.body)["version"]
    stream = [each for each in memory.events if each.envelope.incident_id == says.envelope.incident_id]
    return stream[version - 1], says


def assert_found_at(memory: Memory, place: int, sentence: str = "") -> None:
    """The audit names the event at this place (from 0), in these words."""
    finding = audited(memory).finding
    assert finding is not None
    assert f"event {place + 1}" in finding.sentence
    assert sentence in finding.sentence
