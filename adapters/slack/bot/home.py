"""The home tab: what is open, what one has to do, and for admins how the bot is; drawn when it is opened."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from adapters.slack.bot.asked import Bot
from adapters.slack.bot.follow_ups import done
from adapters.slack.bot.heard import Heard
from adapters.slack.bot.shown import marks, text
from adapters.slack.drawing.elements import actions
from adapters.slack.escape import fitted
from adapters.slack.parts import Block, Line, Room, bullets, rich
from adapters.slack.words import Words
from incident_core.errors import IncidentError
from incident_core.model.actor import Actor
from incident_core.model.stage import Stage
from incident_core.ports.backlog import Lag
from incident_core.ports.reader import DUTIES, Duties, Held, Owed, Query, Summary

START = "home:start"
"""The button that begins an incident."""
MOST = 20
"""Lines of each list; how many more there are is said."""
_LABEL, _HEADING = 75, 150
_OPEN = frozenset(stage for stage in Stage if stage is not Stage.CLOSED)
_LOG = logging.getLogger("incident.slack")


def opened(bot: Bot, heard: Heard) -> None:
    """Somebody opened it: draw it once Slack knows that this was heard."""
    if heard.text("event", "tab") != "home" or not heard.user or bot.gate.wait(heard.user):
        return
    bot.pool.put(partial(publish, bot, heard.user))


def publish(bot: Bot, user: str) -> None:
    """Draw it anew for this person."""
    try:
        blocks = list(_blocks(bot, bot.desk.actor(user)))
    except IncidentError as fault:
        _LOG.warning("A home tab cannot be drawn: %s", fault)
        blocks = [rich(bot.desk.words.line("home.not_now"))]
    bot.out.publish(user, {"type": "home", "blocks": blocks})


def _blocks(bot: Bot, me: Actor) -> Iterator[Block]:
    desk = bot.desk
    now = desk.clock.now()
    duties = desk.reader.duties(desk.workspace, me)
    yield _button(desk.words)
    yield from _open(bot, me)
    yield from _roles(bot, duties.roles)
    yield from _follow_ups(bot, duties, now)
    if me in desk.policy.admins:
        yield from _health(bot, now)
    yield {"type": "divider"}
    yield rich(desk.words.line("home.drawn", at=now, command=desk.program))


def _button(words: Words) -> Block:
    text: dict[str, Any] = {"type": "plain_text", "text": fitted(words.text("home.start"), _LABEL)}
    button = {"type": "button", "action_id": START, "value": "{}", "style": "primary", "text": text}
    return {"type": "actions", "block_id": "home", "elements": [button]}


def _open(bot: Bot, me: Actor) -> Iterator[Block]:
    desk = bot.desk
    found = desk.reader.list(desk.workspace, Query(_OPEN, limit=MOST), me)
    total = len(found)
    if total == MOST:
        total = max(total, desk.reader.count(desk.workspace, Query(_OPEN), me))
    yield _heading(desk.words, "open", total)
    if not found:
        yield rich(desk.words.line("home.nothing_open"))
        return
    rooms = _rooms(bot, [each.key for each in found])
    yield bullets(*(_summary(desk.words, each, rooms.get(each.key)) for each in found))
    if total > MOST:
        yield rich(desk.words.line("home.more_open", count=total - MOST, command=desk.program))


def _rooms(bot: Bot, keys: Sequence[str]) -> dict[str, Room]:
    desk = bot.desk
    there = desk.whereabouts.outside(desk.workspace, "slack", "channel", keys) if keys else {}
    return {key: Room(channel) for key, channel in there.items()}


def _summary(words: Words, each: Summary, room: Room | None) -> Line:
    return words.line(
        "home.incident",
        key=each.key,
        marks=marks(words, each),
        severity=each.severity,
        stage=each.stage.value if each.status is None else f"{each.stage}: {each.status}",
        title=text(each.title, 150),
        commander=each.commander,
        room=room,
    )


def _roles(bot: Bot, held: Sequence[Held]) -> Iterator[Block]:
    words = bot.desk.words
    yield _heading(words, "roles", len(held))
    if not held:
        yield rich(words.line("home.no_role"))
        return
    shown = held[:MOST]
    rooms = _rooms(bot, list(dict.fromkeys(each.key for each in shown)))
    yield bullets(*(_role(words, each, rooms.get(each.key)) for each in shown))
    yield from _more(words, len(held))


def _role(words: Words, each: Held, room: Room | None) -> Line:
    return words.line(
        "home.role",
        role=each.role,
        key=each.key,
        marks=marks(words, each),
        severity=each.severity,
        stage=each.stage,
        title=text(each.title, 150),
        room=room,
    )


def _follow_ups(bot: Bot, duties: Duties, now: datetime) -> Iterator[Block]:
    words, owed = bot.desk.words, duties.follow_ups
    yield _heading(words, "follow_ups", len(owed))
    if not owed:
        yield rich(words.line("home.no_follow_up"))
        return
    for each in owed[:MOST]:
        yield bullets(_follow_up(bot, each, now))
        yield actions([done(words, each.key, each.item, "home.done_button")])
    yield from _more(words, len(owed))


def _follow_up(bot: Bot, each: Owed, now: datetime) -> Line:
    return bot.desk.words.line(
        "home.follow_up",
        key=each.key,
        marks=marks(bot.desk.words, each),
        item=each.item,
        text=text(each.text, 150),
        due=each.due,
        overdue=each.due is not None and each.due.over_at <= now,
        command=bot.desk.program,
    )


def _health(bot: Bot, now: datetime) -> Iterator[Block]:
    """How far the mirrors and the timers have come, and which version this is."""
    desk = bot.desk
    behind, stopped = desk.backlog.count(desk.workspace)
    late = desk.timers.late(desk.workspace, now)
    yield {"type": "divider"}
    yield rich(
        desk.words.line("home.health", behind=behind, stopped=stopped, late=late, version=desk.version)
    )
    if behind or stopped:
        lags = desk.backlog.lags(desk.workspace, None, 3)
        yield bullets(*(_lag(desk.words, lag) for lag in lags))


def _heading(words: Words, name: str, count: int) -> Block:
    said = fitted(words.text(f"home.{name}", count=count), _HEADING)
    return {"type": "header", "text": {"type": "plain_text", "text": said}}


def _more(words: Words, total: int) -> Iterator[Block]:
    """How many are not shown of what is somebody's; only so many are read."""
    if total > MOST:
        name = "more" if total < DUTIES else "at_least_more"
        yield rich(words.line(f"home.{name}", count=total - MOST))


def _lag(words: Words, lag: Lag) -> Line:
    return words.line(
        "home.lag",
        key=lag.key,
        mirror=lag.mirror,
        fault=lag.error,
        shown=str(lag.shown),
        wanted=str(lag.wanted),
    )
