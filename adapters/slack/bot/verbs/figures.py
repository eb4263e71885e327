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
from adapters.slack.parts import Line
from adapters.slack.words import Words
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
    found = re.fullmatch(r"([0-9]{1,5})\s?d(?:ays?)?", word) if word else None
    if word and (found is None or not 0 < int(found[1]) <= _LONGEST):
        raise Invalid("stats", f"{word[:80]} is not a length of time: write 7d, 90d or all.")
    return int(found[1]) if found else _WEEK


def _figures(asked: Asked, report: Report, days: int | None) -> Iterator[Line]:
    words = asked.desk.words
    now = {"investigations": report.active_investigations, "incidents": report.active_incidents}
    yield words.line("figures.now", **now)
    if report.window.since is None:
        yield words.line("figures.always")
    else:
        yield words.line("figures.since", days=str(days), at=report.window.since)
    yield from _activity(words, report)
    yield from _durations(words, report)
    yield words.line("figures.another", command=asked.program)


def _activity(words: Words, report: Report) -> Iterator[Line]:
    rate = None if report.escalation_rate is None else f"{report.escalation_rate:.0%}"
    yield words.line("figures.opened", opened=report.opened, declared=report.declared, rate=rate)
    yield words.line(
        "figures.spent",
        investigating=length(report.spent_investigating),
        responding=length(report.spent_responding),
    )
    resolving, looking = report.spreads["time_to_resolve"], report.spreads["time_in_investigation"]
    yield words.line(
        "figures.average",
        incidents=length(resolving.mean),
        incidents_n=resolving.n,
        investigations=length(looking.mean),
        investigations_n=looking.n,
    )
    if report.drills:
        yield words.line("figures.drills", count=report.drills)


def _durations(words: Words, report: Report) -> Iterator[Line]:
    counted = {name: spread for name, spread in report.spreads.items() if spread.n}
    if counted:
        yield words.line("figures.durations")
    for name, spread in counted.items():
        median, p90 = length(spread.median), length(spread.p90)
        yield words.line("figures.duration", duration=name, n=spread.n, median=median, p90=p90)


def _export(asked: Asked) -> Answer:
    desk, words, layout = asked.desk, asked.desk.words, asked.rest.lower()
    if layout not in ("", "case"):
        raise Invalid("export", f"The layouts are the usual one and case: {asked.program} export case.")
    if desk.export_users and asked.user not in desk.export_users:
        return say(words.line("figures.export_not_allowed"))
    if not desk.features.files:
        return Answer(words.lines("figures.export_without_files", case=bool(layout)))
    job = partial(_sent, asked, layout == "case")
    jobs = (partial(asked.bot.pool.aside, job),) if asked.bot.recent.first(asked.command_key) else ()
    return Answer([words.line("figures.export_follows")], after=jobs)


def _sent(asked: Asked, case: bool) -> None:
    """Send the file; where that fails, say so where it was asked for."""
    words = asked.desk.words
    try:
        content = "".join(_rows(asked, case)).encode()
        asked.bot.out.send_file(asked.user, _FILE, content, words.text("figures.export", at=asked.now))
    except (CannotSend, IncidentError) as fault:
        asked.bot.out.reply(asked.reply_to, say(words.line("figures.export_not_sent", fault=str(fault))))


def _rows(asked: Asked, case: bool) -> Iterator[str]:
    desk = asked.desk
    layout = layouts.CASE if case else layouts.default(desk.policy.roles)
    found = desk.reader.documents(desk.workspace, Query(), asked.actor)
    return exports.as_csv(layout, (layout.row(document, asked.now) for document in found))


VERBS = (
    Verb("stats", _stats, keyless=True),
    Verb("export", _export, keyless=True),
)
