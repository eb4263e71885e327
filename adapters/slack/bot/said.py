"""What a verb answers: for each command, a line when it was done and one when it was so already.

The incident is as of the command's last event, so a repeated command is answered as it was the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.bot.shown import text
from adapters.slack.parts import Line
from adapters.slack.words import Words
from incident_core import commands as c
from incident_core.model.incident import Incident
from incident_core.model.milestone import durations

Values = Callable[[Any, Incident], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Said:
    """The name of what is said when it was done; `values`: what that is given besides the key.

    With `_already` behind the name it is what is said where it was so already; that is given the same.
    """

    name: str
    values: Values = lambda _, __: {}


def done(words: Words, command: c.Command, incident: Incident) -> Line:
    """What happened."""
    return _line(words, "", command, incident)


def unchanged(words: Words, command: c.Command, incident: Incident) -> Line:
    """That it was so already."""
    return _line(words, "_already", command, incident)


def _line(words: Words, how: str, command: c.Command, incident: Incident) -> Line:
    said = _SAID[type(command)]
    return words.line(f"answers.{said.name}{how}", key=incident.key, **said.values(command, incident))


def opened(words: Words, command: c.Open, key: str) -> Line:
    """What was opened, said without reading it back: the command has it all."""
    return words.line(
        "answers.opened",
        key=key,
        declared=command.declare,
        title=text(command.title),
        private=command.private,
        drill=command.drill,
        severity=command.severity,
    )


def _led(_: c.Command, incident: Incident) -> Mapping[str, Any]:
    return {"commander": incident.commander}


def _holds(command: Any, incident: Incident) -> Mapping[str, Any]:
    return {"role": command.role, "holder": incident.roles.get(command.role)}


def _evidence(command: c.AddEvidence, incident: Incident) -> Mapping[str, Any]:
    return {"item": next((piece.id for piece in incident.evidence if piece.url == command.url), None)}


def _sent(_: c.SendUpdate, incident: Incident) -> Mapping[str, Any]:
    return {"item": incident.updates[-1].id if incident.updates else None}


def _added(kind: str) -> Values:
    def added(_: Any, incident: Incident) -> Mapping[str, Any]:
        there = incident.tasks if kind == "task" else incident.follow_ups
        if not there:
            return {"item": None, "owner": None, "due": None}
        item = there[-1]
        return {"item": item.id, "owner": item.owner, "due": item.due}

    return added


def _owner(command: Any, _: Incident) -> Mapping[str, Any]:
    return {"item": command.item, "owner": command.owner}


def _item(command: Any, _: Incident) -> Mapping[str, Any]:
    return {"item": command.item}


def _resolved(_: c.Resolve, incident: Incident) -> Mapping[str, Any]:
    return {"took": durations(incident)["time_to_resolve"]}


def _closed(_: c.Close, incident: Incident) -> Mapping[str, Any]:
    return {"outcome": incident.outcome, "duplicate_of": incident.duplicate_of}


def _reopened(_: c.Reopen, incident: Incident) -> Mapping[str, Any]:
    return {"stage": incident.stage, "commander": incident.commander}


def _titled(_: c.CorrectTitle, incident: Incident) -> Mapping[str, Any]:
    return {"title": text(incident.title)}


def _sight(command: Any, incident: Incident) -> Mapping[str, Any]:
    return {"who": command.who, "private": incident.private}


_SAID: dict[type[c.Command], _Said] = {
    c.Declare: _Said("declared", _led),
    c.SetStatus: _Said("status_set", lambda _, i: {"status": i.status}),
    c.SetSeverity: _Said("severity_set", lambda _, i: {"severity": i.severity}),
    c.Assign: _Said("assigned", _holds),
    c.Claim: _Said("claimed", _holds),
    c.Release: _Said("released", _holds),
    c.HandOver: _Said("handed_over", _holds),
    c.AddEvidence: _Said("evidence_added", _evidence),
    c.SendUpdate: _Said("update_sent", _sent),
    c.AddTask: _Said("task_added", _added("task")),
    c.AssignTask: _Said("task_assigned", _owner),
    c.FinishTask: _Said("task_done", _item),
    c.AddFollowUp: _Said("follow_up_added", _added("follow-up")),
    c.AssignFollowUp: _Said("follow_up_assigned", _owner),
    c.FinishFollowUp: _Said("follow_up_done", _item),
    c.FinishReview: _Said("review_done"),
    c.SnoozeTimer: _Said("snoozed", lambda x, _: {"timer": x.timer, "until": x.until}),
    c.StopTimer: _Said("stopped", lambda x, _: {"timer": x.timer}),
    c.Resolve: _Said("resolved", _resolved),
    c.Close: _Said("closed", _closed),
    c.Reopen: _Said("reopened", _reopened),
    c.CorrectTitle: _Said("title_corrected", _titled),
    c.CorrectUpdate: _Said("update_corrected", lambda x, _: {"item": x.update}),
    c.Retract: _Said("retracted", lambda x, _: {"item": x.entry}),
    c.Redact: _Said("redacted", lambda x, _: {"item": x.entry}),
    c.Grant: _Said("granted", _sight),
    c.MakePrivate: _Said("made_private"),
    c.Revoke: _Said("revoked", _sight),
}
COMMANDS = frozenset(_SAID)
"""Every command that has words here: all that can be given in Slack, but for Open."""
