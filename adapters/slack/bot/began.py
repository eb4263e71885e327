"""Beginning: what was opened is said at once, with a word about others that look alike."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from adapters.slack.bot import said
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import performed, told
from adapters.slack.bot.recent import Opened
from adapters.slack.bot.shown import text
from adapters.slack.parts import Line, Room
from incident_core import commands as c
from incident_core.errors import Unavailable
from incident_core.ports.log import Result
from incident_core.usecases.similar import similar


def began(asked: Asked, **values: Any) -> Answer:
    """Open it, and say so; raises what Perform raises, and Invalid."""
    words = asked.desk.words
    command, answer = performed(asked, None, c.Open, **values)
    if answer.result is not Result.ACCEPTED or not isinstance(command, c.Open):
        return told(asked, command, answer)
    lines = [
        said.opened(words, command, answer.key),
        *_twice(asked, answer.key, command),
        *_alike(asked, answer.key, command.title),
    ]
    if command.private and not asked.desk.features.private:
        return Answer(lines)
    if not asked.reply_to:
        return Answer([*lines, words.line("answers.channel_follows")])
    follows = (partial(asked.bot.following.follow, answer.key, asked.reply_to),)
    after = follows if asked.bot.recent.first(asked.command_key) else ()
    return Answer([*lines, words.line("answers.link_follows")], after=after)


def _twice(asked: Asked, key: str, command: c.Open) -> Iterator[Line]:
    """How to close this one, where they opened another under the same title a moment ago."""
    new = Opened(key, asked.now, asked.command_key)
    earlier = asked.bot.recent.before(str(asked.actor), command.title, new)
    if earlier is not None:
        yield asked.desk.words.line(
            "answers.opened_twice",
            key=key,
            duplicate_of=earlier,
            declared=command.declare,
            command=asked.program,
        )


def _alike(asked: Asked, key: str, title: str) -> Iterator[Line]:
    """What is open and looks alike, with its channel: it may be the same thing."""
    desk = asked.desk
    try:
        found = similar(desk.reader, desk.workspace, key, title)
    except Unavailable:  # it was opened, and that has to be said
        return
    rooms = asked.rooms(*(each.key for each in found))
    for each in found:
        room = Room(rooms[each.key]) if each.key in rooms else None
        yield desk.words.line("similar.hint", key=each.key, title=text(each.title, 100), room=room)
