"""The link to a new channel follows its answer: one thread looks for all that are waited for together."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import NamedTuple

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.desk import CHANNEL, MIRROR
from adapters.slack.bot.pool import Pool
from adapters.slack.parts import Room
from adapters.slack.words import Words
from incident_core.errors import IncidentError
from incident_core.ports.whereabouts import Whereabouts

EVERY, AT_MOST = 0.1, 60.0
"""Seconds between two looks, and until it is given up."""
_MOST = 500
_PAGE = 100
_LOG = logging.getLogger("incident.slack")
Reply = Callable[[str, Answer], None]


def channel(words: Words, key: str, room: str | None) -> Answer:
    """That there is a channel now, or that it is late."""
    if room is None:
        return Answer([words.line("answers.channel_late", key=key)])
    return Answer([words.line("answers.channel", key=key, room=Room(room))])


class Awaited(NamedTuple):
    """A channel that somebody waits for, until a moment of the monotonic clock."""

    key: str
    url: str
    until: float


@dataclass
class Following:
    """`reply` posts an answer to a response_url; it is called on the threads of `pool`.

    `said`: what is said of a key and its channel, None where it is late. `at_most`: seconds after which it
    is said that the channel is late.
    """

    whereabouts: Whereabouts
    workspace: str
    pool: Pool
    reply: Reply
    said: Callable[[str, str | None], Answer]
    at_most: float = AT_MOST
    _awaited: dict[str, Awaited] = field(default_factory=dict, init=False)
    _thread: Thread | None = field(default=None, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def follow(self, key: str, url: str) -> None:
        """Send the link of this incident's channel there, once it is there."""
        with self._lock:
            if not url or len(self._awaited) >= _MOST:
                return
            self._awaited[key] = Awaited(key, url, time.monotonic() + self.at_most)
            if self._thread is None:
                self._thread = Thread(target=self._look, name="channels", daemon=True)
                self._thread.start()

    def _look(self) -> None:
        while self._more():
            try:
                self._once()
            except IncidentError as error:
                _LOG.info("Channels are looked for later: %s", error)
            except Exception:  # noqa: BLE001 - the edge of a thread: whoever waits for others gets them
                _LOG.exception("Channels cannot be looked for.")
            time.sleep(EVERY)

    def _more(self) -> bool:
        """Whether anything is left to look for; the thread ends otherwise."""
        with self._lock:
            if self._awaited and not self.pool.closed:
                return True
            self._thread = None
            return False

    def _once(self) -> None:
        with self._lock:
            waiting = list(self._awaited.values())
        for begin in range(0, len(waiting), _PAGE):
            self._ask(waiting[begin : begin + _PAGE])

    def _ask(self, waiting: Sequence[Awaited]) -> None:
        there = self.whereabouts.outside(self.workspace, MIRROR, CHANNEL, [each.key for each in waiting])
        for each in waiting:
            channel = there.get(each.key)
            if channel is not None or time.monotonic() > each.until:
                self._tell(each, self.said(each.key, channel))

    def _tell(self, each: Awaited, answer: Answer) -> None:
        with self._lock:
            self._awaited.pop(each.key, None)
        self.pool.start(lambda: self.reply(each.url, answer))
