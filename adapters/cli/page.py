"""One incident as a page to read: what it is, who does what, when, and what was collected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adapters.cli.shown import flags, isolated, length, moment, prose
from incident_core.model.entry import Evidence, Task, Update
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone, durations, milestone


def page(incident: Incident, beside: Sequence[str] = ()) -> str:
    """The lines of the page; `beside` are some about the world outside."""
    return "\n".join(_lines(incident, beside))


def _lines(incident: Incident, beside: Sequence[str]) -> Iterator[str]:
    yield f"{incident.key}  {prose(incident.title)}"
    yield " · ".join(_facts(incident))
    yield from beside
    yield from section("Roles", _roles(incident))
    yield from section("Times", _times(incident))
    yield from section("Durations", _durations(incident))
    yield from section("Evidence", map(evidence_line, incident.evidence))
    yield from section("Updates", map(update_line, incident.updates))
    yield from section("Tasks", map(task_line, incident.tasks))
    yield from section("Follow-ups", map(task_line, incident.follow_ups))
    if incident.private:
        yield from section("Can see it", (isolated(who) for who in sorted(map(str, incident.access))))


def section(name: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines below their heading; no heading without lines."""
    for number, line in enumerate(lines):
        if number == 0:
            yield f"\n{name}"
        yield f"  {line}"


def _facts(incident: Incident) -> Iterator[str]:
    yield incident.stage.value
    if incident.status is not None:
        yield incident.status.value
    yield incident.severity.value
    if incident.outcome is not None:
        other = f" of {incident.duplicate_of}" if incident.duplicate_of else ""
        yield f"{incident.outcome}{other}"
    yield from flags(incident)
    yield f"opened by {isolated(str(incident.opened_by))}"
    yield f"version {incident.version}"


def _roles(incident: Incident) -> Iterator[str]:
    width = max((len(role) for role in incident.roles), default=0)
    for role, holder in sorted(incident.roles.items()):
        yield f"{role:{width}}  {isolated(str(holder))}"


def _times(incident: Incident) -> Iterator[str]:
    for which in Milestone:
        if (when := milestone(incident, which)) is not None:
            yield f"{which.value:17}  {moment(when)}"
    if incident.review_done_at is not None:
        yield f"{'review_done_at':17}  {moment(incident.review_done_at)}"


def _durations(incident: Incident) -> Iterator[str]:
    for name, span in durations(incident).items():
        if span is not None:
            yield f"{name:19}  {length(span)}"


def evidence_line(piece: Evidence) -> str:
    """A link, and what it shows."""
    note = "" if piece.note is None else f"  {prose(piece.note, '  ')}"
    return f"{_id(piece)}  {prose(piece.url)}{note}  ({_by(piece.added_by, moment(piece.added_at))})"


def update_line(update: Update) -> str:
    """What was sent."""
    parts = [f"{_id(update)}  {prose(update.text, '  ')}  ({_by(update.sent_by, moment(update.sent_at))})"]
    if update.impact is not None:
        parts.append(f"impact: {prose(update.impact, '    ')}")
    if update.components:
        parts.append(f"components: {', '.join(map(isolated, update.components))}")
    if update.next_due is not None:
        parts.append(f"next update due {moment(update.next_due)}")
    return "\n      ".join(parts)


def task_line(task: Task) -> str:
    """What is to be done, by whom, and whether it is."""
    owner = "nobody yet" if task.owner is None else isolated(str(task.owner))
    due = "" if task.due is None else f", due {task.due}"
    done = "" if task.done_at is None else f", done {moment(task.done_at)}"
    box = "[x]" if task.done_at is not None else "[ ]"
    return f"{_id(task)}  {box} {prose(task.text, '  ')}  ({owner}{due}{done})"


def _id(entry: Evidence | Update | Task) -> str:
    return f"{entry.id:3}" + (" retracted:" if entry.retracted else "")


def _by(who: object, when: str) -> str:
    return f"{isolated(str(who))}, {when}"
