"""What is asked of Slack to know how things are there: only reads, a few at once and then one by one."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

from adapters.slack.api import Api, Kind, Reply
from adapters.slack.calls.job import Where
from adapters.slack.drift.judging import Seen

PAGE = 999
AT_ONCE, PAUSE = 30, 1.3
"""Calls that come without a pause, and the seconds before each one after them: Slack takes fifty a minute."""
SOONER = {"chat.getPermalink": 0.2}
"""Where Slack takes more."""
HELD = 3
"""How often in a row a wait is kept that Slack asks for."""


class NoAnswer(Exception):
    """Slack does not say; the message is a sentence."""


class Eyes:
    """Looks through `api`; ends early, with NoAnswer, once `end` is set."""

    def __init__(self, api: Api, end: Event, *, private: bool) -> None:
        self._api, self._end = api, end
        self._types = "public_channel,private_channel" if private else "public_channel"
        self._calls = 0

    def begin(self) -> None:
        """Another look: the next calls may come at once."""
        self._calls = 0

    def rooms(self) -> Iterator[tuple[str, Seen]]:
        """The channels that the bot is in and that are not archived, by id. Raises NoAnswer."""
        cursor: str | None = None
        while True:
            args = {"types": self._types, "exclude_archived": True, "limit": PAGE, "cursor": cursor}
            reply = self._told("users.conversations", **args)
            for each in reply.data.get("channels") or ():
                yield str(each.get("id", "")), _seen(each, member=True)
            cursor = reply.named("response_metadata", "next_cursor")
            if cursor is None:
                return

    def room(self, channel: str) -> Seen:
        """One channel, whatever has become of it. Raises NoAnswer."""
        reply = self._ask("conversations.info", channel=channel)
        if reply.kind is Kind.GONE:
            return Seen()
        found = self._certain(reply).data.get("channel") or {}
        return _seen(found, member=bool(found.get("is_member")))

    def message(self, external_id: str) -> bool:
        """Whether this message is there, as far as Slack says. Raises NoAnswer."""
        at = Where.of(external_id)
        reply = self._ask("chat.getPermalink", channel=at.channel, message_ts=at.ts)
        return reply.error != "message_not_found"

    def left(self, user: str) -> bool:
        """Whether the account of this person was deactivated. Raises NoAnswer."""
        reply = self._ask("users.info", user=user)
        if reply.error in ("user_not_found", "user_not_visible"):
            return False
        found = self._certain(reply).data.get("user") or {}
        return bool(found.get("deleted"))

    def join(self, channel: str) -> bool:
        """Be in a public channel again; whether the bot is."""
        return self._ask("conversations.join", channel=channel).ok

    def _told(self, method: str, **args: Any) -> Reply:
        return self._certain(self._ask(method, **args))

    def _certain(self, reply: Reply) -> Reply:
        if not reply.ok:
            raise NoAnswer(reply.sentence)
        return reply

    def _ask(self, method: str, **args: Any) -> Reply:
        """An answer, whatever it says; raises NoAnswer where there is none."""
        reply = Reply(method, Kind.LATER, error="it was not asked")
        for _ in range(HELD):
            self._calls += 1
            if self._end.wait(SOONER.get(method, PAUSE) if self._calls > AT_ONCE else 0):
                raise NoAnswer("The bot ends.")
            reply = self._api.call(method, **args)
            if reply.kind is not Kind.HELD:
                break
            self._end.wait(reply.retry_after)
        if reply.kind in (Kind.HELD, Kind.LATER, Kind.UNKNOWN, Kind.CONFIG):
            raise NoAnswer(reply.sentence)
        return reply


def _seen(found: dict[str, Any], *, member: bool) -> Seen:
    name, archived = str(found.get("name", "")), bool(found.get("is_archived"))
    return Seen(there=True, name=name, archived=archived, member=member)
