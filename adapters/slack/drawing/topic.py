"""The topic of an incident's channel: one plain line of at most 250 characters."""

from __future__ import annotations

from adapters.slack.drawing import words
from adapters.slack.escape import fitted
from incident_core.model.incident import Incident

LONGEST = 250


def topic(incident: Incident) -> str:
    """`INC-42 · sev2 · incident: identified · API is slow`."""
    first = " ".join([incident.key, *words.marks(incident)])
    told = (first, incident.severity, words.stage(incident), words.text(incident.title))
    return fitted(" · ".join(told), LONGEST)
