"""What a verb prints: for each command, a sentence when it was done and one when it was so already.

The incident is as of the command's last event, so a repeated command prints what it printed the first time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.cli.shown import flags, isolated, length, moment, prose
from adapters.cli.words import reminder
from incident_core import commands as c
from incident_core.model.incident import Incident
from incident_core.model.milestone import durations

Sentence = Callable[[Any, Incident], str]


def done(command: c.Command, incident: Incident) -> str:
    """What happened, in one line or two."""
    return _WORDS[type(command)][0](command, incident)


def unchanged(command: c.Command, incident: Incident) -> str:
    """That it was so already."""
    return _WORDS[type(command)][1](command, incident)


def _opened(command: c.Open, incident: Incident) -> str:
    kind = "".join(f"{flag} " for flag in flags(incident))
    how = "opened and declared" if command.declare else "opened"
    line = f"{incident.key} {how}: {prose(incident.title)} ({kind}{incident.severity})"
    return f"{line}; {_led(incident)}." if command.declare else f"{line}."


def _led(incident: Incident) -> str:
    who = incident.commander
    return "nobody is the commander" if who is None else f"{_name(who)} is the commander"


def _holds(role: str, incident: Incident, when: str) -> str:
    holder = incident.roles.get(role)
    held = f"nobody holds {role}" if holder is None else f"{_name(holder)} holds {role}"
    return f"{incident.key}: {held} {when}."


def _name(who: object) -> str:
    return isolated(str(who))


def _evidence(command: c.AddEvidence, incident: Incident) -> str:
    piece = next((piece.id for piece in incident.evidence if piece.url == command.url), None)
    return "evidence" if piece is None else f"evidence {piece}"


def _sent(command: c.SendUpdate, incident: Incident) -> str:
    promise = f"; the next one is due at {moment(command.next_due)}" if command.next_due else ""
    return f"{incident.key}: update {incident.updates[-1].id} sent{promise}."


def _item_added(word: str, incident: Incident) -> str:
    item = (incident.tasks if word == "task" else incident.follow_ups)[-1]
    owner = "" if item.owner is None else f" for {_name(item.owner)}"
    due = "" if item.due is None else f", due {item.due}"
    return f"{incident.key}: {word} {item.id} added{owner}{due}."


def _resolved(_: c.Resolve, incident: Incident) -> str:
    took = durations(incident)["time_to_resolve"]
    return f"{incident.key} resolved" + (f", {length(took)} after it was declared." if took else ".")


def _ended(incident: Incident) -> str:
    other = f" of {incident.duplicate_of}" if incident.duplicate_of else ""
    return f"{incident.outcome}{other}"


def _reopened(_: c.Reopen, incident: Incident) -> str:
    led = f"; {_led(incident)}" if incident.commander is not None else ""
    return f"{incident.key} reopened, and in stage {incident.stage} again{led}."


def _can_see(command: c.Grant | c.Revoke, incident: Incident, whether: str) -> str:
    anyway = "" if incident.private else " It is not private, so everybody can see it."
    return f"{incident.key}: {_name(command.who)} {whether}.{anyway}"


def _many(people: int) -> str:
    return "1 person" if people == 1 else f"{people} people"


def _redacted(entry: str) -> str:
    return f"event {entry}" if entry.isdecimal() else "the title" if entry == "title" else entry


def _owner(word: str) -> tuple[Sentence, Sentence]:
    return (
        lambda command, i: f"{i.key}: {word} {command.item} is for {_name(command.owner)} now.",
        lambda command, i: f"{i.key}: {word} {command.item} is for {_name(command.owner)} already.",
    )


def _finished(word: str) -> tuple[Sentence, Sentence]:
    return (
        lambda command, i: f"{i.key}: {word} {command.item} is done.",
        lambda command, i: f"{i.key}: {word} {command.item} was done already.",
    )


def _added(word: str) -> tuple[Sentence, Sentence]:
    return (lambda _, i: _item_added(word, i), lambda _, i: f"{i.key}: nothing was added.")


_WORDS: dict[type[c.Command], tuple[Sentence, Sentence]] = {
    c.Open: (_opened, _opened),
    c.Declare: (
        lambda _, i: f"{i.key} declared; {_led(i)}.",
        lambda _, i: f"{i.key} is an incident already; {_led(i)}.",
    ),
    c.SetStatus: (
        lambda _, i: f"{i.key} is {i.status} now.",
        lambda _, i: f"{i.key} is {i.status} already.",
    ),
    c.SetSeverity: (
        lambda _, i: f"{i.key} is {i.severity} now.",
        lambda _, i: f"{i.key} is {i.severity} already.",
    ),
    c.Assign: (lambda x, i: _holds(x.role, i, "now"), lambda x, i: _holds(x.role, i, "already")),
    c.Claim: (lambda x, i: _holds(x.role, i, "now"), lambda x, i: _holds(x.role, i, "already")),
    c.Release: (lambda x, i: _holds(x.role, i, "now"), lambda x, i: _holds(x.role, i, "as it is")),
    c.HandOver: (lambda x, i: _holds(x.role, i, "now"), lambda x, i: _holds(x.role, i, "already")),
    c.AddEvidence: (
        lambda x, i: f"{i.key}: {_evidence(x, i)} added.",
        lambda x, i: f"{i.key} has this link already, as {_evidence(x, i)}.",
    ),
    c.SendUpdate: (_sent, lambda _, i: f"{i.key}: nothing was sent."),
    c.AddTask: _added("task"),
    c.AssignTask: _owner("task"),
    c.FinishTask: _finished("task"),
    c.AddFollowUp: _added("follow-up"),
    c.AssignFollowUp: _owner("follow-up"),
    c.FinishFollowUp: _finished("follow-up"),
    c.FinishReview: (
        lambda _, i: f"{i.key}: the review is done.",
        lambda _, i: f"{i.key}: the review was done already.",
    ),
    c.SnoozeTimer: (
        lambda x, i: f"{i.key}: {reminder(x.timer)} is snoozed until {moment(x.until)}.",
        lambda x, i: f"{i.key}: {reminder(x.timer)} is snoozed until {moment(x.until)} already.",
    ),
    c.StopTimer: (
        lambda x, i: f"{i.key}: {reminder(x.timer)} is stopped.",
        lambda x, i: f"{i.key}: {reminder(x.timer)} was stopped already.",
    ),
    c.Resolve: (_resolved, lambda _, i: f"{i.key} is resolved already."),
    c.Close: (
        lambda _, i: f"{i.key} closed: {_ended(i)}.",
        lambda _, i: f"{i.key} is closed already: {_ended(i)}.",
    ),
    c.Reopen: (_reopened, lambda _, i: f"{i.key} is open already, in stage {i.stage}."),
    c.CorrectTitle: (
        lambda _, i: f"{i.key} is called: {prose(i.title)}",
        lambda _, i: f"{i.key} is called that already: {prose(i.title)}",
    ),
    c.CorrectMilestone: (
        lambda x, i: f"{i.key}: {x.milestone} is {moment(x.when)} now.",
        lambda x, i: f"{i.key}: {x.milestone} is {moment(x.when)} already.",
    ),
    c.Retract: (
        lambda x, i: f"{i.key}: {x.entry} is retracted; the timeline keeps it.",
        lambda x, i: f"{i.key}: {x.entry} was retracted already.",
    ),
    c.Redact: (
        lambda x, i: f"{i.key}: what {_redacted(x.entry)} said is removed.",
        lambda x, i: f"{i.key}: of {_redacted(x.entry)} there is no text left to remove.",
    ),
    c.Grant: (
        lambda x, i: _can_see(x, i, "may see it now"),
        lambda x, i: _can_see(x, i, "may see it already"),
    ),
    c.Revoke: (
        lambda x, i: _can_see(x, i, "may see it no longer"),
        lambda x, i: _can_see(x, i, "may not see it anyway"),
    ),
    c.CorrectUpdate: (
        lambda x, i: f"{i.key}: update {x.update} is corrected; the timeline keeps the old one.",
        lambda x, i: f"{i.key}: update {x.update} says that already.",
    ),
    c.MakePrivate: (
        lambda _, i: f"{i.key} is private now: {_many(len(i.access))} can see it.",
        lambda _, i: f"{i.key} is private already.",
    ),
    c.Look: (lambda _, i: f"{i.key} was looked at.", lambda _, i: f"{i.key} could be seen anyway."),
}
COMMANDS = frozenset(_WORDS)
"""Every command that has words: all there are."""
