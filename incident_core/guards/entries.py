"""Which entries a move can name: those of its kind that were not retracted; and what can be redacted."""

from __future__ import annotations

from itertools import chain

from incident_core.model.entry import Evidence, Task, Update
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.redactable import TITLE, number

_WORD = {
    Move.TASK_ASSIGN: "task",
    Move.TASK_DONE: "task",
    Move.FOLLOWUP_ASSIGN: "follow-up",
    Move.FOLLOWUP_DONE: "follow-up",
    Move.CORRECT: "update",
    Move.RETRACT: "evidence, update, task or follow-up",
}


def entries(incident: Incident, move: Move) -> dict[str, Evidence | Update | Task]:
    """The entries that `move` can name, by id."""
    kind = _WORD.get(move)
    found: tuple[Evidence | Update | Task, ...] = ()
    if kind == "task":
        found = incident.tasks
    elif kind == "follow-up":
        found = incident.follow_ups
    elif kind == "update":
        found = incident.updates
    elif kind is not None:
        found = tuple(chain(incident.evidence, incident.updates, incident.tasks, incident.follow_ups))
    return {entry.id: entry for entry in found if not entry.retracted}


def redactable(incident: Incident) -> tuple[str, ...]:
    """What a redaction can name without a number: the title, and every entry, retracted or not."""
    tasks = chain(incident.tasks, incident.follow_ups)
    evidence, updates = (each.id for each in incident.evidence), (each.id for each in incident.updates)
    return (TITLE, *evidence, *updates, *(each.id for each in tasks))


def is_redactable(incident: Incident, name: str) -> bool:
    """Whether a redaction can name this; the number of an event is its version."""
    version = number(name)
    return name in redactable(incident) if version is None else 1 <= version <= incident.version


def word_for(move: Move) -> str:
    """What such an entry is called."""
    return _WORD.get(move, "entry")
