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
from adapters.slack.bot.shown import text, who
from adapters.slack.bot.verbs.moving import text_of
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.bot.verdict import verdict
from adapters.slack.parts import Bold, Line
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.guards.question import Ask
from incident_core.lifecycle.available import Verdict
from incident_core.model.move import Move


def _title(asked: Asked) -> Answer:
    if not asked.rest:
        incident = asked.incident()
        return say((Bold(incident.key), f" is called: {text(incident.title)}"))
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
    incident = asked.incident()
    can = verdict(asked, incident, Ask(Move.CORRECT, update))
    if can.verdict is Verdict.REFUSED:
        return refused(incident.key, can.reasons, asked.program)
    known = next(each for each in incident.updates if each.id == update)
    if not asked.trigger:
        how = f"{asked.program} correct {incident.key} {update} All is well again."
        raise Invalid("text", f"Say what it should say: {how}")
    after = opening(asked, forms_news.correcting(incident.key, known))
    return Answer([(Bold(incident.key), f": correct update {update} in the form that opens.")], after=after)


def _private(asked: Asked) -> Answer:
    if asked.rest:
        raise Invalid(
            "private", f"Say only that: {asked.program} private. Who may see it: access grant @ben."
        )
    return give(asked, c.MakePrivate)


def _seen(asked: Asked) -> Iterator[Line]:
    incident = asked.incident()
    if not incident.private:
        yield (Bold(incident.key), " is not private: everybody can see it.")
        return
    yield (Bold(incident.key), " is private. Who can see it:")
    for each in sorted(incident.access, key=str):
        yield ("• ", who(each))


VERBS: Sequence[Verb] = (
    Verb(
        "correct",
        _correct,
        "correct [KEY] ID [TEXT]",
        "An update was wrong: what it should say; without a text, a form opens that has the old one.",
        "correct u1 Checkout works again since noon.",
    ),
    Verb(
        "title",
        _title,
        "title [KEY] [TEXT]",
        "Show the title, or correct it.",
        "title Checkout answers slowly",
    ),
    Verb(
        "retract",
        _retract,
        "retract [KEY] ID REASON",
        "Evidence, an update, a task or a follow-up was a mistake.",
        "retract e1 wrong link",
    ),
    Verb(
        "access",
        _access,
        "access [KEY] [grant @who | revoke @who]",
        "Who can see it while it is private.",
        "access grant @ben",
    ),
    Verb(
        "private",
        _private,
        "private [KEY]",
        "From now on only those see it who opened it, have a role or were let; this cannot be undone.",
        "private",
    ),
)
