"""Lists that are longer than a message: a page at a time, with buttons that turn it in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from adapters.slack.bot import story
from adapters.slack.bot.answer import Answer, Button, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.payload import carried
from adapters.slack.bot.shown import state, text
from adapters.slack.parts import Bold, Code, Line, Part, Room, When, Who
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
        how = Code(f"{asked.program} open API answers slowly")
        nothing = "There are no incidents yet" if everything else "Nothing is open"
        return say((f"{nothing}. To open something: ", how))
    kind = "" if everything else " open"
    heading: Line = (f"{begin + 1:,}–{begin + len(shown):,} of {total:,}{kind}, the newest first",)
    name = "all" if everything else "list"
    return Answer([heading, *_summaries(asked, shown)], _turns(name, begin, INCIDENTS, len(found)))


def found(asked: Asked, words: str, begin: int = 0) -> Answer:
    """What has all these words in its texts, the best first."""
    words = words[:_LONGEST]
    if not words_in(words):
        raise Invalid("words", f"There is no word to search for: {asked.program} search checkout laten*.")
    begin = _inside(begin)
    summaries = asked.desk.reader.search(asked.desk.workspace, words, asked.actor, begin + INCIDENTS + 1)
    shown = summaries[begin : begin + INCIDENTS]
    if not shown:
        return say(f"Nothing was found for: {text(words)}")
    heading: Line = (f"Found for {text(words, 100)}: {begin + 1:,}–{begin + len(shown):,}, the best first",)
    turns = _turns("search", begin, INCIDENTS, len(summaries), words=words)
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
    heading: Line = (Bold(key), f": what happened, {begin + 1:,}–{begin + len(shown):,} of {len(entries):,}")
    buttons = []
    if begin > 0:
        buttons.append(_button("Older", "timeline", begin - EVENTS, key=key))
    if begin < last:
        buttons.append(_button("Newer", "timeline", begin + EVENTS, key=key))
    return Answer([heading, *map(_entry, shown)], tuple(buttons))


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


def _turns(name: str, begin: int, size: int, there: int, **more: str) -> tuple[Button, ...]:
    buttons = []
    if begin > 0:
        buttons.append(
            _button("Newer" if name in ("list", "all") else "Better", name, max(0, begin - size), **more)
        )
    if there > begin + size and begin + size <= DEEPEST:
        buttons.append(_button("Older" if name in ("list", "all") else "More", name, begin + size, **more))
    return tuple(buttons)


def _button(label: str, name: str, begin: int, **more: str) -> Button:
    return Button(label, f"{TURN}{label.lower()}", carried(v=name, at=begin, **more))


def _summaries(asked: Asked, summaries: Sequence[Summary]) -> list[Line]:
    rooms = asked.rooms(*(summary.key for summary in summaries))
    return [_summary(summary, rooms.get(summary.key)) for summary in summaries]


def _summary(summary: Summary, room: str | None) -> Line:
    led: tuple[Part, ...] = () if summary.commander is None else (" · ", Who(summary.commander))
    where: tuple[Part, ...] = () if room is None else ("  ", Room(room))
    return (Bold(summary.key), f" {state(summary)} · {text(summary.title, 200)}", *led, *where)


def _entry(entry: Entry) -> Line:
    return (When(entry.event.at), " ", Who(entry.event.actor), " ", *story.words(entry.event, entry.redacted))
