"""The home tab: what is open, what one has to do, and for admins how the bot is; drawn when it is opened."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from adapters.slack.bot.asked import Bot
from adapters.slack.bot.heard import Heard
from adapters.slack.bot.shown import text
from adapters.slack.drawing.words import plainly
from adapters.slack.parts import Block, Bold, Code, Line, Part, Room, When, Who, bullets, rich
from incident_core.errors import IncidentError
from incident_core.model.actor import Actor
from incident_core.model.stage import Stage
from incident_core.ports.backlog import Lag
from incident_core.ports.reader import DUTIES, Duties, Held, Owed, Query, Summary

START = "home:start"
"""The button that begins an incident."""
MOST = 20
"""Lines of each list; how many more there are is said."""
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
        blocks = [rich(("What is open cannot be shown now: the database does not answer. Come back later.",))]
    bot.out.publish(user, {"type": "home", "blocks": blocks})


def _blocks(bot: Bot, me: Actor) -> Iterator[Block]:
    desk = bot.desk
    now = desk.clock.now()
    duties = desk.reader.duties(desk.workspace, me)
    yield _button()
    yield from _open(bot, me)
    yield from _roles(bot, duties.roles)
    yield from _follow_ups(bot, duties, now)
    if me in desk.policy.admins:
        yield from _health(bot, now)
    yield {"type": "divider"}
    yield rich(("Drawn ", When(now), ". Open this tab again to draw it anew. ", Code(f"{desk.program} help")))


def _button() -> Block:
    text: dict[str, Any] = {"type": "plain_text", "text": "Start a new incident"}
    button = {"type": "button", "action_id": START, "value": "{}", "style": "primary", "text": text}
    return {"type": "actions", "block_id": "home", "elements": [button]}


def _open(bot: Bot, me: Actor) -> Iterator[Block]:
    desk = bot.desk
    found = desk.reader.list(desk.workspace, Query(_OPEN, limit=MOST), me)
    total = len(found)
    if total == MOST:
        total = max(total, desk.reader.count(desk.workspace, Query(_OPEN), me))
    yield _heading("Open now", total)
    if not found:
        yield rich(("Nothing is open.",))
        return
    rooms = _rooms(bot, [each.key for each in found])
    yield bullets(*(_summary(each, rooms.get(each.key)) for each in found))
    yield from _more(total, Code(f"{desk.program} list"))


def _rooms(bot: Bot, keys: Sequence[str]) -> dict[str, str]:
    desk = bot.desk
    return dict(desk.whereabouts.outside(desk.workspace, "slack", "channel", keys)) if keys else {}


def _summary(each: Summary, room: str | None) -> Line:
    stage = each.stage.value if each.status is None else f"{each.stage}: {each.status}"
    led: tuple[Part, ...] = () if each.commander is None else (" · ", Who(each.commander))
    where: tuple[Part, ...] = () if room is None else (" · ", Room(room))
    said = f" · {each.severity} · {stage} · {text(each.title, 150)}"
    return (Bold(each.key), _marks(each), said, *led, *where)


def _marks(each: Summary | Held | Owed) -> str:
    found = [word for word, so in (("DRILL", each.drill), ("PRIVATE", each.private)) if so]
    return "".join(f" {word}" for word in found)


def _roles(bot: Bot, held: Sequence[Held]) -> Iterator[Block]:
    yield _heading("Your roles", len(held))
    if not held:
        yield rich(("You hold no role in anything that is open.",))
        return
    shown = held[:MOST]
    rooms = _rooms(bot, list(dict.fromkeys(each.key for each in shown)))
    yield bullets(*(_role(each, rooms.get(each.key)) for each in shown))
    yield from _more_duties(len(held))


def _role(each: Held, room: str | None) -> Line:
    where: tuple[Part, ...] = () if room is None else (" · ", Room(room))
    said = f" · {each.severity} · {each.stage} · {text(each.title, 150)}"
    return (Bold(plainly(each.role)), " of ", Bold(each.key), _marks(each), said, *where)


def _follow_ups(bot: Bot, duties: Duties, now: datetime) -> Iterator[Block]:
    owed = duties.follow_ups
    yield _heading("Your follow-ups", len(owed))
    if not owed:
        yield rich(("You have no open follow-up.",))
        return
    yield bullets(*(_follow_up(bot, each, now) for each in owed[:MOST]))
    yield from _more_duties(len(owed))


def _follow_up(bot: Bot, each: Owed, now: datetime) -> Line:
    late = each.due is not None and each.due.over_at <= now
    due: Line = () if each.due is None else (f", due {each.due}",)
    done = Code(f"{bot.desk.program} followup {each.key} done {each.item}")
    overdue: Line = (" ", Bold("overdue")) if late else ()
    return (
        Bold(each.key),
        _marks(each),
        f" {each.item}: {text(each.text, 150)}",
        *due,
        *overdue,
        " · ",
        done,
    )


def _health(bot: Bot, now: datetime) -> Iterator[Block]:
    """How far the mirrors and the timers have come, and which version this is."""
    desk = bot.desk
    behind, stopped = desk.backlog.count(desk.workspace)
    late = desk.timers.late(desk.workspace, now)
    yield {"type": "divider"}
    well = not (behind or stopped or late)
    state = "all is well" if well else f"behind: {behind:,} · stopped: {stopped:,} · timers late: {late:,}"
    yield rich((Bold("Health"), f" (only admins see this): {state} · version {desk.version or 'unknown'}"))
    if behind or stopped:
        lags = desk.backlog.lags(desk.workspace, None, 3)
        yield bullets(*((Bold(lag.key), f" in {lag.mirror}: {lag.error or _lag(lag)}") for lag in lags))


def _heading(words: str, count: int) -> Block:
    many = f" ({count:,})" if count else ""
    return {"type": "header", "text": {"type": "plain_text", "text": f"{words}{many}"}}


def _more(total: int, how: Code | None = None) -> Iterator[Block]:
    """How many are not shown, and how to see them."""
    if total > MOST:
        yield rich((f"and {total - MOST:,} more", *(() if how is None else (": ", how))))


def _more_duties(total: int) -> Iterator[Block]:
    """The same of what is somebody's, of which only so many are read."""
    if total < DUTIES:
        yield from _more(total)
    else:
        yield rich((f"and at least {total - MOST:,} more",))


def _lag(lag: Lag) -> str:
    return f"version {lag.shown} of {lag.wanted} is shown"
