"""What is heard of channels and accounts that somebody changed by hand: it is looked at, beside the bot.

Nothing is believed of an event but that there is something to look at, and that what is deleted is gone.
"""

from __future__ import annotations

from collections.abc import Callable

from adapters.slack.bot.heard import Heard
from adapters.slack.bot.people import USER
from adapters.slack.drift.watch import Told
from adapters.slack.manifest import BOT_EVENTS, CHANGES

USER_CHANGE = "user_change"
_CHANNELS = tuple(f"{kind}_{what}" for kind in ("channel", "group") for what in CHANGES)
DRIFTED = {name: BOT_EVENTS[name] for name in (*_CHANNELS, USER_CHANGE)}
"""The events that are heard of, each with its feature."""

Drifted = Callable[[Heard], object]


def told(heard: Heard) -> Told | None:
    """What to look at; None where there is nothing."""
    if heard.name == USER_CHANGE:
        user = heard.text("event", "user", "id")
        left = heard.find("event", "user", "deleted") is True
        return Told(user=user) if left and USER.fullmatch(user) else None
    deleted = heard.name.endswith("_deleted")
    return Told(heard.channel, deleted=deleted) if heard.channel else None
