"""The verb for whoever joins late: where we are, who is who, and what has changed; from the record alone."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.slack.bot import story
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.refusal import OVERRIDABLE, against
from adapters.slack.bot.shown import marks, text
from adapters.slack.bot.verbs.page import evidence_line, task_line, update_line
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.parts import Line, Room
from incident_core.errors import Invalid
from incident_core.usecases.catchup import Catchup, catching_up

TASKS = 5
"""Open tasks that are named."""


def _catch_up(asked: Asked) -> Answer:
    if asked.rest:
        raise Invalid("catchup", f"{asked.rest[:80]} means nothing here: {asked.program} catchup INC-42.")
    desk = asked.desk
    key = asked.needed()
    found = catching_up(desk.reader, desk.timers, asked.rules, desk.workspace, key, asked.actor, asked.now)
    return Answer(list(_lines(asked, found)))


def _lines(asked: Asked, found: Catchup) -> Iterator[Line]:
    """What is most urgent comes first: what does not fit is cut off at the end."""
    yield from _where(asked, found)
    yield from _people(asked, found)
    yield from _updates(asked, found)
    yield from _tasks(asked, found)
    yield from _changes(asked, found)
    yield from _evidence(asked, found)
    yield from _missing(asked, found)
    yield from _reminders(asked, found)


def _where(asked: Asked, found: Catchup) -> Iterator[Line]:
    words, incident = asked.desk.words, found.incident
    channel = asked.rooms(incident.key).get(incident.key)
    yield words.line(
        "catchup.head",
        marks=[f"{mark} " for mark in marks(words, incident)],
        key=incident.key,
        title=text(incident.title),
        room=None if channel is None else Room(channel),
    )
    yield words.line(
        "catchup.where",
        severity=incident.severity,
        stage=incident.stage,
        status=incident.status,
        since=found.since,
        who=incident.opened_by,
        opened_at=incident.opened_at,
    )
    if found.impact is not None:
        yield words.line("catchup.impact", impact=text(found.impact))


def _people(asked: Asked, found: Catchup) -> Iterator[Line]:
    words = asked.desk.words
    yield words.line("catchup.people")
    for role, holder in found.roles:
        yield words.line("catchup.role", role=role, holder=holder)


def _updates(asked: Asked, found: Catchup) -> Iterator[Line]:
    words = asked.desk.words
    if not found.updates:
        yield words.line("catchup.no_updates")
        return
    yield words.line("catchup.updates")
    for update in found.updates:
        yield update_line(words, update)


def _tasks(asked: Asked, found: Catchup) -> Iterator[Line]:
    words, count = asked.desk.words, len(found.tasks)
    if not count:
        return
    yield words.line("catchup.tasks", count=count)
    for task in found.tasks[:TASKS]:
        yield task_line(words, task)
    if count > TASKS:
        yield words.line(
            "catchup.more_tasks", count=count - TASKS, command=asked.program, key=found.incident.key
        )


def _changes(asked: Asked, found: Catchup) -> Iterator[Line]:
    words, left = asked.desk.words, found.changes_in_all - len(found.changes)
    if not found.changes:
        yield words.line("catchup.no_changes")
        return
    yield words.line("catchup.changes")
    for each in found.changes:
        event = each.event
        what = story.said(words, event, each.redacted)
        yield words.line("catchup.change", at=event.at, who=event.actor, said=what)
    if left:
        yield words.line("catchup.more_changes", count=left, command=asked.program, key=found.incident.key)


def _evidence(asked: Asked, found: Catchup) -> Iterator[Line]:
    words = asked.desk.words
    if found.evidence:
        yield words.line("catchup.evidence", count=found.evidence_in_all)
    for piece in found.evidence:
        yield evidence_line(words, piece)


def _missing(asked: Asked, found: Catchup) -> Iterator[Line]:
    words, key, move = asked.desk.words, found.incident.key, found.next_move
    if move is None:
        return
    if not found.missing:
        yield words.line("catchup.nothing_missing", move=move, command=asked.program, key=key)
        return
    yield words.line("catchup.missing", move=move)
    for reason in found.missing:
        yield from against(words, key, reason, asked.program, override=reason.code in OVERRIDABLE)


def _reminders(asked: Asked, found: Catchup) -> Iterator[Line]:
    words = asked.desk.words
    if found.reminders:
        yield words.line("catchup.reminders")
    for each in found.reminders:
        yield words.line("catchup.reminder", timer=each.name, at=each.due_at)


VERBS = (Verb("catchup", _catch_up, aliases=("catch-up",)),)
