"""What a row of a file says of an incident from before: two headings are understood, ours and Case's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from incident_core.errors import Invalid
from incident_core.model.milestone import DURATIONS, Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.role import COMMANDER
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.model.times import to_iso, utc
from incident_core.record.sheet import unguarded
from incident_core.usecases.backfilling.past import Past

Person = Callable[[str], Any]

_TIMES = (*(each.value for each in Milestone), "review_done_at")
_PEOPLE = ("opened_by", "declared_by", "resolved_by", "closed_by")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_WORDS: dict[str, type[StrEnum]] = {"severity": Severity, "status": Status, "outcome": Outcome}
_NEED_DECLARED = ("acknowledged_at", "mitigated_at", "resolved_at", "status")
_REQUIRED = ("origin", "title", "opened_at")
_LONGEST_ORIGIN = 150

_OURS = {
    name: name
    for name in (
        "origin", "title", "drill", "private", "duplicate_of", *_WORDS, *_PEOPLE, *_TIMES,
    )
} | {"key": "origin"}  # fmt: skip
_DERIVED = frozenset(
    (
        "stage",
        *(each.name for each in DURATIONS),
        *(f"time_in_{stage}" for stage in Stage),
        "left_out",
        "version",
    )
)
_CASE = {
    "Investigation Name": "origin",
    "Title": "title",
    "Created By": "opened_by",
    "Created At": "opened_at",
    "Closed By": "closed_by",
    "Closed At": "closed_at",
    "Escalated to Incident": "declared",
    "Incident Commander": f"role_{COMMANDER}",
    "Escalated At": "declared_at",
    "Resolved By": "resolved_by",
    "Resolved At": "resolved_at",
}
_CASE_DERIVED = frozenset(("status", "events count", "duration (hours)", "resolution time (hours)"))


@dataclass(frozen=True, slots=True)
class Fault(Exception):
    """What is wrong with a row, in sentences."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns that are understood, as (place, name as written, field); `ignored` are unknown ones."""

    kind: str
    columns: tuple[tuple[int, str, str], ...]
    ignored: tuple[str, ...]
    width: int

    def name(self, field: str) -> str:
        """How the file calls this field."""
        return next((name for _, name, each in self.columns if each == field), field)


def heading(cells: Sequence[str], roles: Sequence[str]) -> Heading:
    """Which of the two it is; raises Invalid for another. `roles` are those that can be held here."""
    names = [cell.strip() for cell in cells]
    folded = [name.lower() for name in names]
    ours = "investigation name" not in folded
    written = {**_OURS, **{f"role_{role}": f"role_{role}" for role in roles}} if ours else _CASE
    if ours and "origin" in folded:
        del written["key"]
    known = {name.lower(): field for name, field in written.items()}
    columns = tuple((place, names[place], known[each]) for place, each in enumerate(folded) if each in known)
    _refuse_others([field for _, _, field in columns], {field: name for name, field in written.items()})
    understood = {"", *known, *(_DERIVED if ours else _CASE_DERIVED)}
    ignored = tuple(name for name, each in zip(names, folded, strict=True) if each not in understood)
    return Heading("our own export" if ours else "Case's export", columns, ignored, len(names))


def _refuse_others(found: list[str], names: Mapping[str, str]) -> None:
    missing = [names[field] for field in _REQUIRED if field not in found]
    if missing:
        raise Invalid(
            "heading",
            f"The file has no column {' and no column '.join(missing)}: its first line names the columns, "
            "as incident export writes them, or Case.",
        )
    twice = [names[field] for field in dict.fromkeys(found) if found.count(field) > 1]
    if twice:
        raise Invalid("heading", f"The file has the column {twice[0]} twice.")


@dataclass(frozen=True, slots=True)
class Reading:
    """How cells are understood: `person` is who a name means (raises Invalid), `zone` that of naive times.

    `giver` is who opened what does not say it.
    """

    heading: Heading
    person: Person
    giver: Any
    now: datetime
    zone: tzinfo | None = None

    def past(self, cells: Sequence[str]) -> Past:
        """What the row says; raises Fault with everything that is wrong with it."""
        if len(cells) != self.heading.width:
            raise Fault((f"It has {len(cells):,} cells, and the heading {self.heading.width:,}.",))
        said = {field: unguarded(cells[place].strip()) for place, _, field in self.heading.columns}
        found, faults = self._values({field: text for field, text in said.items() if text})
        faults += self._contradictions(said, found)
        if faults:
            raise Fault(tuple(faults))
        past = self._made(said, found)
        if disorder := tuple(map(self._disorder(past), past.disorder())):
            raise Fault(disorder)
        return past

    def _values(self, said: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
        found: dict[str, Any] = {}
        faults: list[str] = []
        for field, text in said.items():
            try:
                found[field] = self._value(field, text)
            except Invalid as fault:
                faults.append(f"{self.heading.name(field)}: {fault.sentence}")
        return found, faults

    def _value(self, field: str, text: str) -> object:
        if field in _TIMES:
            return self._time(field, text)
        if field in _PEOPLE or field.startswith("role_"):
            return self.person(text)
        if field in ("drill", "private", "declared"):
            return _flag(field, text)
        if field in _WORDS:
            return _word(field, text)
        if field in ("origin", "duplicate_of"):
            return _origin(field, text)
        return text

    def _time(self, field: str, text: str) -> datetime:
        when = _parsed(field, text)
        if when.tzinfo is None:
            if self.zone is None:
                raise Invalid(field, f"{text!r} has no time zone; say which it is with --zone NAME.")
            when = when.replace(tzinfo=self.zone)
        when = utc(field, when)
        if when > self.now:
            raise Invalid(field, f"{to_iso(when)} is in the future; it is {to_iso(self.now)} now.")
        return when

    def _contradictions(self, said: Mapping[str, str], found: Mapping[str, Any]) -> list[str]:
        name = self.heading.name
        faults = [f"{name(field)} is empty." for field in _REQUIRED if not said[field]]
        if found.get("declared") and not said.get("declared_at"):
            faults.append(f"{name('declared')} says yes, and {name('declared_at')} is empty.")
        if not said.get("declared_at"):
            needing = (field for field in _NEED_DECLARED if said.get(field))
            faults += [f"It has {name(field)}, but no {name('declared_at')}." for field in needing]
        if said.get("closed_at") and said.get("declared_at") and not said.get("resolved_at"):
            faults.append(
                f"It was declared and closed, but has no {name('resolved_at')}: "
                "an incident is resolved before it is closed."
            )
        return faults + self._ends(said, found)

    def _ends(self, said: Mapping[str, str], found: Mapping[str, Any]) -> list[str]:
        """How it ended, if it did."""
        name = self.heading.name
        if "duplicate_of" in found and found["duplicate_of"] == found.get("origin"):
            return ["It cannot be a duplicate of itself."]
        duplicate = found.get("outcome") is Outcome.DUPLICATE
        if duplicate and not said.get("duplicate_of"):
            return [f"It is a duplicate, but {name('duplicate_of')} is empty."]
        if said.get("duplicate_of") and said.get("outcome") and not duplicate:
            return [f"It has {name('duplicate_of')}, but is no duplicate."]
        return []

    def _made(self, said: Mapping[str, str], found: Mapping[str, Any]) -> Past:
        roles = tuple(
            sorted(
                (field.removeprefix("role_"), who)
                for field, who in found.items()
                if field.startswith("role_")
            )
        )
        rest = {
            field: value
            for field, value in found.items()
            if not field.startswith("role_") and field != "declared"
        }
        return Past(
            **{"opened_by": self.giver, **rest},
            roles=roles,
            unacknowledged=said.get("acknowledged_at") == "" and "declared_at" in found,
        )

    def _disorder(self, past: Past) -> Callable[[tuple[str, str]], str]:
        def sentence(pair: tuple[str, str]) -> str:
            (early, first), (late, second) = ((each, getattr(past, each)) for each in pair)
            return (
                f"{self.heading.name(late)} ({to_iso(second)}) is before "
                f"{self.heading.name(early)} ({to_iso(first)})."
            )

        return sentence


def _parsed(field: str, text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or ":" not in text:
        raise Invalid(field, f"{text!r} is not a time: write 2026-11-22T08:45:00Z or 2026-11-22 08:45:00.")
    return when


def _flag(field: str, text: str) -> bool:
    found = _FLAGS.get(text.lower())
    if found is None:
        raise Invalid(field, f"{text!r} is neither true nor false.")
    return found


def _word(field: str, text: str) -> StrEnum:
    kind = _WORDS[field]
    try:
        return kind(text.lower())
    except ValueError:
        raise Invalid(field, f"{text!r} is none of {', '.join(kind)}.") from None


def _origin(field: str, text: str) -> str:
    if len(text) > _LONGEST_ORIGIN or not text.isprintable():
        raise Invalid(field, f"A name has at most {_LONGEST_ORIGIN} characters, all of them printable.")
    return text
