"""What a verb answers: for each command, a line when it was done and one when it was so already.

The incident is as of the command's last event, so a repeated command is answered as it was the first time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.slack.bot.shown import flags, length, text, who
from adapters.slack.parts import Bold, Line, Part, When, Who
from incident_core import commands as c
from incident_core.model.incident import Incident
from incident_core.model.milestone import durations

Words = Callable[[Any, Incident], Line]


def done(command: c.Command, incident: Incident) -> Line:
    """What happened."""
    return _line(incident, _WORDS[type(command)][0](command, incident))


def unchanged(command: c.Command, incident: Incident) -> Line:
    """That it was so already."""
    return _line(incident, _WORDS[type(command)][1](command, incident))


def _line(incident: Incident, words: Line) -> Line:
    return (Bold(incident.key), *words)


def opened(command: c.Open, key: str) -> Line:
    """What was opened, said without reading it back: the command has it all."""
    kind = "".join(f"{flag} " for flag in flags(command))
    how = "opened and declared" if command.declare else "opened"
    return (Bold(key), f" {how}: {text(command.title)} ({kind}{command.severity}).")


def _led(incident: Incident) -> Line:
    return (who(incident.commander), " is the commander.")


def _holds(when: str) -> Words:
    return lambda x, i: (": ", who(i.roles.get(x.role)), f" holds {x.role} {when}.")


def _evidence(command: c.AddEvidence, incident: Incident) -> str:
    piece = next((piece.id for piece in incident.evidence if piece.url == command.url), None)
    return "evidence" if piece is None else f"evidence {piece}"


def _sent(command: c.SendUpdate, incident: Incident) -> Line:
    return (f": update {incident.updates[-1].id} sent.",)


def _added(word: str) -> tuple[Words, Words]:
    def added(_: Any, incident: Incident) -> Line:
        item = (incident.tasks if word == "task" else incident.follow_ups)[-1]
        owner: tuple[Part, ...] = () if item.owner is None else (" for ", Who(item.owner))
        return (f": {word} {item.id} added", *owner, f"{'' if item.due is None else f', due {item.due}'}.")

    return added, lambda _, __: (": nothing was added.",)


def _owner(word: str) -> tuple[Words, Words]:
    return (
        lambda x, _: (f": {word} {x.item} is for ", Who(x.owner), " now."),
        lambda x, _: (f": {word} {x.item} is for ", Who(x.owner), " already."),
    )


def _finished(word: str) -> tuple[Words, Words]:
    return (
        lambda x, _: (f": {word} {x.item} is done.",),
        lambda x, _: (f": {word} {x.item} was done already.",),
    )


def _resolved(_: c.Resolve, incident: Incident) -> Line:
    took = durations(incident)["time_to_resolve"]
    after = f", {length(took)} after it was declared" if took else ""
    return (f" resolved{after}. It stays open for follow-up until it is closed.",)


def _ended(incident: Incident) -> str:
    other = f" of {incident.duplicate_of}" if incident.duplicate_of else ""
    return f"{incident.outcome}{other}"


def _reopened(_: c.Reopen, incident: Incident) -> Line:
    led: Line = () if incident.commander is None else (" ", *_led(incident))
    return (f" reopened, and in stage {incident.stage} again.", *led)


def _sight(whether: str) -> Words:
    def sight(command: Any, incident: Incident) -> Line:
        anyway = "" if incident.private else " It is not private, so everybody can see it."
        return (": ", Who(command.who), f" {whether}.{anyway}")

    return sight


_WORDS: dict[type[c.Command], tuple[Words, Words]] = {
    c.Declare: (
        lambda _, i: (" declared; ", *_led(i)),
        lambda _, i: (" is an incident already; ", *_led(i)),
    ),
    c.SetStatus: (lambda _, i: (f" is {i.status} now.",), lambda _, i: (f" is {i.status} already.",)),
    c.SetSeverity: (lambda _, i: (f" is {i.severity} now.",), lambda _, i: (f" is {i.severity} already.",)),
    c.Assign: (_holds("now"), _holds("already")),
    c.Claim: (_holds("now"), _holds("already")),
    c.Release: (_holds("now"), _holds("as it is")),
    c.HandOver: (_holds("now"), _holds("already")),
    c.AddEvidence: (
        lambda x, i: (f": {_evidence(x, i)} added.",),
        lambda x, i: (f" has this link already, as {_evidence(x, i)}.",),
    ),
    c.SendUpdate: (_sent, lambda _, __: (": nothing was sent.",)),
    c.AddTask: _added("task"),
    c.AssignTask: _owner("task"),
    c.FinishTask: _finished("task"),
    c.AddFollowUp: _added("follow-up"),
    c.AssignFollowUp: _owner("follow-up"),
    c.FinishFollowUp: _finished("follow-up"),
    c.FinishReview: (
        lambda _, __: (": the review is done.",),
        lambda _, __: (": the review was done already.",),
    ),
    c.SnoozeTimer: (
        lambda x, _: (f": no reminder of {x.timer} before ", When(x.until), "."),
        lambda x, _: (f": {x.timer} is snoozed until then already, ", When(x.until), "."),
    ),
    c.StopTimer: (
        lambda x, _: (f": no more reminders of {x.timer}.",),
        lambda x, _: (f": {x.timer} was stopped already.",),
    ),
    c.Resolve: (_resolved, lambda _, __: (" is resolved already.",)),
    c.Close: (
        lambda _, i: (f" closed: {_ended(i)}.",),
        lambda _, i: (f" is closed already: {_ended(i)}.",),
    ),
    c.Reopen: (_reopened, lambda _, i: (f" is open already, in stage {i.stage}.",)),
    c.CorrectTitle: (
        lambda _, i: (f" is called: {text(i.title)}",),
        lambda _, i: (f" is called that already: {text(i.title)}",),
    ),
    c.CorrectUpdate: (
        lambda x, _: (f": update {x.update} is corrected; the timeline keeps the old one.",),
        lambda x, _: (f": update {x.update} says that already.",),
    ),
    c.Retract: (
        lambda x, _: (f": {x.entry} is retracted; the timeline keeps it.",),
        lambda x, _: (f": {x.entry} was retracted already.",),
    ),
    c.Grant: (_sight("may see it now"), _sight("may see it already")),
    c.MakePrivate: (
        lambda _, __: (" is private now: only those who opened it, have a role or were let see it.",),
        lambda _, __: (" is private already.",),
    ),
    c.Revoke: (_sight("may see it no longer"), _sight("may not see it anyway")),
}
COMMANDS = frozenset(_WORDS)
"""Every command that has words here: all that can be given in Slack, but for Open."""
