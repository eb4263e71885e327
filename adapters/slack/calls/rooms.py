"""The digest channel: a setting has its name or its id; Slack tells the id of a name, which is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Lock

from adapters.slack.api import Kind, Reply

PAGE = 999

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

    def learn(self, channel: str) -> None:
        """Slack has told its id."""
        self._id = channel

    def find(self, call: Caller) -> Reply:
        """Look for its id: DONE where it is known now, GONE where there is no such channel.

        Among many channels that may take several tries; each goes on where the one before has ended.
        """
        with self._lock:
            while self._id is None:
                reply = call(
                    "conversations.list",
                    types=self._types,
                    exclude_archived=True,
                    limit=PAGE,
                    cursor=self._cursor,
                )
                if not reply.ok:
                    self._cursor = None if reply.error == "invalid_cursor" else self._cursor
                    return Reply(reply.method, Kind.LATER) if reply.error == "invalid_cursor" else reply
                if self._found(reply) is None:
                    return Reply(reply.method, Kind.GONE, error="channel_not_found")
            return Reply("conversations.list", Kind.DONE)

    def _found(self, reply: Reply) -> bool | None:
        """Whether it is on this page; None where there is no other."""
        here = [each["id"] for each in reply.data.get("channels", ()) if each.get("name") == self._name]
        if here:
            self._id, self._cursor = here[0], None
            return True
        following = str((reply.data.get("response_metadata") or {}).get("next_cursor") or "")
        self._cursor = following or None
        return False if following else None
