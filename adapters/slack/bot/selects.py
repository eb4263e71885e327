"""The selects of the panel: status and severity; lowering asks for its reason where the rules do."""

from __future__ import annotations

from adapters.slack.bot import faults, forms_moves
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import give
from adapters.slack.bot.opening import opens
from adapters.slack.bot.press import Press, Reply
from adapters.slack.bot.verdict import verdict
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.guards.question import Ask
from incident_core.lifecycle.available import Verdict
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.severity import Severity
from incident_core.model.status import Status

REASON = ("reason",)


def status(asked: Asked, _: Incident, press: Press) -> Reply:
    """Say how far the response has come."""
    if press.choice not in list(Status):
        raise Invalid("status", faults.UNREADABLE)
    return Reply(give(asked, c.SetStatus, status=Status(press.choice)))


def severity(asked: Asked, incident: Incident, press: Press) -> Reply | None:
    """Say how bad it is."""
    if press.choice not in list(Severity):
        raise Invalid("severity", faults.UNREADABLE)
    level = Severity(press.choice)
    can = verdict(asked, incident, Ask(Move.SEVERITY, level.value))
    if can.verdict is Verdict.NEEDS and can.needs == REASON and not press.answered:
        opens(asked, forms_moves.lowering(asked.desk.words, incident, level))
        return None
    return Reply(give(asked, c.SetSeverity, severity=level))
