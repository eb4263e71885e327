"""Whether the log is what was written: the first bad place, or none; one pass, however long it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from incident_core.errors import IncidentError
from incident_core.record.chain import GENESIS, Head, Sealed, hash_of
from incident_core.record.codec import SaltedText, digest, text_fields

Stored = tuple[Sealed, Mapping[str, SaltedText]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A bad place: its sequence (None: beyond the events), the incident (None: unknown), the fault."""

    seq: int | None
    incident_id: UUID | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Audited:
    """How many events were read, the head that they lead to, and the first bad place (None: all is well)."""

    checked: int
    head: Head
    finding: Finding | None


class Unreadable(IncidentError):
    """Raised by a ledger for a stored row that cannot be read any more; what is unknown of it is None."""

    def __init__(self, seq: int | None, incident_id: UUID | None, fault: str) -> None:
        super().__init__(fault)
        self.finding = Finding(seq, incident_id, fault)


class Audit:
    """Feed it every event in order of sequence, then ask `result`; it stops at the first bad place.

    `against` are heads that were noted earlier, outside: each has to be that of the log at its sequence.
    """

    def __init__(self, *, whole: bool = True, against: Iterable[Head] = ()) -> None:
        self._whole = whole
        self._noted: dict[int, set[str]] = {}
        for head in against:
            if head.seq:
                self._noted.setdefault(head.seq, set()).add(head.hash)
        self._head = Head()
        self._checked = 0
        self._kept: dict[UUID, list[int]] = {}
        self._bits: dict[str, int] = {}
        self._absent: dict[tuple[UUID, int, str], int] = {}
        self.finding: Finding | None = None

    def read(self, stored: Iterable[Stored]) -> Audit:
        """Check these events, until one is bad."""
        try:
            for sealed, texts in stored:
                sentence = self._check(sealed, texts)
                if sentence is not None:
                    self.finding = Finding(sealed.seq, sealed.envelope.incident_id, sentence)
                    break
        except Unreadable as error:
            self.finding = error.finding
        return self

    def result(self, head: Head | None = None, orphans: Iterable[UUID] = ()) -> Audited:
        """The verdict, with the stored head and the events that texts name but the log has not."""
        try:
            self.finding = self.finding or next(self._end(head, orphans), None)
        except Unreadable as error:
            self.finding = error.finding
        return Audited(self._checked, self._head, self.finding)

    def _check(self, sealed: Sealed, texts: Mapping[str, SaltedText]) -> str | None:
        """The fault of this event, or None once it is accepted."""
        try:
            fault = next(self._faults(sealed, texts), None)
            if fault is None:
                self._accept(sealed, texts)
        except (ValueError, TypeError, LookupError, AttributeError):  # a body that was never ours
            return f"event {sealed.seq} has a body that cannot be read"
        return fault

    def _faults(self, sealed: Sealed, texts: Mapping[str, SaltedText]) -> Iterator[str]:
        expected = self._head.seq + 1
        if self._whole and sealed.seq != expected:
            yield f"event {expected} is missing: the next one is {sealed.seq}"
        if self._whole and sealed.previous != self._head.hash:
            yield f"event {sealed.seq} does not follow the event before it"
        if not _has_its_hash(sealed):
            yield f"event {sealed.seq} was changed: its hash is another"
        version = len(self._kept.get(sealed.envelope.incident_id, ())) + 1
        if sealed.version != version:
            yield f"event {sealed.seq} has version {sealed.version} where {version} belongs"
        if self._head.recorded_at and sealed.envelope.recorded_at < self._head.recorded_at:
            yield f"event {sealed.seq} was recorded before the event before it"
        yield from self._text_faults(sealed, texts)
        if not self._noted.get(sealed.seq, set()) <= {sealed.hash}:
            yield f"event {sealed.seq} is not the one whose hash was noted: the log was rewritten"

    def _text_faults(self, sealed: Sealed, texts: Mapping[str, SaltedText]) -> Iterator[str]:
        told = text_fields(json.loads(sealed.body))
        for name, salted in texts.items():
            if name not in told:
                yield f"event {sealed.seq} has a text {name!r} that it does not tell of"
            elif digest(salted) != told[name]:
                yield f"the text {name!r} of event {sealed.seq} was changed"
        for name in told.keys() - texts.keys():
            self._absent[sealed.envelope.incident_id, sealed.version, name] = sealed.seq
        if sealed.type == "text_redacted" and self._is_kept(sealed):
            yield f"event {sealed.seq} redacted a text that is still there"

    def _is_kept(self, redaction: Sealed) -> bool:
        """Whether the text that this event redacts is still there."""
        body = json.loads(redaction.body)
        kept = self._kept.get(redaction.envelope.incident_id, [])
        bit = self._bits.get(body["field"], 0)
        return 1 <= body["version"] <= len(kept) and bool(kept[body["version"] - 1] & bit)

    def _accept(self, sealed: Sealed, texts: Mapping[str, SaltedText]) -> None:
        self._checked += 1
        self._head = Head(sealed.seq, self._checked, sealed.hash, sealed.envelope.recorded_at)
        bits = sum(self._bits.setdefault(name, 1 << len(self._bits)) for name in texts)
        self._kept.setdefault(sealed.envelope.incident_id, []).append(bits)
        if sealed.type == "text_redacted":
            body = json.loads(sealed.body)
            self._absent.pop((sealed.envelope.incident_id, body["version"], body["field"]), None)

    def _end(self, head: Head | None, orphans: Iterable[UUID]) -> Iterator[Finding]:
        if head is not None and (head.seq, head.count, head.hash) != self._end_of_log():
            yield Finding(
                self._head.seq + 1, None, f"the log ends at event {self._head.seq}, its head is at {head.seq}"
            )
        if head is not None and head.recorded_at != self._head.recorded_at:
            yield Finding(self._head.seq, None, "the head of the log has another time than its last event")
        last = max(self._noted, default=0)
        if last > self._head.seq:
            sentence = f"the log ends at event {self._head.seq}, a head was noted at {last}"
            yield Finding(self._head.seq + 1, None, sentence)
        # After the cuts, since what was cut off may have been the redaction of these.
        for (incident_id, _, name), seq in sorted(self._absent.items(), key=lambda item: item[1]):
            yield Finding(seq, incident_id, f"the text {name!r} of event {seq} is missing")
        for event_id in orphans:
            yield Finding(None, None, f"a text belongs to the event {event_id}, which is not in the log")

    def _end_of_log(self) -> tuple[int, int, str]:
        return (self._head.seq, self._checked, self._head.hash if self._checked else GENESIS)


def _has_its_hash(sealed: Sealed) -> bool:
    try:
        return hash_of(sealed) == sealed.hash
    except ValueError:  # what was changed has not even the form of an event any more
        return False
