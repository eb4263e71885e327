"""Every verb there is, and help; what nobody knows is answered with the nearest that there is."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import NoReturn

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.verbs import (
    about,
    catching,
    collecting,
    correcting,
    explaining,
    figures,
    moving,
    reading,
    redacting,
    reviewing,
    roles,
    timers,
)
from adapters.slack.bot.verbs.verb import Verb
from incident_core.errors import Invalid


def _help(asked: Asked) -> Answer:
    word, words = asked.rest.lower(), asked.desk.words
    if word:
        verb = BY_WORD.get(word)
        if verb is None:
            _unknown(asked.program, word)
        return _about(asked, verb)
    verbs = [words.line("help.verb", verb=verb.name, about=verb.about(words)) for verb in VERBS]
    head, more = (words.line(f"help.{name}", command=asked.program) for name in ("head", "more"))
    return Answer([head, *verbs, more])


def _about(asked: Asked, verb: Verb) -> Answer:
    words = asked.desk.words
    return Answer(
        words.lines(
            "help.usage",
            command=asked.program,
            usage=verb.usage(words),
            about=verb.about(words),
            aliases=verb.aliases,
            example=verb.example(words),
        )
    )


def _unknown(program: str, word: str) -> NoReturn:
    near = get_close_matches(word, BY_WORD, 1)
    raise Invalid(
        "verb",
        f"{word[:80]} is not a verb of {program}."
        f"{f' Did you mean {near[0]}?' if near else ''} All of them: {program} help",
    )


def verb_of(program: str, word: str) -> Verb:
    """The verb that is called so, list for no word; raises Invalid."""
    found = BY_WORD.get(word or "list")
    if found is None:
        _unknown(program, word)
    return found


VERBS: tuple[Verb, ...] = (
    *moving.VERBS,
    *reviewing.VERBS,
    *roles.VERBS,
    *collecting.VERBS,
    *correcting.VERBS,
    *redacting.VERBS,
    *catching.VERBS,
    *reading.VERBS,
    *figures.VERBS,
    *explaining.VERBS,
    *timers.VERBS,
    *about.VERBS,
    Verb("help", _help, keyless=True),
)
BY_WORD: Mapping[str, Verb] = {word: verb for verb in VERBS for word in (verb.name, *verb.aliases)}
KEYLESS = frozenset(word for word, verb in BY_WORD.items() if verb.keyless)
