"""The review document of an incident, as a file in its channel; what is private goes nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.desk import CHANNEL, MIRROR
from adapters.slack.bot.outbound import NO_ENTRY, CannotSend
from adapters.slack.parts import Room, plain
from incident_core.errors import IncidentError
from incident_core.model.actor import Actor
from incident_core.usecases.reviewing import reviewing

REVIEW = "review"
"""The slot in which the channel for an incident's review is known."""


def document(asked: Asked) -> Answer:
    """Say that it is being written, and write it; raises Invalid and NotFound like all that is about one."""
    incident, words = asked.incident(), asked.desk.words
    if not asked.desk.features.files:
        return Answer(words.lines("documents.no_files", key=incident.key, file=_file(incident.key)))
    rooms = _rooms(asked, incident.key, private=incident.private)
    if not rooms:
        return say(words.line("documents.no_room", key=incident.key, file=_file(incident.key)))
    first = asked.bot.recent.first(asked.command_key)
    jobs = (partial(asked.bot.pool.aside, partial(_made, asked, incident.key)),) if first else ()
    return Answer([words.line("documents.review_follows", key=incident.key, room=Room(rooms[0]))], after=jobs)


def _file(key: str) -> str:
    return f"{key.lower()}-review.md"


def _rooms(asked: Asked, key: str, *, private: bool) -> Sequence[str]:
    """Where it belongs, the best place first: into the channel for its review, or else into its own."""
    desk = asked.desk
    slots = (CHANNEL,) if private else (REVIEW, CHANNEL)
    found = (desk.whereabouts.outside(desk.workspace, MIRROR, slot, [key]).get(key) for slot in slots)
    return [room for room in found if room is not None]


def _made(asked: Asked, key: str) -> None:
    """Write it as it is now, and send it; where that fails, say so to whoever asked."""
    desk = asked.desk
    try:
        now = desk.clock.now()
        review = reviewing(desk.reader, desk.workspace, key, asked.actor, now, partial(_name, asked))
        content = desk.review(review).encode(errors="replace")
        told = _sent(asked, key, content, private=review.private)
    except (CannotSend, IncidentError) as fault:
        told = say(desk.words.line("documents.review_not_made", key=key, fault=str(fault)))
    if told is not None:
        asked.bot.out.reply(asked.reply_to, told)


def _name(asked: Asked, who: Actor) -> str:
    """What somebody is called, if they were met; in a file nobody is mentioned."""
    known = asked.desk.directory.name(who.id) if who.kind == "slack" else None
    return " ".join((known or str(who)).split())


def _sent(asked: Asked, key: str, content: bytes, *, private: bool) -> Answer | None:
    """Into the first room that takes it, or to whoever asked; what is to be said then. Raises CannotSend."""
    words, name = asked.desk.words, _file(key)
    posted = plain(words.line("documents.review_posted", key=key, who=Actor("slack", asked.user)))
    for room in _rooms(asked, key, private=private):
        if private and not _is_private(asked, room):
            continue
        try:
            asked.bot.out.share_file(room, name, content, posted)
        except CannotSend as fault:
            if fault.code not in NO_ENTRY:
                raise
        else:
            return None
    if private:
        return say(words.line("documents.not_private_there", key=key, file=name))
    asked.bot.out.send_file(asked.user, name, content, plain(words.line("documents.review_sent", key=key)))
    return say(words.line("documents.review_sent_to_you", key=key))


def _is_private(asked: Asked, room: str) -> bool:
    """Whether only its members see what is there; an incident may be private sooner than its channel."""
    found = asked.bot.out.api.call("conversations.info", channel=room).data.get("channel")
    return isinstance(found, dict) and found.get("is_private") is True
