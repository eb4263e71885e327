"""Events: a table says who hears of what; each is done once, and asks Slack for nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from adapters.slack.bot import home, membership, mentions
from adapters.slack.bot.asked import Bot
from adapters.slack.bot.drifted import DRIFTED, Drifted
from adapters.slack.bot.heard import Heard
from adapters.slack.bot.payload import Payload
from adapters.slack.bot.reactions import Reactions
from incident_core.errors import Conflict, IncidentError, OutcomeUnknown, Unavailable

_LOG = logging.getLogger("incident.slack")
Act = Callable[[Bot, Heard], object]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is done about an event while `feature` is on (empty: always)."""

    act: Act
    feature: str = ""


_KINDS = {
    "app_home_opened": _Kind(home.opened),
    "app_mention": _Kind(mentions.mentioned, "mentions"),
    "member_joined_channel": _Kind(membership.joined, "private"),
    "member_left_channel": _Kind(membership.left, "private"),
}
_GROUPS = ("subteam_members_changed", "subteam_updated")
HEARD = frozenset({*_KINDS, "reaction_added", *_GROUPS, *DRIFTED})
"""Every event that something is done about."""


class Events:
    """`regroup` is called when the members of a user group have changed, `drifted` when a channel was."""

    def __init__(self, bot: Bot, regroup: Callable[[], object], drifted: Drifted = lambda _: None) -> None:
        self._bot = bot
        self._kinds = {**_KINDS, "reaction_added": _Kind(Reactions(bot), "reactions")}
        self._kinds |= dict.fromkeys(_GROUPS, _Kind(lambda _, __: regroup(), "groups"))
        self._kinds |= {
            name: _Kind(lambda _, heard: drifted(heard), feature) for name, feature in DRIFTED.items()
        }

    def told(self, payload: Payload) -> bool:
        """Do what the event asks for; False where Slack has to send it again. Raises nothing."""
        heard = Heard(payload.body)
        kind = self._kinds.get(heard.name)
        if kind is None or not self._on(kind.feature) or self._bot.gate.stranger(heard):
            return True
        if not heard.id or not self._bot.recent.first(heard.mark):
            return True
        try:
            kind.act(self._bot, heard)
        except (Unavailable, OutcomeUnknown, Conflict) as fault:
            _LOG.warning("An event of Slack's has to be sent again (%s): %s", heard.name, fault)
            self._bot.recent.forget(heard.mark)
            return False
        except IncidentError as fault:
            _LOG.warning("An event of Slack's was not heeded (%s): %s", heard.name, type(fault).__name__)
        except Exception:  # noqa: BLE001 - the edge of the process: nobody waits for an answer to an event
            _LOG.exception("An event of Slack's could not be handled: %.80a", heard.name)
        return True

    def _on(self, feature: str) -> bool:
        return not feature or bool(getattr(self._bot.desk.features, feature))
