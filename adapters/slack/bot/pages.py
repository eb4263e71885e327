"""Lists that are longer than a message: a page at a time, with buttons that turn it in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from adapters.slack.bot import story
from adapters.slack.bot.answer import Answer, Button, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.payload import carried
from adapters.slack.bot.shown import state, text
from adapters.slack.parts import Line, Room, When, Who
from adapters.slack.words import Words
from incident_core.errors import Invalid, NotFound
from incident_core.model.stage import Stage
from incident_core.ports.reader import Entry, Query, Summary
from incident_core.record.words import asked as words_in

TURN = "page:"
INCIDENTS, EVENTS = 12, 12
"""Lines of a page: with the longest titles and notes they still fit."""
DEEPEST = 2_000
"""How many are paged through at most: whoever wants more than that wants an export."""
_OPEN = frozenset(stage for stage in Stage if stage is not Stage.CLOSED)
_LONGEST = 300


def incidents(asked: Asked, begin: int = 0, *, everything: bool = False) -> Answer:
    """Those that are not closed, or all, the newest first."""
    desk, stages = asked.desk, frozenset[Stage]() if everything else _OPEN
    begin = _inside(begin)
    found = desk.reader.list(desk.workspace, Query(stages, limit=begin + INCIDENTS + 1), asked.actor)
    total = desk.reader.count(desk.workspace, Query(stages), asked.actor)
    shown = found[begin : begin + INCIDENTS]
    if not shown and begin:
        return incidents(asked, 0, everything=everything)
    if not shown:
        nothing = "nothing_yet" if everything else "nothing_open"
        return say(desk.words.line(f"lists.{nothing}", command=asked.program))
    kind, name = ("all", "all") if everything else ("open", "list")
    heading = desk.words.line(f"lists.{kind}", first=begin + 1, last=begin + len(shown), total=total)
    return Answer([heading, *_summaries(asked, shown)], _turns(asked, name, begin, INCIDENTS, len(found)))


def found(asked: Asked, words: str, begin: int = 0) -> Answer:
    """What has all these words in its texts, the best first."""
    words = words[:_LONGEST]
    if not words_in(words):
        raise Invalid("words", f"There is no word to search for: {asked.program} search checkout laten*.")
    begin = _inside(begin)
    summaries = asked.desk.reader.search(asked.desk.workspace, words, asked.actor, begin + INCIDENTS + 1)
    shown = summaries[begin : begin + INCIDENTS]
    if not shown:
        return say(asked.desk.words.line("lists.nothing_found", text=text(words)))
    place = {"first": begin + 1, "last": begin + len(shown)}
    heading = asked.desk.words.line("lists.found", text=text(words, 100), **place)
    turns = _turns(asked, "search", begin, INCIDENTS, len(summaries), words=words)
    return Answer([heading, *_summaries(asked, shown)], turns)


def timeline(asked: Asked, begin: int | None = None) -> Answer:
    """What happened, oldest first; without `begin` the newest page."""
    key = asked.needed()
    entries = asked.desk.reader.timeline(asked.desk.workspace, key, asked.actor)
    if entries is None:
        raise NotFound(key)
    last = (len(entries) - 1) // EVENTS * EVENTS
    begin = last if begin is None else min(max(begin, 0) // EVENTS * EVENTS, last)
    shown = entries[begin : begin + EVENTS]
    place = {"first": begin + 1, "last": begin + len(shown), "total": len(entries)}
    heading = asked.desk.words.line("lists.timeline", key=key, **place)
    buttons = []
    if begin > 0:
        buttons.append(_button(asked, "older", "timeline", begin - EVENTS, key=key))
    if begin < last:
        buttons.append(_button(asked, "newer", "timeline", begin + EVENTS, key=key))
    return Answer([heading, *(_entry(asked.desk.words, each) for each in shown)], tuple(buttons))


def turned(asked: Asked, value: Mapping[str, object]) -> Answer:
    """The page that a button asks for; raises Invalid for a button that no page has."""
    act = _PAGES.get(str(value.get("v")))
    begin = value.get("at")
    if act is None or not isinstance(begin, int):
        raise Invalid("page", "This list is too old to be turned: ask for it again.")
    return act(asked, begin, value)


def _of(asked: Asked, begin: int, value: Mapping[str, object]) -> Answer:
    return timeline(asked.of(str(value.get("key")), ""), begin)


_PAGES: dict[str, Callable[[Asked, int, Mapping[str, object]], Answer]] = {
    "list": lambda asked, begin, _: incidents(asked, begin),
    "all": lambda asked, begin, _: incidents(asked, begin, everything=True),
    "search": lambda asked, begin, value: found(asked, str(value.get("words")), begin),
    "timeline": _of,
}


def _inside(begin: int) -> int:
    return min(max(begin, 0), DEEPEST)


def _turns(asked: Asked, name: str, begin: int, size: int, there: int, **more: str) -> tuple[Button, ...]:
    before, after = ("newer", "older") if name in ("list", "all") else ("better", "more")
    buttons = []
    if begin > 0:
        buttons.append(_button(asked, before, name, max(0, begin - size), **more))
    if there > begin + size and begin + size <= DEEPEST:
        buttons.append(_button(asked, after, name, begin + size, **more))
    return tuple(buttons)


def _button(asked: Asked, label: str, name: str, begin: int, **more: str) -> Button:
    said = asked.desk.words.text(f"lists.{label}")
    return Button(said, f"{TURN}{label}", carried(v=name, at=begin, **more))


def _summaries(asked: Asked, summaries: Sequence[Summary]) -> list[Line]:
    rooms = asked.rooms(*(summary.key for summary in summaries))
    return [_summary(asked.desk.words, summary, rooms.get(summary.key)) for summary in summaries]


def _summary(words: Words, summary: Summary, room: str | None) -> Line:
    return words.line(
        "lists.incident",
        key=summary.key,
        state=state(summary),
        title=text(summary.title, 200),
        commander=summary.commander,
        room=None if room is None else Room(room),
    )


def _entry(words: Words, entry: Entry) -> Line:
    event = entry.event
    return (
        f"{entry.version}. ",
        When(event.at),
        " ",
        Who(event.actor),
        " ",
        *story.said(words, event, entry.redacted),
    )
