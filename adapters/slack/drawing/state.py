"""How an incident is just now, in a few words that many messages have: its stage, and what is unusual."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.parts import Bold
from adapters.slack.words import Words
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage


def stage(words: Words, incident: Incident) -> str:
    """How far it is: `investigation`, `incident: identified`, `closed: false alarm`."""
    closed = incident.stage is Stage.CLOSED
    return words.text(
        "state.stage",
        stage=incident.stage,
        status=incident.status if incident.stage is Stage.INCIDENT else None,
        outcome=incident.outcome if closed else None,
        duplicate_of=incident.duplicate_of if closed else None,
    )


def marks(words: Words, incident: Incident) -> Sequence[Bold]:
    """What is unusual about it, each with a space after it: messages begin with them."""
    so = (("state.drill", incident.drill), ("state.private", incident.private))
    return [Bold(f"{words.text(name)} ") for name, true in so if true]
