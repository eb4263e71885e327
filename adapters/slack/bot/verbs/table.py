"""Every verb there is, and help; what nobody knows is answered with the nearest that there is."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.verbs import (
    about,
    collecting,
    correcting,
    explaining,
    figures,
    moving,
    reading,
    roles,
    timers,
)
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.parts import Bold, Code, Line
from incident_core.errors import Invalid


def _help(asked: Asked) -> Answer:
    word = asked.rest.lower()
    if word:
        verb = BY_WORD.get(word)
        if verb is None:
            raise Invalid("verb", _unknown(asked.program, word))
        return _about(asked, verb)
    lines: list[Line] = [
        (Bold(f"{asked.program} VERB …"), " In an incident's channel its KEY (INC-42) can be left out.")
    ]
    lines += [(Code(verb.name), f" {verb.about}") for verb in VERBS]
    lines.append(
        (
            "On a message: the shortcut ",
            Bold("Collect Evidence"),
            "; anywhere: ",
            Bold("Start a new incident"),
            " and ",
            Bold("Provide incident update"),
            ". More about a verb: ",
            Code(f"{asked.program} help open"),
        )
    )
    return Answer(lines)


def _about(asked: Asked, verb: Verb) -> Answer:
    also = f" Also called {' and '.join(verb.aliases)}." if verb.aliases else ""
    return say(
        (Code(f"{asked.program} {verb.usage}"),),
        f"{verb.about}{also}",
        ("For example: ", Code(f"{asked.program} {verb.example}")),
    )


def _unknown(program: str, word: str) -> str:
    near = get_close_matches(word, BY_WORD, 1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{word[:80]} is not a verb of {program}.{hint} All of them: {program} help"


def verb_of(program: str, word: str) -> Verb:
    """The verb that is called so, list for no word; raises Invalid."""
    found = BY_WORD.get(word or "list")
    if found is None:
        raise Invalid("verb", _unknown(program, word))
    return found


VERBS: tuple[Verb, ...] = (
    *moving.VERBS,
    *roles.VERBS,
    *collecting.VERBS,
    *correcting.VERBS,
    *reading.VERBS,
    *figures.VERBS,
    *explaining.VERBS,
    *timers.VERBS,
    *about.VERBS,
    Verb("help", _help, "help [VERB]", "Show the verbs, or one of them.", "help open", keyless=True),
)
BY_WORD: Mapping[str, Verb] = {word: verb for verb in VERBS for word in (verb.name, *verb.aliases)}
KEYLESS = frozenset(word for word, verb in BY_WORD.items() if verb.keyless)
