"""The verbs about the bot itself: whether it answers, which it is, how it is, and what it cannot do yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.parts import Bold, Code, Line

_SHOWN = 3
"""Characters of an id that are shown."""


def _ping(_: Asked) -> Answer:
    return say("pong")


def _version(asked: Asked) -> Answer:
    return say(("Version ", Bold(asked.desk.version or "unknown")))


def _pager(_: Asked) -> Answer:
    return say(
        "PagerDuty is not configured: nobody was called, and who is on call is not known here.",
        (
            "An administrator will set ",
            Code("PAGERDUTY_API_TOKEN"),
            " and ",
            Code("PAGERDUTY_API_USERNAME"),
            "; this version does not use them yet.",
        ),
    )


def _diag(asked: Asked) -> Answer:
    if asked.actor not in asked.desk.policy.admins:
        return say("Only administrators may see this: ask one to add you to ADMIN_USERS.")
    return Answer(list(_facts(asked)))


def _facts(asked: Asked) -> Iterator[Line]:
    """Facts that help to find a fault: no secret, no title, no key of an incident."""
    desk = asked.desk
    behind, stopped = desk.backlog.count(desk.workspace)
    late = desk.timers.late(desk.workspace, asked.now)
    on = [each.name for each in fields(desk.features) if getattr(desk.features, each.name)]
    yield (Bold("Version"), f" {desk.version or 'unknown'}")
    yield (Bold("Workspace"), f" {_masked(desk.team.team_id)} in Slack, {desk.workspace} in the record")
    yield (Bold("Database"), f" {desk.database or 'unknown'}")
    yield (Bold("Commands"), f" {', '.join(desk.commands)}; {desk.per_minute:,} a minute and person")
    yield (Bold("Features"), f" {', '.join(on) or 'none'}")
    yield (Bold("Roles"), f" {', '.join(desk.policy.roles)}")
    yield (Bold("Restricted"), f" {', '.join(sorted(desk.policy.permits)) or 'nothing'}")
    yield (Bold("Mirrors"), f" {behind:,} incidents behind, {stopped:,} things stopped")
    yield (Bold("Timers"), f" {late:,} late")


def _masked(name: str) -> str:
    """The beginning of a name, and that there is more."""
    return f"{name[:_SHOWN]}…"


VERBS = (
    Verb(
        "pager",
        _pager,
        "pager",
        "Who is on call; it says what has to be configured for that.",
        "pager",
        keyless=True,
    ),
    Verb("ping", _ping, "ping", "Whether the bot answers.", "ping", keyless=True),
    Verb("version", _version, "version", "Which version of the bot this is.", "version", keyless=True),
    Verb("diag", _diag, "diag", "How the bot is; for administrators, without secrets.", "diag", keyless=True),
)
