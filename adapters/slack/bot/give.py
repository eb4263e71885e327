"""Give a command, and tell what came of it: done, unchanged, or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.slack.bot import said
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.refusal import refused
from adapters.slack.parts import Line
from adapters.slack.words import Words
from incident_core.commands import Command
from incident_core.errors import Unavailable
from incident_core.model.incident import Incident
from incident_core.ports.log import Answer as Given
from incident_core.ports.log import Result


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
    words = asked.desk.words
    if given.result is Result.REFUSED:
        return refused(words, given.key, given.reasons, asked.program)
    try:
        incident = read_back(asked, given)
    except Unavailable as fault:
        return Answer([words.line("answers.not_read_back", key=given.key, fault=str(fault))])
    return Answer(_lines(words, command, given, incident))


def read_back(asked: Asked, given: Given) -> Incident | None:
    """The incident as of the answer; None where the person may see it no longer."""
    reader, workspace = asked.desk.reader, asked.desk.workspace
    return reader.show(workspace, given.key, asked.actor, version=given.last_version)


def _lines(words: Words, command: Command, given: Given, incident: Incident | None) -> list[Line]:
    if incident is None:
        return [words.line("answers.not_shown", key=given.key)]
    if given.result is Result.UNCHANGED:
        return [words.line("answers.unchanged", said=said.unchanged(words, command, incident))]
    lines = [said.done(words, command, incident)]
    if command.override is not None:
        needed = given.last_version > given.first_version
        lines.append(words.line(f"answers.{'overridden' if needed else 'override_not_needed'}"))
    return lines
