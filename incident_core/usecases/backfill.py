"""Bring in incidents from before: examine every row first, then write those that are not there yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter

from incident_core.errors import Invalid
from incident_core.events import Imported
from incident_core.guards.refusal import Refused
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.ports.ids import Ids
from incident_core.ports.intake import History, Intake
from incident_core.ports.log import Answer
from incident_core.usecases.backfilling.past import Past
from incident_core.usecases.history import Origin, decided, noted

SOURCE = "import"

BATCH = 250
"""Incidents that are written in one transaction, at most."""

_KEYS = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """An incident from before, and the line of the file that tells of it."""

    line: int
    past: Past


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done: `new` in the order of writing, each after what it is a duplicate of.

    `there` were brought in before; of those, `changed` say something else now. `faults` are sentences, by
    line. `keys` are those of incidents that are there already, by their origin.
    """

    new: tuple[Row, ...]
    there: int
    changed: tuple[Row, ...]
    faults: tuple[tuple[int, str], ...]
    keys: dict[str, str]


@dataclass(frozen=True, slots=True)
class Backfill:
    """`by` brings them in at `now` (UTC), decided under this policy."""

    intake: Intake
    ids: Ids
    policy: Policy
    workspace: str
    by: Actor
    now: datetime

    def plan(self, rows: Iterable[Row]) -> Plan:
        """Examine the rows; nothing is written."""
        examining = _Examining(self)
        for row in rows:
            examining.add(row)
        return examining.plan()

    def write(self, plan: Plan, told: Callable[[int], None] = lambda _: None) -> int:
        """Write the new ones, some hundred at a time; how many, which `told` hears after each transaction.

        Raises Unavailable and OutcomeUnknown; what was written before that stays, and is there next time.
        """
        keys, done = dict(plan.keys), 0
        for batch in _batches(plan):
            histories = [self._history(row.past, keys) for row in batch]
            answers = self.intake.take(histories)
            for row, answer in zip(batch, answers, strict=True):
                keys[row.past.origin] = answer.key
                done += not answer.repeated
            told(done)
        return done

    def fault(self, past: Past) -> str | None:
        """Why the rules would not have it, or None."""
        try:
            found = self._decided(past, None if past.duplicate_of is None else "INC-1")
        except Invalid as fault:
            return fault.sentence
        if isinstance(found, Refused):
            return " ".join(reason.sentence.replace("INC-?", "It") for reason in found.reasons)
        return None

    def known(self, rows: list[Row]) -> dict[str, Answer]:
        """The answers to those that were brought in before, by the key of their first command."""
        found: dict[str, Answer] = {}
        for start in range(0, len(rows), _KEYS):
            keys = [row.past.key for row in rows[start : start + _KEYS]]
            found.update(self.intake.known(self.workspace, keys))
        return found

    def _decided(self, past: Past, original: str | None) -> History | Refused:
        origin = Origin(self.workspace, SOURCE, self.ids.uuid(), self.now)
        return decided(self.policy, origin, past.commands(original))

    def _history(self, past: Past, keys: dict[str, str]) -> History:
        original = None if past.duplicate_of is None else keys[past.duplicate_of]
        found = self._decided(past, original)
        assert isinstance(found, History), "it was examined before"
        return _signed(found, past, Imported(actor=self.by, at=self.now, origin=past.origin))


@dataclass
class _Examining:
    """The rows of one file, sorted out as they come."""

    backfill: Backfill
    rows: list[Row] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Keep it, or what is wrong with it."""
        first = self.lines.setdefault(row.past.origin, row.line)
        if first != row.line:
            self.faults.append((row.line, f"{row.past.origin} is in line {first} already."))
            return
        fault = self.backfill.fault(row.past)
        if fault is not None:
            self.faults.append((row.line, fault))
        self.rows.append(row)

    def plan(self) -> Plan:
        """All of them together: which are new, and in which order they can be written."""
        known = self.backfill.known(self.rows)
        keys = self._originals(known)
        there = [row for row in self.rows if row.past.key in known]
        changed = [row for row in there if known[row.past.key].request != row.past.digest()]
        new = [row for row in self.rows if row.past.key not in known]
        self.faults += _unknown_originals(new, keys, self.lines)
        ordered = tuple(_ordered(new, self.faults))
        return Plan(ordered, len(there), tuple(changed), tuple(sorted(self.faults, key=itemgetter(0))), keys)

    def _originals(self, known: dict[str, Answer]) -> dict[str, str]:
        """The keys of incidents that are there, and of which something in the file is a duplicate."""
        named = {row.past.duplicate_of for row in self.rows if row.past.duplicate_of is not None}
        elsewhere = [Past.key_of(each) for each in named if each not in self.lines]
        answers = known | dict(self.backfill.intake.known(self.backfill.workspace, elsewhere))
        return {each: answers[key].key for each in named if (key := Past.key_of(each)) in answers}


def _unknown_originals(
    rows: list[Row], keys: dict[str, str], lines: dict[str, int]
) -> Iterator[tuple[int, str]]:
    for row in rows:
        original = row.past.duplicate_of
        if original is not None and original not in keys and original not in lines:
            yield (
                row.line,
                f"It is a duplicate of {original}, which is neither in the file nor brought in before.",
            )


def _ordered(rows: list[Row], faults: list[tuple[int, str]]) -> Iterator[Row]:
    """The oldest first, but each after what it is a duplicate of."""
    waiting = {row.past.origin: row for row in rows}
    for row in sorted(rows, key=lambda each: (each.past.opened_at, each.line)):
        chain: dict[str, Row] = {}
        origin: str | None = row.past.origin
        while origin in waiting and origin not in chain:
            chain[origin] = waiting[origin]
            origin = waiting[origin].past.duplicate_of
        if origin in chain:
            faults.append((row.line, f"It is a duplicate of {row.past.duplicate_of}, and that is one of it."))
        for name in reversed(chain):
            yield waiting.pop(name)


def _batches(plan: Plan) -> Iterator[list[Row]]:
    """Some hundred at a time; what one is a duplicate of is in an earlier batch."""
    batch: list[Row] = []
    origins: set[str] = set()
    for row in plan.new:
        if len(batch) == BATCH or row.past.duplicate_of in origins:
            yield batch
            batch, origins = [], set()
        batch.append(row)
        origins.add(row.past.origin)
    if batch:
        yield batch


def _signed(history: History, past: Past, imported: Imported) -> History:
    """The history with where it comes from at its end; its first command is known by the whole content."""
    digest = past.digest()
    opening, *rest = history.batches
    first = History((replace(opening, request=digest), *rest), history.incident)
    return noted(first, imported, f"{past.key}:imported", digest)
