"""Triggers: an id that an interaction carries opens one view, within three seconds."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.sandbox.errors import ApiError
from adapters.sandbox.ids import Ids, secret

LIFE = 3.0
"""Seconds."""
KEPT = 3600.0
"""Seconds in which an old trigger is still told from an invented one."""


@dataclass
class Trigger:
    """Who interacted with which app, when; in which channel, and in which modal, if it was in one."""

    id: str
    team_id: str
    user_id: str
    app_id: str
    at: float
    view_id: str | None = None
    channel_id: str | None = None
    used: bool = False


class Triggers:
    """Issued by the delivery of an interaction, spent by views.open and views.push."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._issued: dict[str, Trigger] = {}

    def issue(
        self,
        team_id: str,
        user_id: str,
        app_id: str,
        now: float,
        view_id: str | None = None,
        channel_id: str | None = None,
    ) -> str:
        """A new trigger id; old ones are forgotten."""
        self._forget(now)
        name = f"{self._ids.number()}.{self._ids.number()}.{secret(32).lower()}"
        self._issued[name] = Trigger(name, team_id, user_id, app_id, now, view_id, channel_id)
        return name

    def _forget(self, now: float) -> None:
        while self._issued:
            first = next(iter(self._issued.values()))
            if now - first.at < KEPT:
                return
            del self._issued[first.id]

    def valid(self, name: str | None, team_id: str, app_id: str, now: float) -> Trigger:
        """The trigger, still to be used. Raises ApiError as views.open documents it."""
        trigger = self._issued.get(name or "")
        if trigger is None or trigger.team_id != team_id or trigger.app_id != app_id:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if now - trigger.at > LIFE:
            raise ApiError("expired_trigger_id")
        return trigger
