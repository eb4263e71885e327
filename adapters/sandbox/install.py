"""Installing an app: its bot user comes to the workspace, and tokens get the scopes of its manifest."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import manifest as manifests
from adapters.sandbox.founding import add_user, owner
from adapters.sandbox.ids import secret
from adapters.sandbox.state.apps import App, Installation, Token, TokenKind
from adapters.sandbox.state.people import Standing
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World


def create_app(world: World, manifest: dict[str, Any]) -> App:
    """An app of this manifest, installed nowhere yet. Raises BadManifest, with every reason."""
    manifests.check(manifest)
    with world.lock:
        name = manifest["display_information"]["name"]
        client_id = f"{world.ids.number()}.{world.ids.number()}"
        app = App(world.ids.new("A"), name, manifest, secret(32).lower(), client_id, secret())
        world.apps[app.id] = app
        return app


def change_manifest(world: World, app: App, manifest: dict[str, Any]) -> None:
    """The app as this manifest says; scopes are granted when it is installed again. Raises BadManifest."""
    manifests.check(manifest)
    with world.lock:
        app.manifest, app.name = manifest, manifest["display_information"]["name"]


def install(world: World, workspace: Workspace, app: App, installer: str | None = None) -> Installation:
    """The app in the workspace; installed again, it keeps its bot user and its tokens get the new scopes."""
    settings = manifests.settings(app)
    with world.lock:
        by = installer or owner(workspace).id
        known = workspace.installations.get(app.id)
        if known is not None:
            _grant(world, known, settings)
            return known
        bot_id, bot = (
            world.ids.new("B"),
            add_user(world, workspace, _bot_name(settings), standing=Standing.BOT),
        )
        bot.bot_id, bot.app_id, bot.real_name = bot_id, app.id, settings.bot_name
        bot_token, user_token = (
            _secret(world, "xoxb"),
            _secret(world, "xoxp") if settings.user_scopes else None,
        )
        made = Installation(app.id, workspace.id, bot.id, bot_id, (), (), bot_token, user_token, by)
        workspace.installations[app.id] = made
        world.tokens[bot_token] = Token(bot_token, TokenKind.BOT, app.id, (), workspace.id, bot.id, bot_id)
        if user_token is not None:
            world.tokens[user_token] = Token(user_token, TokenKind.USER, app.id, (), workspace.id, by)
        _grant(world, made, settings)
        world.happened(workspace, {"type": "app_installed"}, app_id=app.id)
        return made


def _grant(world: World, made: Installation, settings: manifests.Settings) -> None:
    """Scopes are only added by installing again, as in Slack."""
    made.scopes = tuple(dict.fromkeys((*made.scopes, *settings.bot_scopes)))
    made.user_scopes = tuple(dict.fromkeys((*made.user_scopes, *settings.user_scopes)))
    world.tokens[made.bot_token].scopes = made.scopes
    if made.user_token is not None:
        world.tokens[made.user_token].scopes = made.user_scopes


def app_token(world: World, app: App, scopes: tuple[str, ...] = ("connections:write",)) -> str:
    """An app-level token, as one is made on the app's page."""
    with world.lock:
        made = f"xapp-1-{app.id}-{world.ids.number()}-{secret(64).lower()}"
        world.tokens[made] = Token(made, TokenKind.APP, app.id, scopes)
        return made


def revoke(world: World, token: str, why: str = "token_revoked") -> None:
    """The token is refused from now on: token_revoked, of which its app is told, or token_expired."""
    with world.lock:
        known = world.tokens[token]
        known.refused = why
        if why == "token_revoked" and known.team_id is not None:
            _tell_revoked(world, world.workspaces[known.team_id], known.app_id, [known])


def _tell_revoked(world: World, workspace: Workspace, app_id: str, tokens: list[Token]) -> None:
    of_bot = [token.user_id for token in tokens if token.kind is TokenKind.BOT]
    of_people = [token.user_id for token in tokens if token.kind is TokenKind.USER]
    payload = {"type": "tokens_revoked", "tokens": {"oauth": of_people, "bot": of_bot}}
    world.happened(workspace, payload, app_id=app_id)


def uninstall(world: World, workspace: Workspace, app: App) -> None:
    """The app leaves the workspace: its tokens are refused as account_inactive."""
    with world.lock:
        made = workspace.installations.pop(app.id)
        workspace.users[made.bot_user_id].deleted = True
        for channel in workspace.channels.values():
            channel.members.pop(made.bot_user_id, None)
        tokens = [world.tokens[token] for token in (made.bot_token, made.user_token) if token]
        for token in tokens:
            token.refused = "account_inactive"
        world.happened(workspace, {"type": "app_uninstalled"}, app_id=app.id)
        _tell_revoked(world, workspace, app.id, tokens)


def _bot_name(settings: manifests.Settings) -> str:
    return settings.bot_name.lower().replace(" ", "_")


def _secret(world: World, kind: str) -> str:
    return f"{kind}-{world.ids.number()}-{world.ids.number()}-{secret()}"
