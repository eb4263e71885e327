"""What a select offers while somebody types in it: incidents that it may be about, the newest first."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from adapters.slack.bot import forms_news
from adapters.slack.bot.asked import Bot
from adapters.slack.bot.fields import incident as option
from adapters.slack.bot.parse import key_of
from adapters.slack.bot.payload import Payload
from incident_core.errors import IncidentError
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage
from incident_core.ports.reader import Query, Summary
from incident_core.record.words import asked as words_in

OPEN = frozenset(stage for stage in Stage if stage is not Stage.CLOSED)
BURNING = frozenset((Stage.INVESTIGATION, Stage.INCIDENT))
SELECTS = {forms_news.INCIDENT: OPEN, forms_news.BURNING: BURNING}
"""The selects, and the stages of the incidents that each offers."""
_MOST = 100
_RANKED = 200
_LONGEST = 200
_LOG = logging.getLogger("incident.slack")


def offered(bot: Bot, payload: Payload) -> list[dict[str, Any]]:
    """The options; none for a select that nobody knows, and where they cannot be read. Never raises."""
    stages = SELECTS.get(payload.text("action_id"))
    if stages is None:
        return []
    try:
        actor = bot.desk.actor(payload.user)
        found = _found(bot, actor, payload.text("value").strip()[:_LONGEST], stages)
        return [option(bot.desk.words, each) for each in found][:_MOST]
    except IncidentError as fault:
        _LOG.warning("The options of a select cannot be read: %s", type(fault).__name__)
    except Exception:  # noqa: BLE001 - the edge of the process: a select without options is all that can be shown
        _LOG.exception("The options of a select cannot be read.")
    return []


def _found(bot: Bot, actor: Actor, typed: str, stages: frozenset[Stage]) -> Iterable[Summary]:
    reader, workspace = bot.desk.reader, bot.desk.workspace
    if not typed:
        return reader.list(workspace, Query(stages, limit=_MOST), actor)
    key, _ = key_of(typed if not typed.isdigit() else f"INC-{typed}")
    found = summary(bot, actor, key, stages) if key else None
    words = f"{typed}*" if typed[-1].isalnum() else typed
    others = reader.search(workspace, words, actor, _RANKED) if words_in(words) else ()
    rest = (each for each in others if each.stage in stages and each.key != key)
    return [*([found] if found else []), *rest]


def summary(bot: Bot, actor: Actor, key: str, stages: frozenset[Stage]) -> Summary | None:
    """The line of this incident; None where it is in no such stage, or there is none that they may see."""
    incident = bot.desk.reader.show(bot.desk.workspace, key, actor)
    return None if incident is None or incident.stage not in stages else summary_of(incident)


def summary_of(incident: Incident) -> Summary:
    """The line of an incident."""
    return Summary(
        key=incident.key,
        title=incident.title,
        stage=incident.stage,
        status=incident.status,
        severity=incident.severity,
        commander=incident.commander,
        private=incident.private,
        drill=incident.drill,
        opened_at=incident.opened_at,
    )
