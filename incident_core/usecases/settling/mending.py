"""What was said and has to be said otherwise, because a text of it was redacted since.

It is drawn again from the event without its text. A title is told in more than one place: all that tells of
it is drawn again. What nobody should be told any more is taken back.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace

from incident_core.events import TextRedacted
from incident_core.model.incident import Incident
from incident_core.model.redactable import TITLE
from incident_core.ports.mirror import Item, Mirror
from incident_core.ports.mirrors import Come, Effect, Gap
from incident_core.ports.reader import Entry
from incident_core.usecases.settling.known import said, version_of
from incident_core.usecases.settling.notes import dirty


def redactions(entries: Iterable[Entry]) -> list[TextRedacted]:
    """Those among these entries."""
    return [each.event for each in entries if isinstance(each.event, TextRedacted)]


def mended(new: Iterable[Entry], shown: Come) -> frozenset[int]:
    """The versions up to `shown` of which something may have been said that has to be said otherwise."""
    redacted = redactions(new)
    if any(each.field == TITLE for each in redacted):
        return frozenset(range(1, shown.version + 1))
    return frozenset(each.version for each in redacted if each.version <= shown.version)


def spoilt(effects: Mapping[str, Effect], shown: Come) -> frozenset[int]:
    """The versions up to `shown` of which something was changed too late, so that it may be as it was."""
    found = (version_of(slot) for slot in dirty(effects.values()))
    return frozenset(each for each in found if each is not None and each <= shown.version)


def mends(mirror: Mirror, gap: Gap, again: Container[str]) -> Iterator[tuple[Effect, Item | None]]:
    """What was said, and what it should be: None where it should not be there. `again` are spoilt slots."""
    redacted = redactions(gap.entries)
    if gap.incident is None or not (redacted or gap.mended):
        return
    named = {each.version for each in redacted}
    titled = any(each.field == TITLE for each in redacted)
    told = _told(gap.effects)
    for entry in (*gap.mended, *gap.entries):
        if entry.version not in told:
            continue
        items = {said(each.audience, entry.version): each for each in mirror.items(gap.incident, entry)}
        for effect in told[entry.version]:
            item, is_named = items.get(effect.slot), entry.version in named
            if item is None:
                if (is_named or titled) and effect.external_id is not None:
                    yield effect, None
            elif (
                is_named or effect.slot in again or (titled and _has_title(mirror, gap.incident, entry, item))
            ):
                yield effect, item


def _told(effects: Mapping[str, Effect]) -> dict[int, list[Effect]]:
    """What is there of what was said, by the version of its event."""
    found: dict[int, list[Effect]] = {}
    for slot, effect in effects.items():
        version = version_of(slot)
        if version is not None and effect.done:
            found.setdefault(version, []).append(effect)
    return found


def _has_title(mirror: Mirror, incident: Incident, entry: Entry, item: Item) -> bool:
    """Whether it would be another under another title."""
    other = replace(incident, title=f"{incident.title or ''}.")
    drawn = (each for each in mirror.items(other, entry) if each.audience == item.audience)
    return any(each.content != item.content for each in drawn)
