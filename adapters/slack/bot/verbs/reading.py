"""The verbs that read many things: list, timeline, search; the first is what the bare command shows."""

from __future__ import annotations

from adapters.slack.bot import pages
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.parse import as_typed
from adapters.slack.bot.verbs.verb import Verb
from incident_core.errors import Invalid


def _list(asked: Asked) -> Answer:
    if asked.rest.lower() not in ("", "all"):
        raise Invalid("list", f"The list shows what is open, or everything: {asked.program} list all.")
    return pages.incidents(asked, everything=bool(asked.rest))


def _list_open(asked: Asked) -> Answer:
    return pages.incidents(asked)


def _list_all(asked: Asked) -> Answer:
    return pages.incidents(asked, everything=True)


def _timeline(asked: Asked) -> Answer:
    return pages.timeline(asked)


def _search(asked: Asked) -> Answer:
    return pages.found(asked, as_typed(asked.rest, asked.desk.directory))


VERBS = (
    Verb("list", _list, keyless=True),
    Verb("lsoi", _list_open, keyless=True),
    Verb("lsai", _list_all, keyless=True),
    Verb("timeline", _timeline),
    Verb("search", _search, keyless=True),
)
