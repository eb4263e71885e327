"""What was pressed or chosen, read without trust: a button carries JSON, a select has a block with a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.payload import Payload, fields
from incident_core.errors import Invalid

_NAMES: Mapping[str, tuple[str, ...]] = {
    "status": ("key", "visit"),
    "severity": ("key", "visit"),
    "role": ("key", "visit", "role"),
    "timer": ("key", "visit", "timer"),
    "followup": ("key", "item"),
}
"""What stands in the name of a block behind its kind, with | between; the rest only makes it another name."""
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to whoever pressed; `instead`: in the place of the message with the button."""

    answer: Answer
    instead: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """What was used: `about` is what it carries, `choice` what was chosen in it (empty for a button).

    `answered`: the same press came before.
    """

    action: str
    about: Mapping[str, Any]
    choice: str = ""
    answered: bool = False

    def named(self, name: str) -> str:
        """What it carries under this name; raises Invalid where that is no text."""
        found = self.about.get(name)
        if not isinstance(found, str) or not found:
            raise Invalid(name, faults.UNREADABLE)
        return found


def press_of(payload: Payload) -> Press:
    """The press that a payload tells of."""
    where = ("actions", 0)
    carried = {
        **of_block(payload.text(*where, "block_id")),
        **fields(payload.text(*where, "value")),
    }
    chosen = payload.text(*where, "selected_option", "value") or payload.text(*where, "selected_user")
    return Press(payload.text(*where, "action_id"), carried, chosen)


def of_block(name: str) -> dict[str, Any]:
    """What the name of a block says; nothing where it is none of ours."""
    kind, *said = name.split("|")
    wanted = _NAMES.get(kind, ())
    if len(said) < len(wanted):
        return {}
    found: dict[str, Any] = dict(zip(wanted, said, strict=False))
    visit = found.get("visit", "")
    if visit.isascii() and visit.isdigit() and len(visit) <= _DIGITS:
        found["visit"] = int(visit)
    return found
