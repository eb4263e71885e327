"""What the receiver of the webhook has to say once all is quiet: every event, and every reminder that counts.

A repeat is promised to be rare and the same; whatever is heard is a document as docs/webhook.md describes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from incident_core.model.incident import Incident
from incident_core.model.times import to_iso
from incident_core.ports.timers import Reminder, everything
from incident_core.record.document import Document
from incident_core.testing.simulation.schedule import WORKSPACE, Schedule
from tests.crashes.standin import Hooks


def unheard(schedule: Schedule, hooks: Hooks, interrupted: int) -> Iterator[str]:
    """One sentence for everything that is not as promised; so often were workers `interrupted`."""
    [story] = schedule.stories
    told = story.chapters[-1]
    expected = [entry.version for entry in told.entries]
    heard = [each["event"]["version"] for each in hooks.about(story.id) if "event" in each]
    if heard != expected:
        yield f"the webhook told {heard} of {expected}"
    yield from _reminders(schedule, hooks, story.id)
    yield from _reminders(schedule, hooks, everything(WORKSPACE))
    for key, document in hooks.documents.items():
        if not _valid(schedule, key, document, told.incident):
            yield f"the webhook was sent a document that is not valid: {document}"
    if hooks.changed:
        yield f"the webhook repeated something else: {hooks.changed}"
    repeats = len(hooks.received) - len(hooks.kept)
    if repeats > interrupted:
        yield f"the webhook repeated {repeats} times, and was interrupted {interrupted} times"


def behind(schedule: Schedule) -> Iterator[str]:
    """One sentence for each mirror that has not come as far as it should."""
    for (about, mirror), row in schedule.mirrors.rows.items():
        if (row.shown, row.reminded) != (row.wanted, row.to_remind):
            yield (
                f"{mirror} stays behind with {about} at {row.shown} of {row.wanted},"
                f" {row.reminded} of {row.to_remind}: {row.error}"
            )


def _reminders(schedule: Schedule, hooks: Hooks, about: UUID) -> Iterator[str]:
    """Each that is not over was heard, in order, and after all events."""
    wanted = {each.number for each in schedule.timers.newer(about, 0) if not each.over}
    documents = hooks.about(about)
    heard = [each["reminder"]["number"] for each in documents if "reminder" in each]
    if wanted - set(heard):
        yield f"the webhook was reminded of {heard}, and should have been of {sorted(wanted)}"
    if heard != sorted(set(heard)):
        yield f"the webhook was reminded in the wrong order: {heard}"
    if any("event" in each for each in documents[len(documents) - len(heard) :]):
        yield "the webhook was reminded before it was told all that had happened"


def _valid(schedule: Schedule, key: str, document: Document, incident: Incident) -> bool:
    """Whether it says what it should, no more, and under the right key."""
    whole = key.startswith(str(everything(WORKSPACE)))
    about = None if whole else {"key": incident.key, "private": False, "drill": False}
    rest = {"schema": 1, "id": key, "workspace": WORKSPACE, "incident": about}
    if "event" in document:
        return document == rest | {"event": document["event"]}
    of = everything(WORKSPACE) if whole else schedule.stories[0].id
    fired = {f"{of}:webhook:remind:webhook:{each.number}:1": each for each in schedule.timers.newer(of, 0)}
    return key in fired and document == rest | {"reminder": _reminder(fired[key], incident, whole=whole)}


def _reminder(each: Reminder, incident: Incident, *, whole: bool) -> Document:
    """What is said about it; a list has all that is stale, which is one incident."""
    found = {
        "number": each.number,
        "timer": each.timer,
        "since": to_iso(each.since),
        "due_at": to_iso(each.due_at),
        "fired_at": to_iso(each.fired_at),
    }
    line = {
        "key": incident.key,
        "title": "API is slow",
        "severity": incident.severity.value,
        "stage": incident.stage.value,
        "opened_at": to_iso(incident.stages[0].at),
    }
    return found | {"listed": [line], "more": 0} if whole else found
