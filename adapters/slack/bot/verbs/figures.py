"""The verbs about all incidents together: stats, and export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.outbound import CannotSend
from adapters.slack.bot.shown import length
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.parts import Bold, Code, Line, When
from incident_core.errors import IncidentError, Invalid
from incident_core.model.window import Window
from incident_core.ports.reader import Query
from incident_core.ports.statistics import Report
from incident_core.record import exports, layouts

_WEEK = 7
_LONGEST = 36_500
_FILE = "incidents.csv"


def _stats(asked: Asked) -> Answer:
    word = asked.rest.lower()
    days = _days(word)
    window = Window(None if days is None else asked.now - timedelta(days=days))
    report = asked.desk.statistics.report(asked.desk.workspace, window, asked.actor, asked.now)
    return Answer(list(_figures(asked, report, days)))


def _days(word: str) -> int | None:
    """How many days back; None is everything. Raises Invalid."""
    if word == "all":
        return None
    found = re.fullmatch(r"([0-9]{1,5}) ?d(?:ays?)?", word) if word else None
    if word and (found is None or not 0 < int(found[1]) <= _LONGEST):
        raise Invalid("stats", f"{word[:80]} is not a length of time: write 7d, 90d or all.")
    return int(found[1]) if found else _WEEK


def _figures(asked: Asked, report: Report, days: int | None) -> Iterator[Line]:
    active = f"{report.active_investigations:,} investigations and {report.active_incidents:,} incidents"
    yield (Bold("Now"), f": {active} are active.")
    if report.window.since is None:
        yield (Bold("From the first incident on"),)
    else:
        yield (Bold(f"In the last {days} days"), " (since ", When(report.window.since), ")")
    yield from _activity(report)
    counted = {name: spread for name, spread in report.spreads.items() if spread.n}
    if counted:
        yield (Bold("How long it took"), " (median and p90 are values that occurred)")
    for name, spread in counted.items():
        yield (f"• {name}: n {spread.n:,}, median {length(spread.median)}, p90 {length(spread.p90)}",)
    yield ("Another window: ", Code(f"{asked.program} stats 90d"), ", ", Code(f"{asked.program} stats all"))


def _activity(report: Report) -> Iterator[Line]:
    resolving, looking = report.spreads["time_to_resolve"], report.spreads["time_in_investigation"]
    spent = (
        f"{length(report.spent_investigating)} investigating, {length(report.spent_responding)} responding"
    )
    mean = f"incidents {length(resolving.mean)} (n {resolving.n:,}), investigations {length(looking.mean)}"
    yield (f"• {report.opened:,} opened, {report.declared:,} declared as incidents{_rate(report)}",)
    yield (f"• time spent: {spent}",)
    yield (f"• average resolution time: {mean} (n {looking.n:,})",)
    if report.drills:
        yield (f"• {report.drills:,} drills are left out of everything",)


def _rate(report: Report) -> str:
    return "" if report.escalation_rate is None else f" ({report.escalation_rate:.0%} of those opened)"


def _export(asked: Asked) -> Answer:
    desk, layout = asked.desk, asked.rest.lower()
    if layout not in ("", "case"):
        raise Invalid("export", f"The layouts are the usual one and case: {asked.program} export case.")
    if desk.export_users and asked.user not in desk.export_users:
        return say("You may not export: ask an administrator to add you to EXPORT_AUTHORIZED_USERS.")
    if not desk.features.files:
        line = Code(f"incident export {'--layout case ' if layout else ''}-o {_FILE}")
        return say(
            ("This bot may not send files. On the command line: ", line),
            ("Or an administrator sets SLACK_SEND_FILES=true, and installs the app with its new manifest.",),
        )
    job = partial(_sent, asked, layout == "case")
    jobs = (partial(asked.bot.pool.aside, job),) if asked.bot.recent.first(asked.command_key) else ()
    return Answer([("The export comes to you as a direct message; it has what you may see.",)], after=jobs)


def _sent(asked: Asked, case: bool) -> None:
    """Send the file; where that fails, say so where it was asked for."""
    try:
        content = "".join(_rows(asked, case)).encode()
        asked.bot.out.send_file(asked.user, _FILE, content, f"The export of {asked.now:%Y-%m-%d %H:%M} UTC.")
    except (CannotSend, IncidentError) as fault:
        asked.bot.out.reply(asked.reply_to, say(f"The export was not sent. {fault}"))


def _rows(asked: Asked, case: bool) -> Iterator[str]:
    desk = asked.desk
    layout = layouts.CASE if case else layouts.default(desk.policy.roles)
    found = desk.reader.documents(desk.workspace, Query(), asked.actor)
    return exports.as_csv(layout, (layout.row(document, asked.now) for document in found))


VERBS = (
    Verb(
        "stats",
        _stats,
        "stats [DAYS|all]",
        "What the last days came to: 7 unless you say how many.",
        "stats 90d",
        keyless=True,
    ),
    Verb(
        "export",
        _export,
        "export [case]",
        "All that you may see, as CSV in a direct message.",
        "export",
        keyless=True,
    ),
)
