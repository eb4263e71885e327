"""The topic of an incident's channel: one plain line of at most 250 characters."""

from __future__ import annotations

from adapters.slack.drawing import words
from adapters.slack.drawing.setup import Setup
from adapters.slack.escape import fitted
from incident_core.model.incident import Incident

LONGEST = 250
LEAST = 40
"""Characters of a title that are left where what the topic is about needs room."""

_BETWEEN = " · "


def topic(setup: Setup, incident: Incident) -> str:
    """`INC-42 · sev2 · incident: identified · API is slow · https://meet.example`: the title is cut first."""
    first = " ".join([incident.key, *words.marks(incident)])
    head = _BETWEEN.join((first, incident.severity, words.stage(incident)))
    title, about = words.text(incident.title), " ".join(setup.about.split())
    left = LONGEST - len(head) - len(_BETWEEN)
    if not about:
        return _BETWEEN.join((head, fitted(title, left)))
    about = fitted(about, left - min(len(title), LEAST) - len(_BETWEEN))
    title = fitted(title, left - len(about) - len(_BETWEEN))
    return _BETWEEN.join((head, title, about))
