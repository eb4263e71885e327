"""Which entries a move can name: those of its kind that were not retracted."""

from __future__ import annotations

from itertools import chain

from incident_core.model.entry import Evidence, Task, Update
from incident_core.model.incident import Incident
from incident_core.model.move import Move

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


def word_for(move: Move) -> str:
    """What such an entry is called."""
    return _WORD.get(move, "entry")
