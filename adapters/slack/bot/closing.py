"""Closing asks first: what follows is named, and a button carries what was asked for until it is pressed."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.slack.bot.answer import Answer, Button, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import give
from adapters.slack.bot.payload import carried
from adapters.slack.bot.refusal import refused
from adapters.slack.bot.verdict import verdict
from adapters.slack.parts import Line, Room
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.guards.question import Ask
from incident_core.lifecycle.available import Verdict
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.outcome import Outcome
from incident_core.model.stage import Stage
from incident_core.usecases.duplicate import duplicate_fault

CONFIRM = "move:close!"
_LONGEST = 1_900
"""Characters that a button carries; Slack takes 2,000."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How it should be closed; None is the usual way."""

    outcome: Outcome | None = None
    duplicate_of: str | None = None
    override: str | None = None

    def command(self, asked: Asked) -> c.Close:
        """The command; raises Invalid."""
        return c.Close(
            actor=asked.actor,
            at=asked.now,
            key=asked.command_key,
            outcome=self.outcome,
            duplicate_of=self.duplicate_of,
            override=self.override,
        )


def asks(asked: Asked, ending: Ending) -> Answer:
    """What closing would do, and the button that does it; where it cannot be done, why not."""
    incident, command = asked.incident(), ending.command(asked)
    ask = Ask(Move.CLOSE, command.outcome, other=command.duplicate_of, override=command.override is not None)
    found = verdict(asked, incident, ask)
    if found.verdict is Verdict.UNCHANGED:
        return say(asked.desk.words.line("closing.already", key=incident.key, outcome=incident.outcome))
    other = duplicate_fault(asked.desk.perform.log, asked.desk.workspace, command, incident)
    if reasons := (*found.reasons, *([] if other is None else [other])):
        return refused(asked.desk.words, incident.key, reasons, asked.program)
    return Answer(_question(asked, incident, command), (_button(asked, incident, command),))


def closes(asked: Asked, ending: Ending) -> Answer:
    """Close it; raises what Perform raises."""
    return give(
        asked, c.Close, outcome=ending.outcome, duplicate_of=ending.duplicate_of, override=ending.override
    )


def usual(incident: Incident) -> Outcome:
    """How it ends unless something else is said."""
    return Outcome.FIXED if incident.stage is Stage.RESOLVED else Outcome.NO_ACTION


def room_of(asked: Asked, incident: Incident) -> Room | None:
    """Its channel, if it has one: that is archived."""
    room = asked.rooms(incident.key).get(incident.key)
    return None if room is None else Room(room)


def _question(asked: Asked, incident: Incident, command: c.Close) -> list[Line]:
    words = asked.desk.words
    question = words.line(
        "closing.question",
        key=incident.key,
        outcome=command.outcome or usual(incident),
        duplicate_of=command.duplicate_of,
        room=room_of(asked, incident),
    )
    return [question, words.line("closing.final")]


def _button(asked: Asked, incident: Incident, command: c.Close) -> Button:
    value = carried(
        key=incident.key,
        visit=len(incident.stages),
        outcome=command.outcome,
        of=command.duplicate_of,
        why=command.override,
    )
    if len(value) > _LONGEST:
        raise Invalid("override", "The reason is too long for Slack: at most about 1,500 characters fit.")
    return Button(asked.desk.words.text("closing.button", key=incident.key), CONFIRM, value, "danger")
