"""What should be in Slack for an incident; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from adapters.slack.drawing import digest, review, updates
from adapters.slack.drawing.panel import panel
from adapters.slack.drawing.setup import Setup
from adapters.slack.drawing.topic import topic
from adapters.slack.names import channel_name
from adapters.slack.parts import mentioned
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage
from incident_core.ports.mirror import Lane, Wanted

CHANGING = "chat.update"
POST_TO_DIGEST = "chat.postMessage digest"
"""Slack counts the messages of each channel for themselves."""

ARCHIVED = ("archive", "shut")
"""That its channel is archived: by us, because it is closed, or by somebody else."""


def wanted(setup: Setup, incident: Incident) -> Sequence[Wanted]:
    """In the order in which it is wanted: people can come in before anything else is there."""
    found = [_channel(setup, incident), *_people(setup, incident)]
    found.append(_in(incident, "topic", "conversations.setTopic", {"topic": topic(setup, incident)}))
    reviewed = list(review.wanted(setup, incident))
    found.append(_panel(setup, incident, reviewed=bool(reviewed)))
    found.append(_in(incident, "pin", "pins.add", {}, "panel"))
    if has_digest(setup, incident):
        found += _digest(setup, incident)
    found += reviewed
    if incident.stage is Stage.RESOLVED:  # whoever archives it has a reason; nothing is said there then
        found.append(Wanted("shut", "none", {}, ("channel",), repeatable=True, kept=True))
    if incident.stage is Stage.CLOSED:
        needs = ("channel",)
        archived = Wanted("archive", "conversations.archive", {}, needs, last=True, repeatable=True)
        found.append(replace(archived, lane=Lane.REST))
    return found


def has_digest(setup: Setup, incident: Incident) -> bool:
    """Whether the digest channel hears of it."""
    return bool(setup.digest) and not incident.private


def posting(incident: Incident) -> str:
    """What messages in its channel count as."""
    return f"chat.postMessage {incident.key}"


def channel_content(
    prefix: str, number: int | None, title: str | None, *, private: bool
) -> dict[str, object]:
    """What the channel of an incident should be like."""
    return {"name": channel_name(prefix, number, title), "private": private}


def _channel(setup: Setup, incident: Incident) -> Wanted:
    """Nothing comes into the channel of a private incident that is not private itself yet."""
    return Wanted(
        "channel",
        "conversations.create",
        channel_content(setup.prefix, incident.number, incident.title, private=incident.private),
        without=ARCHIVED,
        changing="conversations.rename",
        kept=incident.stage is Stage.CLOSED or (incident.private and not setup.private),
        exact=incident.private,
    )


def _people(setup: Setup, incident: Incident) -> Iterator[Wanted]:
    """Those it concerns; groups are not asked to what is private."""
    people = set(incident.access) if incident.private else {incident.opened_by, *incident.roles.values()}
    users = sorted({who.id for who in people if mentioned(who)} - {setup.bot_user})
    yield _in(incident, "members", "conversations.invite", {"users": users, "private": incident.private})
    if setup.group and incident.declared_at is not None and not incident.private:
        yield _group(incident, "responders", {"group": setup.group})
    if setup.invited and not incident.private:
        yield _group(incident, "invited", {"handle": setup.invited.removeprefix("@")})


def _group(incident: Incident, slot: str, shown: dict[str, Any]) -> Wanted:
    """Its members are looked up, and invited."""
    found = _in(incident, slot, "usergroups.users.list", shown)
    return replace(found, uses=("conversations.invite",), lane=Lane.NEXT)


def _panel(setup: Setup, incident: Incident, *, reviewed: bool) -> Wanted:
    """Once it is closed it leads to the digest, which leads to wherever it goes on."""
    linked = incident.stage is Stage.CLOSED and has_digest(setup, incident)
    shown = {"to": "channel", **panel(setup, incident, linked=linked)}
    return Wanted(
        "panel",
        posting(incident),
        shown,
        ("channel",),
        without=ARCHIVED,
        changing=CHANGING,
        knows=(*(("digest",) if linked else ()), *(("review",) if reviewed else ())),
        kept=incident.stage is Stage.CLOSED,
        lane=Lane.NEXT,
    )


def _digest(setup: Setup, incident: Incident) -> Iterator[Wanted]:
    """The line, and below it what everybody there should see: that it was declared, and the updates."""
    shown = {"to": "digest", **digest.digest(setup, incident)}
    yield Wanted("digest", POST_TO_DIGEST, shown, ("channel",), changing=CHANGING, lane=Lane.REST)
    if incident.declared_at is not None:
        yield _below("declared", digest.declared(setup, incident), kept=incident.stage is not Stage.INCIDENT)
    for slot, drawn, new in updates.shown(setup, incident):
        yield _below(slot, drawn, kept=not new)


def _below(slot: str, shown: dict[str, Any], *, kept: bool) -> Wanted:
    """A reply to the digest's line, for all readers of the digest channel."""
    told = {"to": "thread", **shown}
    needs = ("channel", "digest")
    return Wanted(slot, POST_TO_DIGEST, told, needs, changing=CHANGING, kept=kept, lane=Lane.REST)


def _in(incident: Incident, slot: str, method: str, shown: dict[str, Any], *needs: str) -> Wanted:
    """Something in the incident's channel that can be made again without harm."""
    return Wanted(
        slot,
        method,
        shown,
        ("channel", *needs),
        without=ARCHIVED,
        repeatable=True,
        kept=incident.stage is Stage.CLOSED,
        lane=Lane.FIRST if slot == "members" else Lane.REST,
    )
