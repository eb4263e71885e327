"""The log of an incident's channel: all that was said there, as a text file in that channel."""

from __future__ import annotations

from functools import partial

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.outbound import CannotSend
from adapters.slack.bot.talk import NotRead, Reading
from adapters.slack.bot.transcript import written
from adapters.slack.drawing import words
from adapters.slack.parts import Bold, Room
from incident_core.model.incident import Incident

_NO_ENTRY = ("posting_to_channel_denied", "is_archived", "not_in_channel", "channel_not_found")
"""What Slack says of a channel that takes no file any more, such as that of a closed incident."""
_SETTINGS = (("history", "SLACK_READ_HISTORY=true"), ("files", "SLACK_SEND_FILES=true"))


def exported(asked: Asked) -> Answer:
    """Say that the log is being made, and make it; raises Invalid and NotFound like all that is about one."""
    incident = asked.incident()
    off = [setting for name, setting in _SETTINGS if not getattr(asked.desk.features, name)]
    if off:
        how = f"An administrator sets {' and '.join(off)}, and installs the app with its new manifest."
        return say("This bot may not make a log of the channel.", how)
    room = asked.rooms(incident.key).get(incident.key)
    if room is None:
        return say((Bold(incident.key), " has no channel, so that there is no log of it."))
    first = asked.bot.recent.first(asked.command_key)
    jobs = (partial(asked.bot.pool.aside, partial(_made, asked, incident, room)),) if first else ()
    return Answer([("The log of ", Room(room), " is being made; it comes there as a file.")], after=jobs)


def _made(asked: Asked, incident: Incident, room: str) -> None:
    """Read, write and send it; where that fails, say so to whoever asked."""
    reading = Reading(asked.bot.out.api, room, lambda: asked.bot.pool.closed)
    try:
        messages, whole = reading.messages()
        head = _head(asked, incident, len(messages), whole)
        content = written(head, messages, asked.desk.directory).encode(errors="replace")
        _sent(asked, incident, room, content)
    except (NotRead, CannotSend) as fault:
        asked.bot.out.reply(asked.reply_to, say(f"The log of {incident.key}'s channel was not made. {fault}"))


def _head(asked: Asked, incident: Incident, count: int, whole: bool) -> list[str]:
    marks = "".join(f" {mark}" for mark in words.marks(incident))
    left = (
        ""
        if whole
        else f" These are the newest {count:,} and what was replied to them; older ones are left out."
    )
    title = " ".join(words.text(incident.title).split())
    return [
        f"{incident.key}{marks}: {title}",
        f"What was said in its channel, until {asked.now:%Y-%m-%d %H:%M:%S} UTC. All times are UTC.{left}",
    ]


def _sent(asked: Asked, incident: Incident, room: str, content: bytes) -> None:
    """Into the channel; where that is archived, to whoever asked. Raises CannotSend."""
    name, said = (
        f"{incident.key.lower()}-chat-log.txt",
        f"The log of this channel, asked for by <@{asked.user}>.",
    )
    try:
        asked.bot.out.share_file(room, name, content, said)
    except CannotSend as fault:
        if fault.code not in _NO_ENTRY:
            raise
        asked.bot.out.send_file(asked.user, name, content, f"The log of the channel of {incident.key}.")
        told = (
            f"The channel of {incident.key} takes no file any more: its log came to you as a direct message.",
        )
        asked.bot.out.reply(asked.reply_to, Answer([told]))
