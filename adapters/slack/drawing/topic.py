"""The topic of an incident's channel: one plain line of at most 250 characters."""

from __future__ import annotations

from adapters.slack.drawing import state, words
from adapters.slack.drawing.setup import Setup
from adapters.slack.escape import fitted
from incident_core.model.incident import Incident

LONGEST = 250
LEAST = 40
"""Characters of a title that are left where what the topic is about needs room."""


def topic(setup: Setup, incident: Incident) -> str:
    """`INC-42 · sev2 · incident: identified · API is slow · https://meet.example`: the title is cut first."""
    title, about = words.text(incident.title), " ".join(setup.about.split())
    whole = _said(setup, incident, title, about)
    if len(whole) <= LONGEST:
        return whole
    left = LONGEST - (len(whole) - len(title) - len(about))
    about = _cut(about, left - min(len(title), LEAST))
    return fitted(_said(setup, incident, _cut(title, left - len(about)), about), LONGEST)


def _cut(text: str, limit: int) -> str:
    return fitted(text, max(limit, 1))


def _said(setup: Setup, incident: Incident, title: str, about: str) -> str:
    return setup.words.text(
        "topic.topic",
        key=incident.key,
        marks=state.marks(setup.words, incident),
        severity=incident.severity,
        stage=state.stage(setup.words, incident),
        title=title,
        about=about or None,
    )
