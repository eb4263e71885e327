"""Who the bot is in Slack: asked of Slack once, and held against what the settings say of the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.slack.api import Api, Kind
from incident_core.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from adapters.settings import Settings


@dataclass(frozen=True, slots=True)
class Identity:
    """The workspace and the bot's user in it, who is called `name`; `domain` begins its address."""

    team_id: str
    team: str
    domain: str
    bot_user: str
    bot_id: str | None
    enterprise: str | None
    name: str = "incidents"


def identify(api: Api, settings: Settings) -> Identity:
    """Whose token this is; raises Unavailable where Slack cannot say, Invalid if it should be another's."""
    reply = api.call("auth.test")
    if reply.kind in (Kind.CONFIG, Kind.REFUSED):
        raise Invalid("token", f"Slack does not take SLACK_BOT_TOKEN ({reply.error}).")
    if not reply.ok:
        raise Unavailable(f"The bot cannot begin. {reply.sentence}")
    data = reply.data
    identity = Identity(
        team_id=str(data["team_id"]),
        team=str(data.get("team", "")),
        domain=_domain(str(data.get("url", ""))),
        bot_user=str(data["user_id"]),
        bot_id=data.get("bot_id"),
        enterprise=data.get("enterprise_id"),
        name=str(data.get("user") or "incidents"),
    )
    expected = settings.slack_workspace
    if expected and expected not in (identity.team_id, identity.domain):
        raise Invalid(
            "workspace",
            f"SLACK_BOT_TOKEN is of the workspace {identity.domain} ({identity.team_id}), "
            f"and SLACK_WORKSPACE_ID says {expected}.",
        )
    return identity


def _domain(url: str) -> str:
    """acme of https://acme.slack.com/; of another server, what it calls itself."""
    host = urlsplit(url).hostname or ""
    return host.partition(".")[0]
