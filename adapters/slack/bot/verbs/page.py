"""One incident as a page: what it is, who does what, when, and the newest of what was collected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.shown import length, state, text
from adapters.slack.drawing.words import REDACTED
from adapters.slack.parts import Line, Link, Room
from adapters.slack.words import Words
from incident_core.model.entry import Evidence, Task, Update
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone, durations, milestone

_NEWEST, _SEEN = 6, 20
E = TypeVar("E", Evidence, Update, Task)


def page(asked: Asked, incident: Incident) -> Answer:
    """The page; what does not fit is left to the timeline."""
    return Answer(list(_lines(asked, incident)))


def _lines(asked: Asked, incident: Incident) -> Iterator[Line]:
    words = asked.desk.words
    yield from _head(asked, incident)
    for name, holder in incident.roles.items():
        yield words.line("status.role", role=name, holder=holder)
    yield from _times(words, incident)
    yield from newest(asked, "updates", update_line, incident.updates)
    yield from newest(asked, "evidence", evidence_line, incident.evidence)
    yield from newest(asked, "tasks", task_line, incident.tasks)
    yield from newest(asked, "follow_ups", task_line, incident.follow_ups)
    if incident.private:
        yield words.line("status.seen_by", people=sorted(incident.access, key=str)[:_SEEN])


def _head(asked: Asked, incident: Incident) -> Iterator[Line]:
    channel = asked.rooms(incident.key).get(incident.key)
    room = None if channel is None else Room(channel)
    yield asked.desk.words.line("status.head", key=incident.key, title=text(incident.title), room=room)
    yield asked.desk.words.line(
        "status.state",
        state=state(incident),
        outcome=incident.outcome,
        duplicate_of=incident.duplicate_of,
        who=incident.opened_by,
    )


def _times(words: Words, incident: Incident) -> Iterator[Line]:
    for which in Milestone:
        if (when := milestone(incident, which)) is not None:
            yield words.line("status.milestone", milestone=which, at=when)
    spans = [f"{name} {length(span)}" for name, span in durations(incident).items() if span is not None]
    if spans:
        yield (" · ".join(spans),)


def newest(
    asked: Asked, name: str, line: Callable[[Words, E], Line], entries: Sequence[E], most: int = _NEWEST
) -> Iterator[Line]:
    """The newest entries that were not retracted below their heading; nothing where there are none."""
    words = asked.desk.words
    there = [each for each in entries if not each.retracted]
    if not there:
        return
    yield words.line(f"status.{name}", count=len(there))
    for each in there[-most:]:
        yield line(words, each)
    if len(there) > most:
        left = len(there) - most
        yield words.line("status.older", count=left, command=asked.program, key=asked.needed())


def evidence_line(words: Words, piece: Evidence) -> Line:
    """A link, and what it shows."""
    return words.line(
        "status.piece",
        item=piece.id,
        link=REDACTED if piece.url is None else Link(piece.url, text(piece.url, 100)),
        note=None if piece.note is None else text(piece.note, 150),
        who=piece.added_by,
        at=piece.added_at,
    )


def update_line(words: Words, update: Update) -> Line:
    """What was sent."""
    said, by = text(update.text, 400), update.sent_by
    return words.line("status.update", item=update.id, text=said, who=by, at=update.sent_at)


def task_line(words: Words, task: Task) -> Line:
    """What is to be done, by whom, and whether it is."""
    return words.line(
        "status.task",
        done=task.done_at is not None,
        item=task.id,
        text=text(task.text, 200),
        owner=task.owner,
        due=task.due,
    )
