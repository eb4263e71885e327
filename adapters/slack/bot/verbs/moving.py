"""The verbs that move an incident on: open, declare, resolve, close, reopen."""

from __future__ import annotations

import re

from adapters.slack.bot import closing
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.began import began
from adapters.slack.bot.give import give
from adapters.slack.bot.parse import Options, as_typed, behind, key_of, leading, options, words
from adapters.slack.bot.verbs.verb import Verb
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity

_SEVERITIES = {severity.value: severity for severity in Severity}


def severity(word: str) -> Severity:
    """sev2, in any case, or its bare number; raises Invalid."""
    found = re.fullmatch(r"(?:sev|s)?-?([1-4])", word.lower())
    if found is None:
        raise Invalid(
            "severity", f"{word[:80]} is not a severity; write sev1 (the worst), sev2, sev3 or sev4."
        )
    return _SEVERITIES[f"sev{found[1]}"]


def text_of(asked: Asked, value: str | None) -> str | None:
    """An option's text as it was typed."""
    return None if value is None else as_typed(value, asked.desk.directory)


def _open(asked: Asked) -> Answer:
    return _begun(asked, "open", ("private", "drill", "declare"))


def _new(asked: Asked) -> Answer:
    return _begun(asked, "new", ("private", "drill"))


def _begun(asked: Asked, verb: str, flags: tuple[str, ...]) -> Answer:
    """Open what has this title; `new` declares it as well."""
    given = leading(asked.rest, (*flags, *_SEVERITIES), ("severity",))
    title = as_typed(given.rest, asked.desk.directory)
    if not title.strip():
        may = [f"--{each}" for each in flags]
        return Answer(
            asked.desk.words.lines("help.title_wanted", command=asked.program, verb=verb, flags=may)
        )
    flagged = {name: name in given.given for name in ("private", "drill")}
    declare = verb == "new" or "declare" in given.given
    return began(asked, title=title, severity=_level(given), declare=declare, **flagged)


def _level(given: Options) -> Severity:
    named = [severity(name) for name in given.given if name in _SEVERITIES]
    if "severity" in given.given:
        named.append(severity(given.given["severity"]))
    if len(named) > 1:
        raise Invalid("severity", "An incident has one severity; give it once.")
    return named[0] if named else Severity.SEV4


def _declare(asked: Asked) -> Answer:
    given = options(asked.rest, words=("commander",))
    named = [given.given["commander"]] if "commander" in given.given else words(given.rest)
    if len(named) > 1:
        raise Invalid("commander", "One person commands: name one, or nobody for yourself.")
    commander = asked.person(named[0]) if named else None
    return give(asked, c.Declare, commander=commander)


def _resolve(asked: Asked) -> Answer:
    given = options(asked.rest, texts=("override",))
    nothing_more(given)
    return give(asked, c.Resolve, override=text_of(asked, given.given.get("override")))


def nothing_more(given: Options) -> None:
    """Raise Invalid where words are left that mean nothing here."""
    if given.rest:
        raise Invalid(
            "words",
            f"{given.rest[:80]} means nothing here; a reason to pass over a rule is --override REASON.",
        )


def _close(asked: Asked) -> Answer:
    given = options(asked.rest, texts=("override",), words=("outcome", "duplicate-of"))
    rest = re.sub(r"duplicate\sof", "duplicate", given.rest.lower())
    outcome, other = given.given.get("outcome"), given.given.get("duplicate-of")
    left = []
    for word in words(rest):
        key, _ = key_of(word)
        if key is not None and other is None:
            other = key
        else:
            left.append(word)
    outcome = "_".join(left) if left and outcome is None else outcome
    override = text_of(asked, given.given.get("override"))
    return closing.asks(asked, closing.Ending(_outcome(outcome), _other(other), override))


def _outcome(word: str | None) -> Outcome | None:
    if word is None:
        return None
    name = re.sub(r"[\s-]+", "_", word.lower())
    if name not in list(Outcome):
        raise Invalid("outcome", f"{word[:80]} is not an outcome; the outcomes are {', '.join(Outcome)}.")
    return Outcome(name)


def _other(word: str | None) -> str | None:
    if word is None:
        return None
    key, _ = key_of(word)
    if key is None:
        raise Invalid("duplicate_of", f"{word[:80]} is not the key of an incident: write one like INC-42.")
    return key


def _reopen(asked: Asked) -> Answer:
    return give(asked, c.Reopen, reason=text_of(asked, behind(asked.rest, "reason")))


VERBS = (
    Verb("open", _open, keyless=True),
    Verb("new", _new, keyless=True),
    Verb("declare", _declare, aliases=("incident", "escalate")),
    Verb("resolve", _resolve),
    Verb("close", _close),
    Verb("reopen", _reopen),
)
