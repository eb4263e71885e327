"""What can be pressed or chosen in a message, and what it carries: which incident, and at which stage."""

from __future__ import annotations

import json
from collections.abc import Iterable

from adapters.slack.escape import fitted
from adapters.slack.parts import Block
from incident_core.model.incident import Incident

NARROW = 75
"""Characters of a label, and of an option's text and description."""


def about(incident: Incident, **more: str) -> str:
    """The value of a button; the visit tells one that was drawn for an earlier stage."""
    return json.dumps({"key": incident.key, "visit": len(incident.stages), **more})


def named(kind: str, incident: Incident, *more: str) -> str:
    """The block_id of what cannot carry a value: `severity|INC-42|2|sev1`."""
    return "|".join((kind, incident.key, str(len(incident.stages)), *more))


def words(text: str) -> Block:
    """A text object."""
    return {"type": "plain_text", "text": fitted(text, NARROW)}


def button(action: str, label: str, value: str, style: str = "") -> Block:
    """One button."""
    found: Block = {"type": "button", "action_id": action, "text": words(label), "value": value}
    return {**found, "style": style} if style else found


def leading(action: str, label: str, url: str) -> Block:
    """A button that leads to an address."""
    return {"type": "button", "action_id": action, "text": words(label), "url": url}


def option(value: str, label: str, description: str = "") -> Block:
    """One choice of a select."""
    found: Block = {"text": words(label), "value": value}
    return {**found, "description": words(description)} if description.strip() else found


def select(action: str, hint: str, options: Iterable[Block], chosen: str = "") -> Block:
    """A list to choose from; `chosen` is the value that it shows."""
    offered = list(options)
    found: Block = {
        "type": "static_select",
        "action_id": action,
        "placeholder": words(hint),
        "options": offered,
    }
    first = [each for each in offered if each["value"] == chosen]
    return {**found, "initial_option": first[0]} if first else found


def actions(elements: Iterable[Block], block_id: str = "") -> Block:
    """A row of them."""
    row: Block = {"type": "actions", "elements": list(elements)}
    return {**row, "block_id": block_id} if block_id else row
