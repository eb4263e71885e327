"""Strategies for single values: texts, links, people, times and policies; `strategies` has the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from incident_core.model import text
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.model.role import COMMANDER, STANDARD_ROLES, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.model.times import Due

EPOCH: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""Around this time the generated histories happen."""

ROLES: Final = (*STANDARD_ROLES, "scribe")
"""The roles of the generated policies."""

_NASTY = (
    "& < > \" ' ` $(x) ${x} // \\ … %s {0} {{x}}",
    "=1+1",
    "@here <!channel> <@U012AB3CD|ann>",
    "'; DROP TABLE events; --",
    "👩🏽‍🚒🔥 é e\u0301 ﷽",
    "שלום مرحبا",
    "\u202eright to left\u202c",
    "İıßſ",
    "\ufffe\U0010ffff",
    'a,b;"c"',
    "null",
    "\uff10\uff11\uff12",
)
_PEOPLE = ("ann", "bob", "cleo", "dîna", "U012AB3CD", "李雷", "o'neil", "x" * 128)
_ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati")
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def _valid(check: Callable[[str, str], str], found: SearchStrategy[str]) -> SearchStrategy[str]:
    return found.filter(lambda each: bool(each.strip())).map(lambda each: check("text", each))


@cache
def _characters(also: str = "") -> SearchStrategy[str]:
    usual = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
    return usual if not also else st.one_of(usual, st.sampled_from(also))


@cache
def hostile_text(limit: int = text.PROSE_LIMIT) -> SearchStrategy[str]:
    """Prose that programs stumble over, trimmed, of 1 to `limit` characters; line breaks and tabs too."""
    free = st.text(_characters("\n\t\u2028\u2029"), min_size=1, max_size=min(limit, 30))
    long = st.integers(1, limit).map(lambda size: "é" * size)
    nasty = st.sampled_from([each[:limit] for each in _NASTY])
    return _valid(text.prose, st.one_of(nasty, free, long))


@cache
def titles() -> SearchStrategy[str]:
    """One line of 1 to 200 characters, trimmed: short and long, emoji, right-to-left, quotes, markup."""
    free = st.text(_characters(), min_size=1, max_size=30)
    full = st.sampled_from("x<é🔥ש").map(lambda each: each * text.TITLE_LIMIT)
    return _valid(text.title, st.one_of(st.sampled_from(_NASTY), free, full))


@cache
def links() -> SearchStrategy[str]:
    """Absolute http(s) addresses; few different ones often, so that the same link comes twice."""
    few = ("https://example.com/a", "https://example.com/b?x=1&y=%20#z", "http://[::1]:8080/é")
    odd = st.characters(exclude_categories=("Cc", "Cs", "Z", "Cn"), exclude_characters="[]@")
    return st.one_of(st.sampled_from(few), st.text(odd, max_size=30).map("https://example.com/".__add__))


@cache
def actors(kinds: tuple[str, ...] = ("cli", "slack")) -> SearchStrategy[Actor]:
    """People of a few names, so that they meet again; some with a workspace or a login."""
    extra = st.sampled_from(((None, None), (None, None), ("T01", None), (None, "root"), ("T01", "root")))
    return st.builds(
        lambda kind, name, more: Actor(kind, name, workspace=more[0], login=more[1]),
        st.sampled_from(kinds),
        st.sampled_from(_PEOPLE),
        extra,
    )


@cache
def instants(earliest: datetime = _FIRST, latest: datetime = _LAST) -> SearchStrategy[datetime]:
    """Aware times in UTC, to the microsecond, both ends included; mostly near 2026 where the ends allow."""
    times = st.datetimes(earliest.replace(tzinfo=None), latest.replace(tzinfo=None))
    if earliest <= EPOCH - timedelta(days=400) and EPOCH + timedelta(days=400) <= latest:
        near = st.timedeltas(timedelta(days=-400), timedelta(days=400)).map(lambda by: EPOCH + by)
        return st.one_of(near, near, times.map(lambda each: each.replace(tzinfo=UTC)))
    return times.map(lambda each: each.replace(tzinfo=UTC))


@cache
def dues() -> SearchStrategy[Due]:
    """Days with a time zone."""
    return st.builds(Due, st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(_ZONES))


@cache
def policies() -> SearchStrategy[Policy]:
    """Every combination that matters: an own role, none or several required, review and reasons on or off."""
    return st.builds(
        Policy,
        roles=st.just(ROLES),
        required_roles=st.sampled_from(((COMMANDER,), (), (COMMANDER, TECHNICAL_LEAD), ("scribe",))),
        review_to_close=st.booleans(),
        reason_to_lower=st.sets(st.sampled_from(Severity)).map(frozenset),
    )
