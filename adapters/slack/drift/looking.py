"""One look at Slack: at all that should be there, or at one channel of which something was heard."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice

from adapters.slack.drift.acting import MIRROR, Hand, Ports
from adapters.slack.drift.asking import Eyes, NoAnswer
from adapters.slack.drift.judging import CHANNEL, PINNED, Seen, at_rest, judged, place
from incident_core.model.stage import Stage
from incident_core.ports.findings import What
from incident_core.ports.whereabouts import Home
from incident_core.usecases.settling.news import News

PAGE = 200
"""Incidents that are read at a time."""
_LEFT = frozenset({What.COMMANDER_LEFT})
_LOG = logging.getLogger("incident.slack")
Standing = Collection[tuple[str, What]]


@dataclass(frozen=True, slots=True)
class Look:
    """Compares what `ports` know with what `eyes` see.

    `private`: private channels can be seen; `names`: people may be asked about.
    """

    ports: Ports
    eyes: Eyes
    hand: Hand
    prefix: str
    private: bool
    names: bool

    def everywhere(self) -> Sequence[str]:
        """Look at every incident that is not closed, and at every channel the bot is in.

        The channels to look at again, soon. Raises Unavailable; where Slack does not answer, all stays as it
        was.
        """
        self.eyes.begin()
        try:
            return self._everywhere()
        except NoAnswer as fault:
            _LOG.warning("What people changed in Slack is not looked at now: %s", fault)
            return ()

    def at(self, channel: str, *, deleted: bool = False) -> bool:
        """Look at one channel; False where it has to be looked at again, soon. Raises Unavailable."""
        self.eyes.begin()
        key = self.ports.whereabouts.incident(self.ports.workspace, MIRROR, CHANNEL, channel)
        homes = [] if key is None else self.ports.homes([key])
        seen = Seen(deleted=True) if deleted else None
        try:
            return all(self._one(home, seen, self.ports.standing(), None) for home in homes)
        except NoAnswer as fault:
            _LOG.info("%s", fault)
            return False

    def person(self, user: str) -> bool:
        """Somebody's account was deactivated: look at what they command. Raises Unavailable."""
        theirs = [home for home in self._open() if _commander(home) == user]
        for home in theirs:
            self.hand.keep(home.key, _LEFT, {What.COMMANDER_LEFT: user})
        return True

    def _everywhere(self) -> Sequence[str]:
        rooms, standing, refused = dict(self.eyes.rooms()), self.ports.standing(), self.ports.refused()
        looked, again = set[str](), list[str]()
        commanders = defaultdict[str, list[str]](list)

        def one(home: Home) -> None:
            channel = place(home) or ""
            if not self._one(home, rooms.get(channel), standing, refused) and channel:
                again.append(channel)

        for home in self._open():
            looked.add(home.key)
            one(home)
            self._messages(home)
            commanders[_commander(home)].append(home.key)
        for home in self._others(rooms, {key for key, _ in standing}, looked):
            one(home)
            commanders[""].append(home.key)
        self._commanders(commanders, standing)
        return again

    def _one(self, home: Home, seen: Seen | None, standing: Standing, refused: Set[str] | None) -> bool:
        """Whether its channel is as it should be, or stays as it is; `refused` None: that is asked for."""
        channel = place(home)
        if channel is None:
            return CHANNEL not in home.known
        if home.private and not self.private:
            return True
        verdict = judged(home, seen or self.eyes.room(channel), self.prefix)
        if verdict is None:
            return False
        if verdict.join and not self.eyes.join(channel):
            verdict = replace(verdict, found={**verdict.found, What.REMOVED: channel}, calm=True)
        if not self.hand.take(home, verdict, standing):
            return False
        if verdict.calm and home.stage is not Stage.CLOSED and (refused is None or home.key in refused):
            self.hand.again(home.key)
        return verdict.calm

    def _messages(self, home: Home) -> None:
        """Those that have to be there; what is not, is posted again."""
        for slot, lost in PINNED.items():
            effect = home.known.get(slot)
            if effect is None or not effect.done or not at_rest(effect) or effect.external_id is None:
                continue
            if not self.eyes.message(effect.external_id):
                self.hand.tell(home, (News(slot, effect.external_id, lost),))

    def _commanders(self, keys: dict[str, list[str]], standing: Standing) -> None:
        """Each is asked about once."""
        for user, theirs in keys.items():
            left = bool(user) and self.names and self.eyes.left(user)
            for key in theirs:
                if left or (key, What.COMMANDER_LEFT) in standing:
                    self.hand.keep(key, _LEFT, {What.COMMANDER_LEFT: user} if left else {})

    def _open(self) -> Iterator[Home]:
        after = 0
        while page := self.ports.whereabouts.open(self.ports.workspace, MIRROR, after, PAGE):
            yield from page
            after = page[-1].number

    def _others(self, rooms: Iterable[str], told: Iterable[str], looked: set[str]) -> Iterator[Home]:
        """What is closed and has a channel that is not, or of which something stands."""
        keys = set(told)
        for ids in _pages(rooms):
            keys |= set(self.ports.whereabouts.living(self.ports.workspace, MIRROR, CHANNEL, ids).values())
        for page in _pages(sorted(keys - looked)):
            yield from self.ports.homes(page)


def _commander(home: Home) -> str:
    """Their id in Slack; empty where there is none."""
    who = home.commander
    return who.id if who is not None and who.kind == MIRROR and home.stage is not Stage.CLOSED else ""


def _pages(all_: Iterable[str]) -> Iterator[Sequence[str]]:
    rest = iter(all_)
    while page := list(islice(rest, PAGE)):
        yield page
