"""Beginning: what was opened is said at once, with a word about one of the same title."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from adapters.slack.bot import said
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import performed, told
from adapters.slack.bot.recent import Opened
from adapters.slack.parts import Bold, Code, Line
from incident_core import commands as c
from incident_core.ports.log import Result


def began(asked: Asked, **values: Any) -> Answer:
    """Open it, and say so; raises what Perform raises, and Invalid."""
    command, answer = performed(asked, None, c.Open, **values)
    if answer.result is not Result.ACCEPTED or not isinstance(command, c.Open):
        return told(asked, command, answer)
    lines = [said.opened(command, answer.key), *_twice(asked, answer.key, command)]
    if command.private and not asked.desk.features.private:
        return Answer(lines)
    if not asked.reply_to:
        return Answer([*lines, ("Its channel follows: you are in it as soon as it is there.",)])
    follows = (partial(asked.bot.following.follow, answer.key, asked.reply_to),)
    after = follows if asked.bot.recent.first(asked.command_key) else ()
    return Answer([*lines, ("The link to its channel follows.",)], after=after)


def _twice(asked: Asked, key: str, command: c.Open) -> Iterator[Line]:
    """How to close this one, where they opened another under the same title a moment ago."""
    new = Opened(key, asked.now, asked.command_key)
    earlier = asked.bot.recent.before(str(asked.actor), command.title, new)
    if earlier is None:
        return
    first = (Code(f"{asked.program} resolve {key}"), ", then ") if command.declare else ()
    close = Code(f"{asked.program} close {key} --duplicate-of {earlier}")
    same = " under the same title a moment ago. If one is too many: "
    yield ("You opened ", Bold(earlier), same, *first, close)
