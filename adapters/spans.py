"""Lengths of time as people type them: `90s`, `30m`, `1h 30m`, `7d`, `2 weeks`; in lower case."""

import re
from datetime import timedelta

_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "seconds"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "minutes"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hours"),
    **dict.fromkeys(("d", "day", "days"), "days"),
    **dict.fromkeys(("w", "week", "weeks"), "weeks"),
}
# Patterns are compiled where they are first used: this is on the path of every command.
_PART = r"([0-9]{1,9})\s*([a-z]+)"
_SPAN = rf"(?:{_PART}\s*)+"


def span(text: str) -> timedelta | None:
    """The sum of the parts, or None for anything else; raises OverflowError beyond what can be reckoned."""
    if not re.fullmatch(_SPAN, text):
        return None
    total = timedelta()
    for count, word in re.findall(_PART, text):
        unit = _UNITS.get(word)
        if unit is None:
            return None
        total += timedelta(**{unit: int(count)})
    return total
