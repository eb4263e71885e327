"""Checks of what is recorded: every acknowledged command once, no refused one, and all of it sound."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tests.chaos.end import End
from tests.chaos.people import NO, YES, Asked
from tests.trials.places import Place
from tests.trials.soundness import assert_sound

_KEPT = ("accepted", "unchanged")
_ERROR = re.compile(r" (ERROR|CRITICAL) incident\.(?!slack\.socket)")
"""Slack's own kit calls a connection that was cut an error."""
_FIRED = re.compile(r"INC-\d+: (?:no update|open|nobody holds|follow-up).* since \S+|INC-\d+: follow-up .*")


def acknowledged(end: End) -> Iterator[str]:
    """Who was told yes finds it in the record, with as many events as the answer says, and no more."""
    for each in end.crowd.asked:
        if each.answer is not YES or each.key is None:
            continue
        result, first, last = end.commands.get(each.key, ("", 0, 0))
        events = end.events.get(each.key, 0)
        if result not in _KEPT:
            yield f"{_who(each)} is {result or 'not'} in the record"
        elif result == "accepted" and events != last - first + 1:
            yield f"{_who(each)} has {events} events, and its answer says {last - first + 1}"


def refused(end: End) -> Iterator[str]:
    """Who was told no finds nothing of it; unless Slack delivered it twice, and the second was in time."""
    for each in end.crowd.asked:
        if each.answer is NO and each.key is not None and each.key not in end.crowd.twice:
            result = end.commands.get(each.key, ("", 0, 0))[0]
            if result in _KEPT or end.events.get(each.key):
                yield f"{_who(each)} was refused, and is {result} in the record"


def once(end: End) -> Iterator[str]:
    """No text that somebody typed once was recorded by two commands, whatever they were told."""
    for each in {each.deed.number: each for each in end.crowd.asked}.values():
        keys = Counter(key for key, text in end.texts if each.deed.token and each.deed.token in text)
        if len(keys) > 1:
            yield f"{_who(each)} was recorded by {len(keys)} commands: {sorted(keys)}"


def sound(end: End) -> Iterator[str]:
    """The log verifies, the views are what a rebuild makes of it, and every event has its answer."""
    try:
        assert_sound(Place(end.record.url))
    except AssertionError as fault:
        yield f"the database is not sound: {fault}"


def timers(end: End) -> Iterator[str]:
    """Each timer has fired once for each time that it was due, and was said in one log at most."""
    same = "SELECT incident_id, timer, since, due_at, count(*) FROM reminders"
    for row in end.record.ask(f"{same} GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"):
        yield f"the timer {row[1]} of {row[0]}, due at {row[3]:%H:%M:%S}, has fired {row[4]} times"
    lines = Counter(found for said in end.logs.values() for found in _FIRED.findall(said))
    for line, count in lines.items():
        if count > 1:
            yield f"{count} logs say: {line}"


def clean(end: End) -> Iterator[str]:
    """No process met anything unexpected, nor was anybody told of it."""
    for name, said in end.logs.items():
        for number, line in enumerate(said.splitlines(), start=1):
            if line.startswith("Traceback") or _ERROR.search(line):
                yield f"{name} said in line {number}: {line}"
    for each in end.crowd.asked:
        if "unexpected" in each.told or each.told.startswith("exit code 1:"):
            yield f"{_who(each)}"


def ended(end: End) -> Iterator[str]:
    """Processes end when they are told to, with 0, and leave no connection behind."""
    yield from end.wrong


def _who(asked: Asked) -> str:
    return f"{asked.deed} [{asked.key}], told {asked.told[:200]!r},"
