"""What was said in a channel, read from Slack page by page, with the replies below each message; bounded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.api import Api, Kind, Reply

PAGE, MOST = 999, 50_000
"""Messages of a page, which is what Slack gives at most; and of a log."""
PATIENCE = 900.0
"""Seconds for which Slack may make a log wait, all in all: it takes fifty calls a minute, one a thread."""
_LOOK = 0.5
Said = Mapping[str, Any]


class NotRead(Exception):
    """It was not read to the end; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Slack gives it, with the replies below it, oldest first."""

    said: Said
    replies: Sequence[Said] = ()


@dataclass
class Reading:
    """One reading of one channel. `ended` says that the bot is going away; `patience` is in seconds."""

    api: Api
    channel: str
    ended: Callable[[], bool] = lambda: False
    patience: float = PATIENCE
    page: int = PAGE
    most: int = MOST

    def messages(self) -> tuple[Sequence[Message], bool]:
        """Oldest first, and whether that is all: only the newest `most` are read. Raises NotRead."""
        tops = []
        for said in self._pages("conversations.history"):
            if said.get("thread_ts") in (None, said.get("ts")):  # a reply that was sent to the channel too
                tops.append(said)
            if len(tops) > self.most:
                break
        whole = len(tops) <= self.most
        found = [self._with_replies(said) for said in reversed(tops[: self.most])]
        return found, whole

    def _with_replies(self, said: Said) -> Message:
        if not said.get("reply_count"):
            return Message(said)
        below = self._pages("conversations.replies", ts=said.get("ts"))
        return Message(said, [each for each in below if each.get("ts") != said.get("ts")])

    def _pages(self, method: str, **more: Any) -> Iterator[Said]:
        cursor = ""
        while True:
            reply = self._call(method, **more, cursor=cursor or None)
            yield from (each for each in reply.data.get("messages") or () if isinstance(each, Mapping))
            cursor = str((reply.data.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    def _call(self, method: str, **args: Any) -> Reply:
        """One page; where Slack wants to hear no more for a while, that is waited for. Raises NotRead."""
        while True:
            reply = self.api.call(method, channel=self.channel, limit=self.page, **args)
            if reply.ok:
                return reply
            if reply.kind is not Kind.HELD or not self._waited(reply.retry_after or 0.0):
                raise NotRead(reply.sentence)

    def _waited(self, seconds: float) -> bool:
        """Wait, in small steps; False where that is longer than anybody waits, or the bot ends."""
        self.patience -= seconds
        if self.patience < 0:
            return False
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self.ended():
                return False
            time.sleep(min(left, _LOOK))
        return True
