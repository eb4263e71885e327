"""Nothing is closed as a duplicate of what is itself closed as one, or of what few may know of."""

from __future__ import annotations

from incident_core.commands import Close
from incident_core.errors import NotFound
from incident_core.guards.refusal import Reason, Remedy
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.ports.log import Log


def duplicate_fault(log: Log, workspace: str, command: Close, incident: Incident) -> Reason | None:
    """Why it cannot be closed as this duplicate, or None; raises NotFound for an unknown original."""
    named, key = command.duplicate_of, incident.key
    if named is None or named == key:
        return None
    other = log.load(workspace, named, command.actor)
    if other is None:
        raise NotFound(named)
    if other.incident.private and not incident.private:
        sentence = f"{named} is private and {key} is not: closing it so would tell everybody of {named}."
        remedy = Remedy(Move.CLOSE, "--outcome false_alarm", "whoever gives the command")
        return Reason("duplicate-of-private", sentence, remedy)
    original = other.incident.duplicate_of
    if original is None:
        return None
    sentence = f"{named} is itself a duplicate of {original}."
    rest = "--outcome fixed" if original == key else f"--duplicate-of {original}"
    return Reason("duplicate-of-duplicate", sentence, Remedy(Move.CLOSE, rest, "whoever gives the command"))
