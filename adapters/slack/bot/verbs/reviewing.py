"""The verb about the review: its document, and that it was held."""

from __future__ import annotations

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import give
from adapters.slack.bot.reviewing import document
from adapters.slack.bot.verbs.verb import Verb
from incident_core import commands as c
from incident_core.errors import Invalid


def _review(asked: Asked) -> Answer:
    word = asked.rest.lower()
    if word == "done":
        return give(asked, c.FinishReview)
    if word:
        raise Invalid("review", f"{asked.rest[:80]} means nothing here: {asked.program} review INC-42 done.")
    incident, words = asked.incident(), asked.desk.words
    held = incident.review_done_at is not None
    line = words.line("status.review", key=incident.key, held=held, command=asked.program)
    made = document(asked)
    return Answer([line, *made.lines], after=made.after)


VERBS = (Verb("review", _review),)
