"""What a redaction can name: the title, an entry by its id, or any event by its number in the timeline."""

from __future__ import annotations

import re

from incident_core.errors import Invalid

TITLE = "title"

_NAME = re.compile(r"title|[eutf][1-9][0-9]{0,8}|[1-9][0-9]{0,8}", re.ASCII)


def redactable(field: str, name: str) -> str:
    """The name as it is compared; raises Invalid for what nothing can be called."""
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        sentence = "An entry is title, an id such as u1, or the number of an event, as the timeline shows it."
        raise Invalid(field, sentence)
    return name


def number(name: str) -> int | None:
    """The version of the event that is named by its number; None for every other name."""
    return int(name) if name.isdecimal() else None
