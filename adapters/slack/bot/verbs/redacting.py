"""The verb that removes a text for good; what it removed is said by field and event, never by its words."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import performed, told
from adapters.slack.bot.parse import behind, word
from adapters.slack.bot.verbs.moving import text_of
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.parts import Line
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.events import TextRedacted
from incident_core.ports.log import Answer as Given
from incident_core.ports.log import Result


def _redact(asked: Asked) -> Answer:
    entry, rest = word(asked.rest)
    if not entry:
        raise Invalid("entry", f"Say what, and why: {asked.program} redact u1 a customer's name.")
    reason = text_of(asked, behind(rest, "reason"))
    command, given = performed(asked, asked.needed(), c.Redact, entry=entry, reason=reason)
    answer = told(asked, command, given)
    if given.result is not Result.ACCEPTED:
        return answer
    for_good = asked.desk.words.line("answers.redacted_for_good")
    return Answer([*answer.lines, *_removed(asked, given), for_good])


def _removed(asked: Asked, given: Given) -> Iterator[Line]:
    """What this command removed."""
    desk = asked.desk
    entries = desk.reader.timeline(desk.workspace, given.key, asked.actor) or ()
    for each in entries[given.first_version - 1 : given.last_version]:
        if isinstance(each.event, TextRedacted):
            field, version = each.event.field, each.event.version
            yield desk.words.line("answers.redacted_text", field=field, version=version)


VERBS = (Verb("redact", _redact),)
