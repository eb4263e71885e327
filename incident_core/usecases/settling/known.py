"""What has to be known of the outside to plan: not all that was ever said, which grows with the history."""

from __future__ import annotations

from collections.abc import Mapping

from incident_core.ports.mirrors import Come, Effect
from incident_core.usecases.settling.notes import about, kind_of


def said(audience: str, version: int) -> str:
    """The slot of what was said to an audience about an event."""
    return f"say:{audience}:{version}"


def version_of(slot: str) -> int | None:
    """The event about which something was said: 7 for `say:AUDIENCE:7`; None for every other slot."""
    return _last("say", slot)


def reminder_of(slot: str) -> int | None:
    """The reminder that was said: 7 for `remind:AUDIENCE:7`; None for every other slot."""
    return _last("remind", slot)


def needed(
    effects: Mapping[str, Effect], shown: Come, mended: frozenset[int] = frozenset()
) -> dict[str, Effect]:
    """What is there, notes, what was said about what is new since `shown`, and what open notes are about.

    Also what was said about the events that are to be `mended`.
    """
    found = {
        slot: each for slot, each in effects.items() if _is_new(slot, shown) or version_of(slot) in mended
    }
    return found | {slot: effects[slot] for slot in missing(found) if slot in effects}


def missing(found: Mapping[str, Effect]) -> list[str]:
    """The slots that open notes are about, and that are not among those found."""
    noted = {about(each) for each in found.values() if kind_of(each) is not None}
    return sorted(noted - found.keys())


def _last(kind: str, slot: str) -> int | None:
    begins, _, rest = slot.partition(":")
    number = rest.rpartition(":")[2]
    return int(number) if begins == kind and number.isdecimal() else None


def _is_new(slot: str, shown: Come) -> bool:
    version, reminder = version_of(slot), reminder_of(slot)
    if version is not None:
        return version > shown.version
    return reminder is None or reminder > shown.reminder
