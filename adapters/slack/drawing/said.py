"""What should be said in Slack about an event, or because a timer fired; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.slack.drawing import direct, finding, lines
from adapters.slack.drawing import reminders as reminding
from adapters.slack.drawing.elements import actions, button, leading
from adapters.slack.drawing.message import content
from adapters.slack.drawing.setup import Setup
from adapters.slack.drawing.wanted import ARCHIVED, CHANGING, POST_TO_DIGEST, has_digest, posting
from adapters.slack.parts import Block, mentioned
from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage
from incident_core.ports.findings import Finding
from incident_core.ports.mirror import Item
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder

POST_DIRECTLY = "chat.postMessage direct"

_AFTER_CLOSE = (e.FollowUpAssigned, e.FollowUpDone, e.ReminderSnoozed, e.ReminderStopped, e.TextRedacted)
"""Events that can happen to an incident that is closed: its channel is archived and cannot hear of them."""


def items(setup: Setup, incident: Incident, entry: Entry) -> Iterator[Item]:
    """At most one for the incident's channel, and one for whoever has a role now."""
    rows = None if _too_late(incident, entry) else lines.rows(setup.words, incident, entry)
    if rows is not None:
        yield _in_channel(incident, content(rows, *_pressed(setup, incident, entry)))
    for user, shown in direct.told(setup, incident, entry.event):
        told = {"to": "direct", "user": user, **shown}
        yield Item(f"direct:{user}", POST_DIRECTLY, told, ("channel",), changing=CHANGING)


def reminders(setup: Setup, incident: Incident | None, reminder: Reminder) -> Iterator[Item]:
    """One message; nowhere, where there is no place for it. What was found is told to each admin.

    Of what is closed it is said below its line in the digest, or else to whoever it concerns.
    """
    if reminder.found is not None:
        yield from _found(setup, incident, reminder.found)
    elif incident is None:
        if setup.digest and reminder.listed:
            told = {"to": "digest", **content(reminding.stale(setup, reminder))}
            yield Item("digest", POST_TO_DIGEST, told)
    elif incident.stage is not Stage.CLOSED:
        yield _in_channel(incident, reminding.shown(setup, incident, reminder, alarm=setup.alarm))
    elif has_digest(setup, incident):
        shown = {"to": "thread", **reminding.shown(setup, incident, reminder, alarm=False)}
        yield Item("digest", POST_TO_DIGEST, shown, ("channel", "digest"))
    elif (owner := reminding.owner(incident, reminder.timer)) is not None and _tellable(
        setup, incident, owner
    ):
        told = {"to": "direct", "user": owner.id, **reminding.shown(setup, incident, reminder, alarm=False)}
        yield Item(f"direct:{owner.id}", POST_DIRECTLY, told, changing=CHANGING)


def _tellable(setup: Setup, incident: Incident, who: Actor) -> bool:
    """Whether somebody can be told directly of what they may see."""
    return mentioned(who) and who.id != setup.bot_user and incident.seen_by(who)


def _found(setup: Setup, incident: Incident | None, found: Finding) -> Iterator[Item]:
    if incident is None:
        for user in sorted({who.id for who in setup.policy.admins if mentioned(who)}):
            told = {"to": "direct", "user": user, **content(finding.reported(setup, found))}
            yield Item(f"direct:{user}", POST_DIRECTLY, told, changing=CHANGING)
    elif incident.stage is not Stage.CLOSED:
        yield _in_channel(incident, content(finding.aloud(setup, found)))


def _in_channel(incident: Incident, shown: dict[str, Any]) -> Item:
    told = {"to": "channel", **shown}
    return Item("channel", posting(incident), told, ("channel",), ARCHIVED, changing=CHANGING)


def _pressed(setup: Setup, incident: Incident, entry: Entry) -> Sequence[Block]:
    """What can be done right after it was resolved."""
    if not isinstance(entry.event, e.Resolved):
        return ()
    said = setup.words.text
    about = f'{{"key": "{incident.key}"}}'
    row = [
        button("chatlog:export", said("lines.chat_log_button"), about),
        button("review:document", said("documents.review_button"), about),
        button("followup:add", said("followups.add_button"), about),
    ]
    if setup.guide:
        row.append(leading("link:guide", said("lines.guide_button"), setup.guide))
    if setup.postmortems:
        row.append(leading("link:postmortems", said("lines.postmortems_button"), setup.postmortems))
    return (actions(row),)


def _too_late(incident: Incident, entry: Entry) -> bool:
    closed = incident.closed_at
    return closed is not None and isinstance(entry.event, _AFTER_CLOSE) and entry.recorded_at >= closed
