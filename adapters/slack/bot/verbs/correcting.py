"""The verbs that put right what was wrong, and that say who may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from adapters.slack.bot import forms_news
from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import give
from adapters.slack.bot.opening import opening
from adapters.slack.bot.parse import as_typed, behind, word, words
from adapters.slack.bot.refusal import refused
from adapters.slack.bot.shown import text
from adapters.slack.bot.verbs.moving import text_of
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.bot.verdict import verdict
from adapters.slack.parts import Line
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.guards.question import Ask
from incident_core.lifecycle.available import Verdict
from incident_core.model.move import Move


def _title(asked: Asked) -> Answer:
    if not asked.rest:
        incident = asked.incident()
        return say(asked.desk.words.line("status.title", key=incident.key, title=text(incident.title)))
    return give(asked, c.CorrectTitle, title=as_typed(asked.rest, asked.desk.directory))


def _retract(asked: Asked) -> Answer:
    entry, rest = word(asked.rest)
    if not entry:
        raise Invalid("entry", f"Say what, by its id: {asked.program} retract e1 wrong link.")
    reason = text_of(asked, behind(rest, "reason"))
    return give(asked, c.Retract, entry=entry.lower(), reason=reason)


def _access(asked: Asked) -> Answer:
    found = words(asked.rest)
    kinds: dict[str, Callable[..., Any]] = {"grant": c.Grant, "revoke": c.Revoke}
    if not found:
        return Answer(list(_seen(asked)))
    if len(found) != 2 or found[0].lower() not in kinds:
        raise Invalid("access", f"Say what and who: {asked.program} access grant @ann, or revoke.")
    return give(asked, kinds[found[0].lower()], who=asked.person(found[1]))


def _correct(asked: Asked) -> Answer:
    update, words_ = word(asked.rest)
    if not update:
        raise Invalid(
            "update", f"Say which update, by its id: {asked.program} correct u1 What it should say."
        )
    if words_:
        text_ = as_typed(words_, asked.desk.directory)
        return give(asked, c.CorrectUpdate, update=update.lower(), text=text_)
    return _correcting(asked, update.lower())


def _correcting(asked: Asked, update: str) -> Answer:
    """Nothing was typed behind the id: a form has the text as it is."""
    incident, words = asked.incident(), asked.desk.words
    can = verdict(asked, incident, Ask(Move.CORRECT, update))
    if can.verdict is Verdict.REFUSED:
        return refused(words, incident.key, can.reasons, asked.program)
    known = next(each for each in incident.updates if each.id == update)
    if not asked.trigger:
        raise Invalid(
            "text",
            f"Say what it should say: {asked.program} correct {incident.key} {update} All is well again.",
        )
    after = opening(asked, forms_news.correcting(words, incident.key, known))
    return Answer([words.line("forms.correct_opens", key=incident.key, item=update)], after=after)


def _private(asked: Asked) -> Answer:
    if asked.rest:
        raise Invalid(
            "private", f"Say only that: {asked.program} private. Who may see it: access grant @ben."
        )
    return give(asked, c.MakePrivate)


def _seen(asked: Asked) -> Iterator[Line]:
    incident, words = asked.incident(), asked.desk.words
    if not incident.private:
        yield words.line("status.not_private", key=incident.key)
        return
    yield words.line("status.private", key=incident.key)
    for each in sorted(incident.access, key=str):
        yield words.line("status.sees", who=each)


VERBS: Sequence[Verb] = (
    Verb("correct", _correct),
    Verb("title", _title),
    Verb("retract", _retract),
    Verb("access", _access),
    Verb("private", _private),
)
