"""One incident as a page: what it is, who does what, when, and the newest of what was collected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.shown import length, state, text, who
from adapters.slack.drawing.words import REDACTED
from adapters.slack.parts import Bold, Code, Line, Link, Part, Room, When
from incident_core.model.entry import Evidence, Task, Update
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone, durations, milestone

_NEWEST = 6
E = TypeVar("E", Evidence, Update, Task)


def page(asked: Asked, incident: Incident) -> Answer:
    """The page; what does not fit is left to the timeline."""
    return Answer(list(_lines(asked, incident)))


def _lines(asked: Asked, incident: Incident) -> Iterator[Line]:
    room = asked.rooms(incident.key).get(incident.key)
    channel: tuple[Part, ...] = () if room is None else ("  ", Room(room))
    yield (Bold(incident.key), f"  {text(incident.title)}", *channel)
    yield (state(incident), _ended(incident), " · opened by ", who(incident.opened_by))
    for name, holder in incident.roles.items():
        yield (f"{name}: ", who(holder))
    yield from _times(incident)
    yield from newest(asked, "Updates", update_line, incident.updates)
    yield from newest(asked, "Evidence", evidence_line, incident.evidence)
    yield from newest(asked, "Tasks", task_line, incident.tasks)
    yield from newest(asked, "Follow-ups", task_line, incident.follow_ups)
    if incident.private:
        seen: list[Part] = []
        for each in sorted(incident.access, key=str)[:20]:
            seen += [" ", who(each)]
        yield ("Can see it:", *seen)


def _ended(incident: Incident) -> str:
    if incident.outcome is None:
        return ""
    other = f" of {incident.duplicate_of}" if incident.duplicate_of else ""
    return f" · {incident.outcome}{other}"


def _times(incident: Incident) -> Iterator[Line]:
    for which in Milestone:
        if (when := milestone(incident, which)) is not None:
            yield (f"{which.value}: ", When(when))
    spans = [f"{name} {length(span)}" for name, span in durations(incident).items() if span is not None]
    if spans:
        yield (" · ".join(spans),)


def newest(
    asked: Asked, name: str, line: Callable[[E], Line], entries: Sequence[E], most: int = _NEWEST
) -> Iterator[Line]:
    """The newest entries that were not retracted below their heading; nothing where there are none."""
    there = [each for each in entries if not each.retracted]
    if not there:
        return
    yield (Bold(name), f" ({len(there):,})")
    for each in there[-most:]:
        yield line(each)
    if len(there) > most:
        yield (
            f"and {len(there) - most:,} older: ",
            Code(f"{asked.program} timeline {asked.key or ''}".strip()),
        )


def evidence_line(piece: Evidence) -> Line:
    """A link, and what it shows."""
    link: Part = REDACTED if piece.url is None else Link(piece.url, text(piece.url, 100))
    note = "" if piece.note is None else f" {text(piece.note, 150)}"
    return (f"• {piece.id} ", link, f"{note} (", who(piece.added_by), ", ", When(piece.added_at), ")")


def update_line(update: Update) -> Line:
    """What was sent."""
    return (f"• {update.id} {text(update.text, 400)} (", who(update.sent_by), ", ", When(update.sent_at), ")")


def task_line(task: Task) -> Line:
    """What is to be done, by whom, and whether it is."""
    box = "☑" if task.done_at is not None else "☐"
    due = "" if task.due is None else f", due {task.due}"
    owner: Part = "nobody yet" if task.owner is None else who(task.owner)
    return (f"{box} {task.id} {text(task.text, 200)} (", owner, f"{due})")
