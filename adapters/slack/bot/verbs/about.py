"""The verbs about the bot itself: whether it answers, which it is, how it is, and what it cannot do yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.verbs.verb import Verb

_SHOWN = 3
"""Characters of an id that are shown."""


def _ping(asked: Asked) -> Answer:
    return say(asked.desk.words.line("about.ping"))


def _version(asked: Asked) -> Answer:
    return say(asked.desk.words.line("about.version", version=asked.desk.version))


def _pager(asked: Asked) -> Answer:
    return Answer(asked.desk.words.lines("about.pager"))


def _diag(asked: Asked) -> Answer:
    if asked.actor not in asked.desk.policy.admins:
        return say(asked.desk.words.line("about.diag_not_allowed"))
    return Answer(asked.desk.words.lines("about.diag", **_facts(asked)))


def _facts(asked: Asked) -> Mapping[str, Any]:
    """Facts that help to find a fault: no secret, no title, no key of an incident."""
    desk = asked.desk
    behind, stopped = desk.backlog.count(desk.workspace)
    return {
        "version": desk.version,
        "team": _masked(desk.team.team_id),
        "workspace": desk.workspace,
        "database": desk.database,
        "commands": desk.commands,
        "per_minute": desk.per_minute,
        "features": [each.name for each in fields(desk.features) if getattr(desk.features, each.name)],
        "roles": desk.policy.roles,
        "restricted": sorted(desk.policy.permits),
        "behind": behind,
        "stopped": stopped,
        "late": desk.timers.late(desk.workspace, asked.now),
    }


def _masked(name: str) -> str:
    """The beginning of a name, and that there is more."""
    return f"{name[:_SHOWN]}…"


VERBS = (
    Verb("pager", _pager, keyless=True),
    Verb("ping", _ping, keyless=True),
    Verb("version", _version, keyless=True),
    Verb("diag", _diag, keyless=True),
)
