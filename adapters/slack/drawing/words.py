"""How values read, whatever the sentence: names, lengths of time, and what stands for a removed text."""

from __future__ import annotations

from datetime import timedelta

from incident_core.model.incident import Incident

REDACTED = "[redacted]"
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def text(given: str | None) -> str:
    """What somebody typed, or that it was removed."""
    return REDACTED if given is None else given


def plainly(name: str) -> str:
    """A name from the record as people say it: `incident commander`."""
    return name.replace("_", " ")


def length(span: timedelta) -> str:
    """A duration by its two largest units: 1h 5m."""
    seconds = int(span.total_seconds())
    found: list[str] = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            found.append(f"{count}{unit}")
    return " ".join(found[:2]) or "0s"


def marks(incident: Incident) -> list[str]:
    """What is unusual about it."""
    return [word for word, so in (("DRILL", incident.drill), ("PRIVATE", incident.private)) if so]
