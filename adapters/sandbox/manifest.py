"""What an app is, read from its manifest: scopes, events, commands, shortcuts, how it is reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from adapters.sandbox import contract
from adapters.sandbox.shapes import Shapes
from adapters.sandbox.state.apps import App


class BadManifest(ValueError):
    """Slack would not take this manifest; every reason is in the message."""


@dataclass(frozen=True)
class Settings:
    """The parts of a manifest that decide how the app is treated. Addresses are None on Socket Mode."""

    name: str
    bot_name: str
    bot_scopes: tuple[str, ...]
    user_scopes: tuple[str, ...]
    bot_events: tuple[str, ...]
    events_url: str | None
    interactivity: bool
    interactivity_url: str | None
    options_url: str | None
    commands: Mapping[str, Mapping[str, Any]]
    shortcuts: tuple[Mapping[str, Any], ...]
    socket_mode: bool
    home_tab: bool
    messages_tab: bool
    messages_read_only: bool


def settings(app: App) -> Settings:
    """The settings of an app, from its manifest as it is now."""
    return read(app.manifest)


def read(manifest: Mapping[str, Any]) -> Settings:
    """The settings in a manifest that was found good."""
    features, config = manifest.get("features", {}), manifest.get("settings", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {})
    events, interactivity = config.get("event_subscriptions", {}), config.get("interactivity", {})
    home, name = features.get("app_home", {}), manifest["display_information"]["name"]
    return Settings(
        name=name,
        bot_name=features.get("bot_user", {}).get("display_name", name),
        bot_scopes=tuple(scopes.get("bot", ())),
        user_scopes=tuple(scopes.get("user", ())),
        bot_events=tuple(events.get("bot_events", ())),
        events_url=events.get("request_url"),
        interactivity=interactivity.get("is_enabled", False),
        interactivity_url=interactivity.get("request_url"),
        options_url=interactivity.get("message_menu_options_url"),
        commands={command["command"]: command for command in features.get("slash_commands", ())},
        shortcuts=tuple(features.get("shortcuts", ())),
        socket_mode=config.get("socket_mode_enabled", False),
        home_tab=home.get("home_tab_enabled", False),
        messages_tab=home.get("messages_tab_enabled", True),
        messages_read_only=home.get("messages_tab_read_only_enabled", False),
    )


def check(manifest: Mapping[str, Any]) -> None:
    """Raise BadManifest, with every reason, for what Slack would not take."""
    found = [str(problem) for problem in _shapes().problems("manifest", dict(manifest))]
    if not found:
        found = [*_unknown(manifest), *_unreachable(manifest)]
    if found:
        raise BadManifest("; ".join(found))


@cache
def _shapes() -> Shapes:
    return Shapes("manifest_shapes.json")


def _unknown(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Events that Slack does not have."""
    for event in read(manifest).bot_events:
        if event not in contract.events():
            yield f"unknown event: {event} [json-pointer:/settings/event_subscriptions/bot_events]"


def _unreachable(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Without Socket Mode, whatever is to be delivered needs an address."""
    settings = read(manifest)
    if settings.socket_mode:
        return
    if settings.bot_events and not settings.events_url:
        yield "missing required field: request_url [json-pointer:/settings/event_subscriptions]"
    if settings.interactivity and not settings.interactivity_url:
        yield "missing required field: request_url [json-pointer:/settings/interactivity]"
    for place, command in enumerate(settings.commands.values()):
        if not command.get("url"):
            yield f"missing required field: url [json-pointer:/features/slash_commands/{place}]"
