"""Events: who hears of what happens: apps that subscribed, were granted the scope, and can see the place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapters.sandbox import contract, manifest
from adapters.sandbox.delivery.parcels import Parcel, Sort
from adapters.sandbox.delivery.post import Post
from adapters.sandbox.delivery.volume import MINUTE, Verdict, Volume
from adapters.sandbox.happenings import Happening
from adapters.sandbox.ids import secret
from adapters.sandbox.state.apps import App, Installation
from adapters.sandbox.state.channels import SCOPES, Channel, Kind
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World

MESSAGES = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}
EVERYWHERE = frozenset(
    (
        "channel_archive",
        "channel_created",
        "channel_deleted",
        "channel_rename",
        "channel_shared",
        "channel_unarchive",
    )
)
"""Told of every public channel, whether the app's bot is in it or not."""
FAREWELLS = ("app_uninstalled", "tokens_revoked")
"""What an app hears when it is no longer installed."""
FAMILIES = frozenset(SCOPES.values())


class Events:
    """Listens to a world and posts each happening to the apps that hear of it."""

    def __init__(self, world: World, post: Post, volume: Volume | None = None) -> None:
        self._world, self._post, self._volume = world, post, volume or Volume()

    def told(self, happening: Happening) -> None:
        """Something happened; runs under the world's lock and only hands on."""
        workspace = self._world.workspaces[happening.team_id]
        if happening.type in FAREWELLS:
            self._farewell(workspace, happening)
            return
        channel = workspace.channels.get(happening.channel_id or "")
        name = subscription(happening)
        for made in _addressed(workspace, happening):
            app = self._world.apps[made.app_id]
            if _hears(app, made, name, channel):
                self._send(workspace, app, made.bot_user_id, happening.payload, channel)

    def _farewell(self, workspace: Workspace, happening: Happening) -> None:
        app = self._world.apps[happening.app_id or ""]
        bot = next(user.id for user in workspace.users.values() if user.app_id == app.id)
        if happening.type in manifest.settings(app).bot_events:
            self._send(workspace, app, bot, happening.payload, None)

    def _send(
        self, workspace: Workspace, app: App, bot: str, payload: dict[str, Any], channel: Channel | None
    ) -> None:
        now = self._world.now()
        verdict = self._volume.count(workspace.id, app.id, now)
        if verdict is Verdict.DROPPED:
            return
        if verdict is Verdict.SENT:
            told = wrapper(self._world, workspace, app, bot, payload, channel)
        else:
            told = rate_limited(workspace, app, now)
        self._post.send(Parcel(app.id, workspace.id, Sort.EVENT, told, now))


def subscription(happening: Happening) -> str:
    """The name under which an app subscribes to this."""
    if happening.type == "message":
        return MESSAGES[happening.payload["channel_type"]]
    return happening.type


def _addressed(workspace: Workspace, happening: Happening) -> Iterable[Installation]:
    if happening.app_id is None:
        return tuple(workspace.installations.values())
    made = workspace.installations.get(happening.app_id)
    return () if made is None else (made,)


def _hears(app: App, made: Installation, name: str, channel: Channel | None) -> bool:
    if name not in manifest.settings(app).bot_events or not _granted(made, name, channel):
        return False
    if channel is None or made.bot_user_id in channel.members:
        return True
    return name in EVERYWHERE and channel.kind is Kind.PUBLIC


def _granted(made: Installation, name: str, channel: Channel | None) -> bool:
    """Whether the app has a scope for the event, and for this kind of channel where scopes differ by it."""
    scopes = contract.events().get(name, [])
    families = {scope.partition(":")[0] for scope in scopes} & FAMILIES
    if channel is not None and len(families) > 1:
        scopes = [scope for scope in scopes if scope.startswith(f"{SCOPES[channel.kind]}:")]
        return any(scope in made.scopes for scope in scopes)
    return not scopes or any(scope in made.scopes for scope in scopes)


def rate_limited(workspace: Workspace, app: App, now: float) -> dict[str, Any]:
    """What an app gets in place of events that are too many."""
    return {
        "token": app.verification_token,
        "type": "app_rate_limited",
        "team_id": workspace.id,
        "minute_rate_limited": int(now) // MINUTE * MINUTE,
        "api_app_id": app.id,
    }


def wrapper(
    world: World, workspace: Workspace, app: App, bot: str, payload: dict[str, Any], channel: Channel | None
) -> dict[str, Any]:
    """The event in its envelope, as the Events API sends it."""
    who = {"enterprise_id": None, "team_id": workspace.id, "user_id": bot}
    return {
        "token": app.verification_token,
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": payload,
        "type": "event_callback",
        "event_id": world.ids.new("Ev"),
        "event_time": world.second(),
        "authorizations": [{**who, "is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": channel is not None and channel.is_shared,
        "event_context": f"4-{secret(60)}",
    }
