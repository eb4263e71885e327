"""The digest channel: a setting has its name or its id; Slack tells the id of a name, which is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Lock

from adapters.slack.api import Kind, Reply

PAGE = 999

_LIST = "conversations.list"
_ID = re.compile(r"[CG][A-Z0-9]{6,20}")

Caller = Callable[..., Reply]


class Rooms:
    """One for each mirror. `private`: channels that are private can be looked for as well."""

    def __init__(self, digest: str, *, private: bool) -> None:
        self._name = digest.removeprefix("#")
        self._types = "public_channel,private_channel" if private else "public_channel"
        self._id = self._name if _ID.fullmatch(self._name) else None
        self._cursor: str | None = None
        self._lock = Lock()

    @property
    def digest(self) -> str:
        """What the digest channel is addressed by: its id, or its name as long as that is not known."""
        return self._id or self._name

    @property
    def missing(self) -> str:
        """That it cannot be found, in one sentence."""
        return (
            f"There is no channel {self._name} that the bot can see: make it, or invite the bot to it, "
            "or name another in INCIDENTS_DIGEST_CHANNEL."
        )

    def learn(self, channel: str | None) -> None:
        """Slack has told its id, if it has."""
        self._id = channel or self._id

    def find(self, call: Caller) -> Reply:
        """Look for its id: DONE where it is known now, GONE where there is no such channel.

        Among many channels that may take several tries; each goes on where the one before has ended.
        """
        if not self._lock.acquire(blocking=False):
            return Reply(_LIST, Kind.LATER, error="somebody else is looking for the digest channel")
        try:
            while self._id is None:
                reply = self._page(call)
                if not reply.ok:
                    return reply
            return Reply(_LIST, Kind.DONE)
        finally:
            self._lock.release()

    def _page(self, call: Caller) -> Reply:
        """Look at one page more; GONE where it was the last, and the channel is not there."""
        reply = call(_LIST, types=self._types, exclude_archived=True, limit=PAGE, cursor=self._cursor)
        if reply.error == "invalid_cursor":  # it was too old: from the beginning again
            self._cursor = None
            return Reply(_LIST, Kind.LATER, error=reply.error)
        if not reply.ok:
            return reply
        here = [each["id"] for each in reply.data.get("channels", ()) if each.get("name") == self._name]
        self._id = here[0] if here else None
        self._cursor = None if here else reply.named("response_metadata", "next_cursor")
        if self._id is None and self._cursor is None:
            return Reply(_LIST, Kind.GONE, error="channel_not_found")
        return reply
