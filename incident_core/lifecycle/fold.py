"""From events to the incident; `fold(events)` equals reducing with `evolve`, and is faster."""

from __future__ import annotations

from collections.abc import Iterable

from incident_core.errors import Invalid
from incident_core.events import Event, Opened
from incident_core.lifecycle.changes import apply
from incident_core.lifecycle.draft import begin, freeze, thaw
from incident_core.model.incident import Incident


def evolve(incident: Incident | None, event: Event) -> Incident:
    """The incident after one more event; total on every history that begins with `opened`. Raises Invalid."""
    return advance(incident, (event,))


def fold(events: Iterable[Event]) -> Incident:
    """The incident that these events tell of; raises Invalid where they do not begin with `opened`."""
    return advance(None, events)


def advance(incident: Incident | None, events: Iterable[Event]) -> Incident:
    """The incident after all these events, in one go."""
    rest = iter(events)
    if incident is None:
        first = next(rest, None)
        if not isinstance(first, Opened):
            raise Invalid("events", "A history begins with the event opened.")
        draft = begin(first)
    else:
        draft = thaw(incident)
    for event in rest:
        apply(draft, event)
    return freeze(draft)
