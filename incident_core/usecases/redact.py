"""Which texts a redaction removes: all that are left of what it names, by the timeline of the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from incident_core import events as e
from incident_core.commands import Redact
from incident_core.model.redactable import TITLE, number
from incident_core.ports.reader import Entry
from incident_core.record.codec import texts_of

_NAMES = ("evidence", "update", "item", "entry")
"""The fields by which an event names an entry."""


def found(command: Redact, entries: Sequence[Entry]) -> Redact:
    """The same command with every text that it removes, as versions and fields, in order."""
    chosen = _chosen(command.entry, entries)
    texts = ((each.version, field) for each in chosen for field in _fields(command.entry, each.event))
    return replace(command, texts=tuple(texts))


def _fields(name: str, event: e.Event) -> list[str]:
    copied = name == TITLE and isinstance(event, e.UpdateSent)
    return [field for field in sorted(texts_of(event)) if not copied or field == "text"]


def _chosen(name: str, entries: Sequence[Entry]) -> list[Entry]:
    version = number(name)
    if version is not None:
        return [each for each in entries if each.version == version or _together(each, entries, version)]
    if name == TITLE:
        return [each for each in entries if _has_title(each, entries)]
    return [each for each in entries if name in {getattr(each.event, field, None) for field in _NAMES}]


def _together(each: Entry, entries: Sequence[Entry], version: int) -> bool:
    """Whether both are redactions of one command: each of them has its reason."""
    one, other = each.event, entries[version - 1].event if version <= len(entries) else None
    if not (isinstance(one, e.TextRedacted) and isinstance(other, e.TextRedacted)):
        return False
    same = (one.actor, one.at, one.reason) == (other.actor, other.at, other.reason)
    return same and each.recorded_at == entries[version - 1].recorded_at


def _has_title(each: Entry, entries: Sequence[Entry]) -> bool:
    """Every title that it ever had; and the first update, where it is the title with which it was opened."""
    event, first = each.event, entries[0].event
    if isinstance(event, e.UpdateSent) and isinstance(first, e.Opened):
        return event.update == "u1" and event.text is not None and event.text == first.title
    return isinstance(event, e.Opened | e.TitleCorrected)
