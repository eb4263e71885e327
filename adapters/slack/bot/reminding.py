"""Reminders: put off for some time, or stopped; asked again, a snooze ends when it did the first time."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import give
from adapters.slack.bot.press import Press, Reply
from adapters.slack.bot.refusal import refused
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.model.incident import Incident
from incident_core.ports.log import Answer as Given
from incident_core.ports.log import Result

_DIGITS = 6


def pressed_snooze(asked: Asked, _: Incident, press: Press) -> Reply:
    """Not before so many minutes are over."""
    minutes = press.choice
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= _DIGITS):
        raise Invalid("until", faults.UNREADABLE)
    return Reply(snooze(asked, press.named("timer"), timedelta(minutes=int(minutes))))


def pressed_stop(asked: Asked, _: Incident, press: Press) -> Reply:
    """Not any more."""
    return Reply(stop(asked, press.named("timer")))


def snooze(asked: Asked, timer: str, span: timedelta) -> Answer:
    """No reminder of this timer for so long from now on. Raises Invalid, and what Perform raises."""
    before = asked.desk.perform.log.answered(asked.desk.workspace, asked.command_key)
    if before is None or before.key != asked.needed():
        return snooze_until(asked, timer, _ahead(asked.now, span))
    incident = asked.incident()
    if before.result is Result.REFUSED:
        return refused(asked.desk.words, incident.key, before.reasons, asked.program)
    return snooze_until(asked, timer, _ended(asked, timer, before) or _ahead(asked.now, span))


def snooze_until(asked: Asked, timer: str, until: datetime) -> Answer:
    """No reminder of this timer before then (UTC)."""
    return give(asked, c.SnoozeTimer, timer=timer, until=until)


def stop(asked: Asked, timer: str) -> Answer:
    """No more reminders of this timer."""
    return give(asked, c.StopTimer, timer=timer)


def _ahead(now: datetime, span: timedelta) -> datetime:
    try:
        return now + span
    except OverflowError:
        raise Invalid("until", "That is beyond the year 9999.") from None


def _ended(asked: Asked, timer: str, before: Given) -> datetime | None:
    """Until when it was snoozed the first time; None where that was another command."""
    reader, workspace = asked.desk.reader, asked.desk.workspace
    then = reader.show(workspace, before.key, asked.actor, version=before.last_version)
    return None if then is None else then.reminders.get(timer)
