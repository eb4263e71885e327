"""Who everybody is, asked of Slack now and then, so that @name can be understood without asking anybody."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from threading import Event, Thread
from typing import Any, Protocol

from adapters.slack.api import Api

EVERY = 600.0
"""Seconds between two looks."""

PAGE = 200
_LOG = logging.getLogger("incident.slack")


class Learns(Protocol):
    """What remembers names."""

    def learn(self, user: str, *names: str) -> None:
        """This is what this person is called."""
        ...

    def learn_zone(self, user: str, zone: str) -> None:
        """This is the time zone that this person lives in."""
        ...

    def learn_bot(self, user: str) -> None:
        """This is a program."""
        ...


class Everybody:
    """Tells `directory` the names of all people of the workspace, at once and then every so often."""

    def __init__(self, api: Api, directory: Learns, every: float = EVERY) -> None:
        self._api, self._directory, self._every = api, directory, every
        self._end = Event()
        self._thread = Thread(target=self._run, name="names", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._end.set()

    def look(self) -> int:
        """Ask once, page by page; how many people were told."""
        count, cursor = 0, ""
        while not self._end.is_set():
            reply = self._api.call("users.list", limit=PAGE, cursor=cursor or None)
            if not reply.ok:
                _LOG.warning("The names of people are not known: %s", reply.sentence)
                break
            for user in reply.data.get("members", ()):
                count += self._tell(user)
            cursor = str(reply.data.get("response_metadata", {}).get("next_cursor", ""))
            if not cursor:
                break
        return count

    def _tell(self, user: Mapping[str, Any]) -> bool:
        """Whoever has left, and bots, are nobody to name."""
        if user.get("is_bot"):
            self._directory.learn_bot(str(user.get("id", "")))
        if user.get("deleted") or user.get("is_bot"):
            return False
        if zone := user.get("tz"):
            self._directory.learn_zone(str(user.get("id", "")), str(zone))
        profile = user.get("profile", {})
        names = (user.get("name"), profile.get("display_name"), profile.get("real_name"))
        self._directory.learn(str(user.get("id", "")), *(str(name) for name in names if name))
        return True

    def _run(self) -> None:
        while not self._end.is_set():
            self.look()
            self._end.wait(self._every)
