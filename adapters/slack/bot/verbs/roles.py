"""The verbs that say who does what, how bad it is and how far it has come; without a value they show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import give
from adapters.slack.bot.parse import behind, options, word, words
from adapters.slack.bot.people import is_person
from adapters.slack.bot.shown import text
from adapters.slack.bot.verbs.moving import severity, text_of
from adapters.slack.bot.verbs.page import page
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.parts import Line
from adapters.slack.words import Words
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.model.role import COMMANDER, COMMUNICATIONS_LIAISON, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.model.status import Status

SHORT = {
    **dict.fromkeys(("commander", "ic", "command"), COMMANDER),
    **dict.fromkeys(("lead", "tech", "technical", "tech_lead"), TECHNICAL_LEAD),
    **dict.fromkeys(("comms", "communications", "liaison", "comms_liaison"), COMMUNICATIONS_LIAISON),
}
"""What people call the standard roles."""
_MEANING = 600
"""Characters of what a role or a severity means."""


def role(phrase: str, known: tuple[str, ...]) -> str:
    """The name of a role as the deployment has it, also for commander, technical lead or comms.

    A name that nobody knows stays as it is: whether there is such a role is for the rules to say.
    """
    name = re.sub(r"[\s-]+", "_", phrase.strip().lower())
    if name in known:
        return name
    return SHORT.get(name, name)


def _status(asked: Asked) -> Answer:
    if not asked.rest:
        return page(asked, asked.incident())
    name = asked.rest.lower()
    if name not in list(Status):
        raise Invalid("status", f"{asked.rest[:80]} is not a status; the statuses are {', '.join(Status)}.")
    return give(asked, c.SetStatus, status=Status(name))


def _show(asked: Asked) -> Answer:
    return page(asked, asked.incident())


def _severity(asked: Asked) -> Answer:
    if not asked.rest:
        incident, words = asked.incident(), asked.desk.words
        since = incident.severities[-1].at
        head = words.line("roles.severity", key=incident.key, severity=incident.severity, at=since)
        return Answer([head, *_meanings(words, asked.desk.definitions.severities, map(str, Severity))])
    level, rest = word(asked.rest)
    reason = text_of(asked, behind(rest, "reason"))
    return give(asked, c.SetSeverity, severity=severity(level), reason=reason)


def _assign(asked: Asked) -> Answer:
    if not asked.rest:
        return _roles(asked)
    people, name = _told_apart(asked, asked.rest)
    if not people or not name:
        raise Invalid("assign", f"Say which role and who: {asked.program} assign commander @ann.")
    return give(asked, c.Assign, role=name, holder=asked.person(people[0]))


def _claim(asked: Asked) -> Answer:
    people, name = _told_apart(asked, asked.rest)
    if people:
        raise Invalid("claim", "A role is claimed for oneself; give it to somebody else with assign.")
    return give(asked, c.Claim, role=name or COMMANDER)


def _release(asked: Asked) -> Answer:
    people, name = _told_apart(asked, asked.rest)
    if people:
        raise Invalid("release", f"Say only which role: {asked.program} release technical lead.")
    return give(asked, c.Release, role=name) if name else _roles(asked)


def _handover(asked: Asked) -> Answer:
    if not asked.rest:
        return _roles(asked)
    given = options(asked.rest, words=("role",))
    people, name = _told_apart(asked, given.rest)
    named = role(given.given["role"], asked.desk.policy.roles) if "role" in given.given else name
    if not people:
        raise Invalid("handover", f"Say to whom: {asked.program} handover @ann.")
    return give(asked, c.HandOver, role=named or COMMANDER, to=asked.person(people[0]))


def _told_apart(asked: Asked, typed: str) -> tuple[list[str], str]:
    """The words that mean people, and the role that the others name; empty where there are none."""
    found = words(typed)
    people = [each for each in found if is_person(each)]
    if len(people) > 1:
        raise Invalid("who", "Name one person: a role has one holder.")
    phrase = " ".join(each for each in found if not is_person(each))
    return people, role(phrase, asked.desk.policy.roles) if phrase else ""


def _roles(asked: Asked) -> Answer:
    incident, words = asked.incident(), asked.desk.words
    names = dict.fromkeys((*asked.desk.policy.roles, *incident.roles))
    lines = [words.line("roles.role", role=name, holder=incident.roles.get(name)) for name in names]
    head = words.line("roles.roles", key=incident.key)
    return Answer([head, *lines, *_meanings(words, asked.desk.definitions.roles, names)])


def _meanings(words: Words, texts: Mapping[str, str], names: Iterable[str]) -> Iterator[Line]:
    """What each of these means, as far as the deployment says."""
    for name in names:
        if texts.get(name, "").strip():
            yield words.line("roles.meaning", term=name, text=text(texts[name], _MEANING))


VERBS = (
    Verb("status", _status),
    Verb("show", _show),
    Verb("severity", _severity),
    Verb("assign", _assign, aliases=("roles",)),
    Verb("claim", _claim),
    Verb("release", _release),
    Verb("handover", _handover, aliases=("transfer",)),
)
