"""How fast Slack takes calls of one method, for each app in each workspace, once there were too many of them.

Slack documents "20+ per minute" and the like, lets some come at once, and says with a 429 when to go on.
"""

from __future__ import annotations

_TIER_2, _TIER_3, _TIER_4 = 3.0, 1.2, 0.6
"""Seconds between two calls where 20, 50 and 100 are taken in a minute."""

_PACES = {
    "chat.postMessage": 1.0,
    "chat.update": _TIER_3,
    "chat.delete": _TIER_3,
    "conversations.archive": _TIER_2,
    "conversations.create": _TIER_2,
    "conversations.invite": _TIER_3,
    "conversations.join": _TIER_3,
    "conversations.rename": _TIER_2,
    "conversations.setTopic": _TIER_2,
    "pins.add": _TIER_2,
    "remove": _TIER_3,
    "usergroups.users.list": _TIER_2,
}


def pace(method: str) -> float:
    """Seconds; 0 for a method that nobody counts. Of `chat.postMessage INC-4` only the first word counts."""
    return _PACES.get(method.partition(" ")[0], 0.0)
