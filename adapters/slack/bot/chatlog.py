"""The log of an incident's channel: all that was said there, as a text file in that channel."""

from __future__ import annotations

from functools import partial

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.outbound import NO_ENTRY, CannotSend
from adapters.slack.bot.shown import marks
from adapters.slack.bot.talk import NotRead, Reading
from adapters.slack.bot.transcript import written
from adapters.slack.drawing.words import text as typed
from adapters.slack.leaves import text
from adapters.slack.parts import Room, plain
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident

_SETTINGS = (("history", "SLACK_READ_HISTORY=true"), ("files", "SLACK_SEND_FILES=true"))


def exported(asked: Asked) -> Answer:
    """Say that the log is being made, and make it; raises Invalid and NotFound like all that is about one."""
    incident, words = asked.incident(), asked.desk.words
    off = [setting for name, setting in _SETTINGS if not getattr(asked.desk.features, name)]
    if off:
        return Answer(words.lines("chat_log.not_allowed", settings=off))
    room = asked.rooms(incident.key).get(incident.key)
    if room is None:
        return say(words.line("chat_log.no_channel", key=incident.key))
    first = asked.bot.recent.first(asked.command_key)
    jobs = (partial(asked.bot.pool.aside, partial(_made, asked, incident, room)),) if first else ()
    return Answer([words.line("chat_log.follows", room=Room(room))], after=jobs)


def _made(asked: Asked, incident: Incident, room: str) -> None:
    """Read, write and send it; where that fails, say so to whoever asked."""
    reading = Reading(asked.bot.out.api, room, lambda: asked.bot.pool.closed)
    try:
        messages, whole = reading.messages()
        head = _head(asked, incident, len(messages), whole)
        content = written(asked.desk.words, head, messages, asked.desk.directory)
        _sent(asked, incident, room, content.encode(errors="replace"))
    except (NotRead, CannotSend) as fault:
        told = asked.desk.words.line("chat_log.not_made", key=incident.key, fault=str(fault))
        asked.bot.out.reply(asked.reply_to, say(told))


def _head(asked: Asked, incident: Incident, count: int, whole: bool) -> list[str]:
    lines = asked.desk.words.lines(
        "chat_log.head",
        key=incident.key,
        marks=marks(asked.desk.words, incident),
        title=" ".join(typed(incident.title).split()),
        time=f"{asked.now:%Y-%m-%d %H:%M:%S}",
        newest=None if whole else count,
    )
    return [text(line) for line in lines]


def _sent(asked: Asked, incident: Incident, room: str, content: bytes) -> None:
    """Into the channel; where that is archived, to whoever asked. Raises CannotSend."""
    words, key, name = asked.desk.words, incident.key, f"{incident.key.lower()}-chat-log.txt"
    posted = plain(words.line("chat_log.posted", who=Actor("slack", asked.user)))
    try:
        asked.bot.out.share_file(room, name, content, posted)
    except CannotSend as fault:
        if fault.code not in NO_ENTRY:
            raise
        asked.bot.out.send_file(asked.user, name, content, plain(words.line("chat_log.sent", key=key)))
        asked.bot.out.reply(asked.reply_to, Answer([words.line("chat_log.sent_to_you", key=key)]))
