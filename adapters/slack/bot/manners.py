"""Manners: a method of which Slack wants to hear no more for a while is called by nobody, in any process.

Where the database does not say who has heard that, what this process has heard itself counts.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.api import HELD, LONGEST
from adapters.slack.bot.desk import MIRROR
from adapters.slack.telling import TellingClient
from incident_core.errors import IncidentError
from incident_core.ports.clock import Clock
from incident_core.ports.mirrors import Holds

_LOG = logging.getLogger("incident.slack")
_PER_CHANNEL = "chat.postMessage"
RATELIMITED = "ratelimited"


@dataclass
class Manners:
    """Of the bot in this workspace of the record; `holds` None: it knows only what it has heard itself."""

    holds: Holds | None
    workspace: str
    clock: Clock
    _heard: dict[str, datetime] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    @property
    def heard(self) -> frozenset[str]:
        """What it keeps in mind itself: what is over is forgotten when the next is heard."""
        return frozenset(self._heard)

    def left(self, method: str) -> float:
        """Seconds until it may be called; 0: now. Never raises."""
        ends = [self._heard.get(method), self._told(method)]
        now = self.clock.now()
        return max(
            ((end - now).total_seconds() for end in ends if end is not None and end > now), default=0.0
        )

    def hear(self, method: str, seconds: float) -> None:
        """Slack wants to hear no more of it for so long. Never raises."""
        now = self.clock.now()
        until = now + timedelta(seconds=seconds)
        with self._lock:
            self._heard = {each: end for each, end in self._heard.items() if end > now} | {method: until}
        try:
            if self.holds is not None:
                self.holds.hold(self.workspace, MIRROR, method, until)
        except IncidentError as fault:
            _LOG.warning("Others do not know that Slack holds %s: %s", method, type(fault).__name__)

    def _told(self, method: str) -> datetime | None:
        try:
            return None if self.holds is None else self.holds.held(self.workspace, MIRROR, method)
        except IncidentError:
            return None


class MannerlyClient(TellingClient):
    """A client that does not make a call that is held: it raises what Slack would make it raise."""

    manners: Manners

    def api_call(self, api_method: str, **given: Any) -> Any:
        """As the client does it. Raises SlackApiError."""
        method = _counted(api_method, given)
        if self.manners.left(method):
            answer = {"ok": False, "error": RATELIMITED}
            raise SlackApiError("It is held.", answer)  # type: ignore[no-untyped-call]
        try:
            return super().api_call(api_method, **given)
        except SlackApiError as error:
            if getattr(error.response, "status_code", None) == 429:
                self.manners.hear(method, retry_after(error.response.headers))
            raise


def retry_after(headers: Mapping[str, Any]) -> float:
    """Seconds; some, where Slack does not say how many."""
    asked = next((str(value) for name, value in headers.items() if str(name).lower() == "retry-after"), "")
    return min(float(asked), LONGEST) if asked.isascii() and asked.isdigit() and float(asked) else HELD


def _counted(method: str, given: Mapping[str, Any]) -> str:
    """Slack counts the messages of each channel for themselves."""
    sent = given.get("json") or given.get("params") or {}
    channel = sent.get("channel") if isinstance(sent, Mapping) else None
    return f"{method} {channel}" if method == _PER_CHANNEL and channel else method
