"""Give a command, and tell what came of it: done, unchanged, or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.slack.bot import said
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.refusal import refused
from adapters.slack.parts import Line
from incident_core.commands import Command
from incident_core.errors import Unavailable
from incident_core.model.incident import Incident
from incident_core.ports.log import Answer as Given
from incident_core.ports.log import Result

OVERRIDDEN = "The override is recorded, with its reason."
NOT_NEEDED = "No rule stood against it: the override was not needed, and is not recorded."


def give(asked: Asked, kind: Callable[..., Command], **fields: Any) -> Answer:
    """The answer to a command about the incident that was asked for.

    Raises Invalid for what no rule could accept and where there is no key, and what Perform raises.
    """
    return told(asked, *performed(asked, asked.needed(), kind, **fields))


def performed(
    asked: Asked, key: str | None, kind: Callable[..., Command], **fields: Any
) -> tuple[Command, Given]:
    """Build the command and have it performed; `key` is None only for Open."""
    command = kind(actor=asked.actor, at=asked.now, key=asked.command_key, **fields)
    return command, asked.desk.perform(command, key)


def told(asked: Asked, command: Command, given: Given) -> Answer:
    """What came of it, in words."""
    if given.result is Result.REFUSED:
        return refused(given.key, given.reasons, asked.program)
    try:
        incident = read_back(asked, given)
    except Unavailable as fault:
        return Answer([(f"{given.key}: recorded, but it cannot be read back. {fault}",)])
    return Answer(list(_lines(command, given, incident)))


def read_back(asked: Asked, given: Given) -> Incident | None:
    """The incident as of the answer; None where the person may see it no longer."""
    reader, workspace = asked.desk.reader, asked.desk.workspace
    return reader.show(workspace, given.key, asked.actor, version=given.last_version)


def _lines(command: Command, given: Given, incident: Incident | None) -> list[Line]:
    unchanged = given.result is Result.UNCHANGED
    if incident is None:
        return [(f"{given.key}: done; it cannot be shown to you now.",)]
    if unchanged:
        return [("Unchanged: ", *said.unchanged(command, incident))]
    lines: list[Line] = [said.done(command, incident)]
    if command.override is not None:
        lines.append((OVERRIDDEN if given.last_version > given.first_version else NOT_NEEDED,))
    return lines
