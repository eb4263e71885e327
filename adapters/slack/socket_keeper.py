"""Keeps a line to Slack open: one that ends, or that Slack asks to leave, is followed by another at once.

The line before is hung up only when Slack has greeted the new one. While none can be had it is tried for
ever, after pauses that grow; they grow as well while one line after the other does not hold.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from math import inf
from threading import Condition, Thread
from time import monotonic
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientNotConnectedError
from slack_sdk.socket_mode.client import BaseSocketModeClient

from adapters.slack.socket_line import Line, Over
from incident_core.errors import Unavailable

SHORTEST, LONGEST = 0.5, 10.0
"""Seconds between two tries; the first comes at once."""
HELD = 1.0
"""Seconds after which a line has held, so that the next one is again tried at once."""
GREETING = 5.0
"""Seconds that Slack has to greet; a line that still stands then is good enough."""
ANSWERED = 3.0
"""Seconds for which an answer waits for the next line: by then people have been told that there was none."""

Message = dict[str, Any]


class Keeper(BaseSocketModeClient):
    """`took` is given each message, line by line in order; `turned` hears of each turn of the keeping.

    `ping`: seconds between two looks at the other end, and between two turns.
    """

    def __init__(
        self,
        client: WebClient,
        token: str,
        took: Callable[[Message], object],
        *,
        ping: float,
        turned: Callable[[], object],
        logger: logging.Logger,
    ) -> None:
        self.web_client, self.app_token, self.logger = client, token, logger
        self.closed = False
        self._took, self._turned, self._ping = took, turned, ping
        self._line: Line | None = None
        self._since = inf
        self._fault = ""
        self._changed = Condition()

    def connect(self) -> None:
        """Open the first line, and keep one from now on; raises what the SDK raises, and Unavailable."""
        line = self._opened()
        self._take(line)
        self._read(line)
        Thread(target=self._keep, name="slack socket", daemon=True).start()

    def is_connected(self) -> bool:
        """Whether a line is there."""
        return self._line is not None and not self._line.over

    def send_message(self, message: str) -> None:
        """Over the line that is there, or else the next one; raises SlackClientNotConnectedError."""
        while (line := self._standing()) is not None:
            with suppress(Over):
                return line.send(message)
        raise SlackClientNotConnectedError("There is no line to Slack.")

    def close(self) -> None:
        """Hang up, and open no other. A line that is being opened at this moment is left to its own end."""
        with self._changed:
            self.closed = True
            line = self._line
            self._changed.notify_all()
        if line is not None:
            line.hang_up()

    def _standing(self) -> Line | None:
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self.is_connected(), ANSWERED)
            return self._line if self.is_connected() else None

    def _keep(self) -> None:
        tries, asked = 0, 0.0
        while self._needed():
            if monotonic() - self._since >= HELD:
                tries = 0
            self._since = inf  # until another line is taken
            self._rest(max(asked, min(SHORTEST * 2.0 ** (tries - 1), LONGEST) if tries else 0.0))
            asked = 0.0 if self.closed else self._renew()
            tries = min(tries + 1, 10)

    def _needed(self) -> bool:
        """Wait until another line is; False at the end."""
        self._wait(lambda: self._line is None or self._line.over or bool(self._line.leaving))
        return not self.closed

    def _rest(self, seconds: float) -> None:
        """Less long where Slack may have room only now, since the line it asked to leave has ended."""
        before = self.is_connected()
        self._wait(lambda: self.is_connected() is not before, seconds)

    def _wait(self, condition: Callable[[], bool], seconds: float = inf) -> None:
        """For that, or the end, or so long at most."""
        until = monotonic() + seconds
        while not self.closed and not condition() and monotonic() < until:
            self._turned()
            with self._changed:
                left = min(self._ping, until - monotonic())
                self._changed.wait_for(lambda: self.closed or condition(), left)

    def _renew(self) -> float:
        """Try to have another line; seconds that Slack wants us to wait before the next try."""
        before = self._line
        try:
            line = self._opened()
        except Exception as fault:  # noqa: BLE001 - the edge of a thread: whatever it was: nobody else keeps the line
            self._tell(in_words(fault))
            return _asked(fault)
        self._read(line)
        self._wait(lambda: line.taken or line.over or bool(line.leaving), GREETING)
        if not line.leaving and not line.over:
            self._take(line)
        if not line.taken:
            self._tell(f"Slack ends a new one before it greets: {line.leaving or line.why or 'at the end'}.")
            line.hang_up()
        elif before is not None:
            before.hang_up()
        return 0.0

    def _opened(self) -> Line:
        client = self.web_client
        url = str(client.apps_connections_open(app_token=self.app_token)["url"])
        return Line(url, ping=self._ping, proxy=client.proxy or None, logger=self.logger)

    def _read(self, line: Line) -> None:
        Thread(target=self._reading, args=(line,), name="slack line", daemon=True).start()

    def _reading(self, line: Line) -> None:
        try:
            for raw in line.messages():
                self._came(line, raw)
        finally:
            if line is self._line and not self.closed:
                self.logger.info("The line to Slack has ended: %s.", line.why)
            with self._changed:
                self._changed.notify_all()

    def _came(self, line: Line, raw: str) -> None:
        message = _read(raw)
        if message.get("type") != "disconnect":
            self._take(line)
            self._took(message)
            return
        with self._changed:
            line.leaving = str(message.get("reason") or "no reason told")
            self._changed.notify_all()

    def _take(self, line: Line) -> None:
        """From now on answers go over this one."""
        with self._changed:
            if self.closed or line.taken:
                return
            line.taken = True
            self._line, self._since, self._fault = line, monotonic(), ""
            self._changed.notify_all()
        self.logger.info("Connected to Slack.")

    def _tell(self, fault: str) -> None:
        """Once, however long it lasts."""
        if fault != self._fault:
            self.logger.warning("There is no new line to Slack; it is tried again and again. %s", fault)
        self._fault = fault


def in_words(fault: Exception) -> str:
    """Why no line could be opened."""
    if isinstance(fault, Unavailable):
        return str(fault)
    if isinstance(fault, SlackApiError):
        why = fault.response.get("error", "an answer that is not understood")
        return f"Slack does not let this app connect: {why} (SLACK_APP_TOKEN)."
    return f"Slack cannot be reached: {str(fault) or type(fault).__name__}."


def _asked(fault: Exception) -> float:
    headers = getattr(getattr(fault, "response", None), "headers", {})
    seconds = str(headers.get("Retry-After", ""))
    return float(seconds) if seconds.isdecimal() else 0.0


def _read(raw: str) -> Message:
    """Nothing where it cannot be read: whatever it was, the next one may be a command."""
    with suppress(ValueError):
        message = json.loads(raw)
        if isinstance(message, dict):
            return message
    return {}
