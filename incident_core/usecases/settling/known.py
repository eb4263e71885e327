"""What has to be known of the outside to plan: not all that was ever said, which grows with the history."""

from __future__ import annotations

from collections.abc import Mapping

from incident_core.ports.mirrors import Effect
from incident_core.usecases.settling.notes import about, kind_of


def version_of(slot: str) -> int | None:
    """The event about which something was said: 7 for `say:AUDIENCE:7`; None for every other slot."""
    kind, _, rest = slot.partition(":")
    version = rest.rpartition(":")[2]
    return int(version) if kind == "say" and version.isdecimal() else None


def needed(effects: Mapping[str, Effect], shown: int) -> dict[str, Effect]:
    """What is there, notes, what was said about events after `shown`, and what open notes are about."""
    found = {slot: each for slot, each in effects.items() if (version_of(slot) or shown + 1) > shown}
    return found | {slot: effects[slot] for slot in missing(found) if slot in effects}


def missing(found: Mapping[str, Effect]) -> list[str]:
    """The slots that open notes are about, and that are not among those found."""
    noted = {about(each) for each in found.values() if kind_of(each) is not None}
    return sorted(noted - found.keys())
