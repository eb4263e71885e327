"""What should be in Slack for an incident, and what should be said there; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.slack.drawing import digest, lines
from adapters.slack.drawing import reminders as reminding
from adapters.slack.drawing.message import content
from adapters.slack.drawing.panel import panel
from adapters.slack.drawing.setup import Setup
from adapters.slack.drawing.topic import topic
from adapters.slack.names import channel_name
from adapters.slack.parts import mentioned
from incident_core import events as e
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage
from incident_core.ports.mirror import Item, Wanted
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder

UPDATE = "chat.update"
POST_TO_DIGEST = "chat.postMessage digest"
"""Slack counts the messages of each channel for themselves."""

_ARCHIVED = ("archive",)
_AFTER_CLOSE = (e.FollowUpAssigned, e.FollowUpDone, e.TextRedacted)
"""Events that can happen to an incident that is closed: its channel is archived and cannot hear of them."""


def wanted(setup: Setup, incident: Incident) -> Sequence[Wanted]:
    """In the order in which it is wanted: people can come in before anything else is there."""
    found = [_channel(setup, incident), _members(setup, incident)]
    if setup.group and incident.declared_at is not None and not incident.private:
        found.append(_in(incident, "responders", "usergroups.users.list", {"group": setup.group}))
    found.append(_in(incident, "topic", "conversations.setTopic", {"topic": topic(incident)}))
    found.append(_panel(setup, incident))
    found.append(_in(incident, "pin", "pins.add", {}, "panel"))
    if _has_digest(setup, incident):
        shown = {"to": "digest", **digest.digest(incident)}
        found.append(Wanted("digest", POST_TO_DIGEST, shown, ("channel",), changing=UPDATE))
    if incident.stage is Stage.CLOSED:
        found.append(Wanted("archive", "conversations.archive", {}, ("channel",), last=True, repeatable=True))
    return found


def items(setup: Setup, incident: Incident, entry: Entry) -> Iterator[Item]:
    """At most one for the incident's channel, and one for the digest."""
    rows = None if _too_late(incident, entry) else lines.rows(incident, entry)
    if rows is not None:
        yield _said(incident, content(rows))
    if isinstance(entry.event, e.Declared) and _has_digest(setup, incident):
        yield _below(digest.declared(incident, entry.event))


def reminders(setup: Setup, incident: Incident | None, reminder: Reminder) -> Iterator[Item]:
    """One line; nowhere, where there is no place for it."""
    if incident is None:
        if setup.digest and reminder.listed:
            told = {"to": "digest", **content(reminding.stale(setup, reminder))}
            yield Item("digest", POST_TO_DIGEST, told)
        return
    shown = content(reminding.about(setup, incident.key, reminder))
    if incident.stage is not Stage.CLOSED:
        yield _said(incident, shown)
    elif _has_digest(setup, incident):
        yield _below(shown)


def _said(incident: Incident, shown: dict[str, Any]) -> Item:
    told = {"to": "channel", **shown}
    return Item("channel", _posting(incident), told, ("channel",), _ARCHIVED)


def _below(shown: dict[str, Any]) -> Item:
    """A reply to the digest's message, for all readers of the digest channel."""
    return Item("digest", POST_TO_DIGEST, {"to": "thread", **shown}, ("channel", "digest"))


def _channel(setup: Setup, incident: Incident) -> Wanted:
    name = channel_name(setup.prefix, incident.number, incident.title)
    return Wanted(
        "channel",
        "conversations.create",
        {"name": name, "private": incident.private},
        without=_ARCHIVED,
        changing="conversations.rename",
        kept=incident.stage is Stage.CLOSED or (incident.private and not setup.private),
    )


def _members(setup: Setup, incident: Incident) -> Wanted:
    people = {incident.opened_by, *incident.roles.values()}
    if incident.private:
        people = set(incident.access)
    users = sorted({who.id for who in people if mentioned(who)} - {setup.bot_user})
    return _in(incident, "members", "conversations.invite", {"users": users, "private": incident.private})


def _panel(setup: Setup, incident: Incident) -> Wanted:
    """Once it is closed it leads to the digest, which leads to wherever it goes on."""
    linked = incident.stage is Stage.CLOSED and _has_digest(setup, incident)
    shown = {"to": "channel", **panel(setup, incident, linked=linked)}
    return Wanted(
        "panel",
        _posting(incident),
        shown,
        ("channel",),
        without=_ARCHIVED,
        changing=UPDATE,
        knows=("digest",) if linked else (),
        kept=incident.stage is Stage.CLOSED,
    )


def _in(incident: Incident, slot: str, method: str, shown: dict[str, Any], *needs: str) -> Wanted:
    """Something in the incident's channel that can be made again without harm."""
    return Wanted(
        slot,
        method,
        shown,
        ("channel", *needs),
        without=_ARCHIVED,
        repeatable=True,
        kept=incident.stage is Stage.CLOSED,
    )


def _has_digest(setup: Setup, incident: Incident) -> bool:
    return bool(setup.digest) and not incident.private


def _posting(incident: Incident) -> str:
    return f"chat.postMessage {incident.key}"


def _too_late(incident: Incident, entry: Entry) -> bool:
    closed = incident.closed_at
    return closed is not None and isinstance(entry.event, _AFTER_CLOSE) and entry.recorded_at >= closed
