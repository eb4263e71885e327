"""Who is meant by @name: people whom the bot has met, kept in memory, and mentions as Slack writes them."""

from __future__ import annotations

import re
from collections import OrderedDict
from threading import Lock

from incident_core.errors import Invalid
from incident_core.model.actor import Actor

MOST = 50_000
"""People who are remembered; whoever was met longest ago is forgotten first."""

USER = re.compile(r"[UW][A-Z0-9]{2,30}")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,30})(?:\|([^<>]*))?>")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9_-]{0,31}:[^\s/]\S*")


class Directory:
    """Names by id and ids by name; may be told and asked by many threads at once."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._ids: dict[str, set[str]] = {}
        self._bots: set[str] = set()
        self._zones: dict[str, str] = {}
        self._lock = Lock()

    def learn(self, user: str, *names: str) -> None:
        """This is what this person is called now; the first name is the one that is shown."""
        found = tuple(dict.fromkeys(name.strip().lstrip("@") for name in names if name.strip().lstrip("@")))
        if not found or not USER.fullmatch(user):
            return
        with self._lock:
            if self._names.get(user) == found:
                return
            self._forget(user)
            self._names[user] = found
            for name in found:
                self._ids.setdefault(name.casefold(), set()).add(user)
            if len(self._names) > MOST:
                self._forget(next(iter(self._names)))

    def meet(self, user: str, name: str) -> None:
        """The same, where somebody was just seen under one name: what else they are called is kept."""
        with self._lock:
            known = self._names.get(user, ())
        if name.strip() and name.strip() not in known:
            self.learn(user, *known, name)

    def learn_bot(self, user: str) -> None:
        """This is a program, and nobody to name."""
        with self._lock:
            if len(self._bots) < MOST:
                self._bots.add(user)

    def is_bot(self, user: str) -> bool:
        """Whether it is known to be a program."""
        with self._lock:
            return user in self._bots

    def learn_zone(self, user: str, zone: str) -> None:
        """This is the time zone that somebody lives in (an IANA name)."""
        with self._lock:
            if len(self._zones) < MOST or user in self._zones:
                self._zones[user] = zone

    def zone(self, user: str) -> str | None:
        """The time zone of somebody, where Slack was asked for it."""
        with self._lock:
            return self._zones.get(user)

    def _forget(self, user: str) -> None:
        for name in self._names.pop(user, ()):
            called = self._ids.get(name.casefold(), set())
            called.discard(user)
            if not called:
                self._ids.pop(name.casefold(), None)

    def ids(self, name: str) -> frozenset[str]:
        """Everybody who is called that."""
        with self._lock:
            return frozenset(self._ids.get(name.casefold(), ()))

    def name(self, user: str) -> str | None:
        """What somebody is called, if they were met."""
        with self._lock:
            return next(iter(self._names.get(user, ())), None)


def is_person(word: str) -> bool:
    """Whether this word can only mean a person: a mention, @name, or a name with its kind (cli:ann)."""
    if word == "WHO" or _MENTION.fullmatch(word):
        return True
    return (word.startswith("@") and len(word) > 1) or _ELSEWHERE.fullmatch(word) is not None


def person(directory: Directory, word: str) -> Actor:
    """Whom the word means; raises Invalid with what to type instead."""
    if found := _MENTION.fullmatch(word):
        directory.meet(found[1], found[2] or "")
        return Actor("slack", found[1])
    if word == "WHO":
        raise Invalid("who", "WHO stands for a person: write @ and their name there.")
    if word.startswith("@"):
        return _named(directory, word[1:])
    if _ELSEWHERE.fullmatch(word):
        return Actor.parse(word)
    raise Invalid(
        "who", f"{word[:80]} is not a person: write @ and their name, and choose them from Slack's list."
    )


def _named(directory: Directory, name: str) -> Actor:
    ids = directory.ids(name)
    if len(ids) == 1:
        return Actor("slack", next(iter(ids)))
    raise Invalid(
        "who",
        f"{'More than one person is' if ids else 'Nobody that this bot has met is'} called @{name[:80]}: "
        "choose the person from the list that Slack offers after the @.",
    )
