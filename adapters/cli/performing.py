"""Give a command, and tell what came of it: done, unchanged, repeated, or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.cli import said
from adapters.cli.faults import Refusal
from adapters.cli.options import Given
from adapters.cli.output import data, note, say
from incident_core.commands import Command
from incident_core.errors import OutcomeUnknown, Unavailable
from incident_core.model.incident import Incident
from incident_core.ports.log import Answer, Result

REPEATED = "This command key was used before: that was its first answer, and nothing more was done."

OVERRIDDEN = "The override is recorded, with its reason."
NOT_NEEDED = "No rule stood against it: the override was not needed, and is not recorded."


def give(given: Given, kind: Callable[..., Command], key: str | None, **fields: Any) -> Answer:
    """Build the command, have it performed, and print the answer; it is returned too.

    Raises Refusal, and what Perform raises.
    """
    command = _built(given, kind, fields)
    answer = _performed(given, command, key)
    if answer.result is Result.REFUSED:
        raise Refusal(answer.key, answer.reasons, repeated=answer.repeated)
    incident = _read_back(given, command, answer)
    if given.as_json:
        _tell_json(answer, incident)
    else:
        _tell(command, answer, incident)
    return answer


def _built(given: Given, kind: Callable[..., Command], fields: dict[str, Any]) -> Command:
    key = given.command_key if given.command_key is not None else str(given.app.ids.uuid())
    at = given.app.clock.now() if given.at is None else given.moment("at", given.at)
    return kind(actor=given.actor, at=at, key=key, override=given.override, **fields)


def _performed(given: Given, command: Command, key: str | None) -> Answer:
    at_given = given.at is not None and not given.at.is_now
    try:
        return given.app.perform(command, key, at_given=at_given)
    except OutcomeUnknown:
        raise _Unknown(command.key, _repeat(given, command)) from None
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Interrupted; whether this was recorded is not known. {_repeat(given, command)}"
        ) from None


class _Unknown(OutcomeUnknown):
    """An unknown outcome that says how to repeat exactly this command."""

    def __init__(self, key: str, repeat: str) -> None:
        super().__init__(key)
        self.args = (f"It is not known whether this was recorded. {repeat}",)


def _repeat(given: Given, command: Command) -> str:
    """How to ask again: with the same key, and the times that the relative ones stood for."""
    at_now = given.at is not None and given.at.is_now
    pinned = {name: time for name, time in given.pinned.items() if not (name == "at" and at_now)}
    spelled = [f"{place} {pinned[name]}" for name, place in _PLACES.items() if name in pinned]
    return f"Repeat it with {' '.join([f'--key {command.key}', *spelled])} to find out."


_PLACES = {"at": "--at", "next_due": "--next-due", "until": "--until", "when": "and WHEN written as"}


def _read_back(given: Given, command: Command, answer: Answer) -> Incident | None:
    """The incident as of the answer; None where the actor may see it no longer, or it cannot be read now."""
    app = given.app
    try:
        return app.reader.show(app.workspace, answer.key, command.actor, version=answer.last_version)
    except Unavailable as fault:
        note(f"The command was recorded, but the incident cannot be read back. {fault}")
        return None


def _tell_json(answer: Answer, incident: Incident | None) -> None:
    from incident_core.record.document import document

    if incident is None:
        data({"key": answer.key, "version": answer.last_version})
    else:
        data(document(incident))


def _tell(command: Command, answer: Answer, incident: Incident | None) -> None:
    unchanged = answer.result is Result.UNCHANGED
    if incident is None:
        sentence = f"{answer.key}: done, as version {answer.last_version}; it cannot be shown to you now."
    else:
        sentence = (said.unchanged if unchanged else said.done)(command, incident)
    say(f"unchanged: {sentence}" if unchanged else sentence)
    if command.override is not None and answer.result is Result.ACCEPTED:
        say(OVERRIDDEN if answer.last_version > answer.first_version else NOT_NEEDED)
    if answer.repeated:
        say(REPEATED)
