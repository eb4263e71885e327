"""The manifest of the Slack app, made of the settings: it asks for what is switched on, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adapters.slack.features import Features
from adapters.slack.scopes import needed

if TYPE_CHECKING:
    from adapters.settings import Settings

EVIDENCE, START, UPDATE = "collect_evidence", "start_incident", "incident_update"
FOLLOWUP = "add_follow_up"
"""The callback_ids of the shortcuts."""
EVENTS_PATH = "/slack/events"
"""Where everything is sent over HTTP."""
CHANGES = ("rename", "archive", "unarchive", "deleted", "left")
"""What happens to a channel, as events are named behind `channel_` and, where it is private, `group_`."""
BOT_EVENTS: Mapping[str, str] = {
    "app_home_opened": "",
    "app_mention": "mentions",
    "reaction_added": "reactions",
    "member_joined_channel": "private",
    "member_left_channel": "private",
    "subteam_members_changed": "groups",
    "subteam_updated": "groups",
    **dict.fromkeys((f"channel_{what}" for what in CHANGES), ""),
    **dict.fromkeys((f"group_{what}" for what in CHANGES), "private"),
    "user_change": "names",
}
"""Events the bot subscribes to, each with the feature that does; an empty one: always."""
BOT_NAME = "incidents"
"""What people mention, unless the app was given another name."""

_DESCRIPTION = "Open, declare, resolve and close incidents, and keep everybody up to date."
_USAGE = "open [title] | list | status | declare | resolve | close | help"


def manifest(settings: Settings, url: str | None = None) -> dict[str, Any]:
    """The manifest as Slack reads it. Socket Mode, or HTTP where the bot has a public `url`."""
    features = Features.of(settings)
    address = None if url is None else url.rstrip("/") + EVENTS_PATH
    return {
        "display_information": {"name": "Incidents", "description": _DESCRIPTION},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": BOT_NAME, "always_online": True},
            "shortcuts": list(SHORTCUTS),
            "slash_commands": [_command(name, address) for name in settings.slack_commands],
        },
        "oauth_config": {"scopes": {"bot": [scope.name for scope in needed(features)]}},
        "settings": {
            **_events(features, address),
            "interactivity": {"is_enabled": True, **_both(address)},
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }


SHORTCUTS = (
    {
        "name": "Collect Evidence",
        "type": "message",
        "callback_id": EVIDENCE,
        "description": "Keep a link to this message as evidence of an incident",
    },
    {
        "name": "Add a follow-up",
        "type": "message",
        "callback_id": FOLLOWUP,
        "description": "Something to do after an incident, with a link to this message",
    },
    {
        "name": "Start a new incident",
        "type": "global",
        "callback_id": START,
        "description": "Declare an incident; it gets a channel of its own",
    },
    {
        "name": "Provide incident update",
        "type": "global",
        "callback_id": UPDATE,
        "description": "Tell everybody how far an incident has come",
    },
)
"""What people choose from the menu of shortcuts, and from that of a message."""


def _command(name: str, address: str | None) -> dict[str, Any]:
    where = {} if address is None else {"url": address}
    # Escaped, a mention comes with the person's id; otherwise only with a name that anybody may have.
    return {
        "command": name,
        **where,
        "description": _DESCRIPTION,
        "usage_hint": _USAGE,
        "should_escape": True,
    }


def _both(address: str | None) -> dict[str, str]:
    """Clicks and forms, and the lists that are searched while somebody types."""
    return {} if address is None else {"request_url": address, "message_menu_options_url": address}


def _events(features: Features, address: str | None) -> dict[str, Any]:
    where = {} if address is None else {"request_url": address}
    return {"event_subscriptions": {**where, "bot_events": list(subscribed(features))}}


def subscribed(features: Features) -> tuple[str, ...]:
    """The events of what is switched on, in the table's order."""
    return tuple(name for name, feature in BOT_EVENTS.items() if not feature or getattr(features, feature))


def as_yaml(settings: Settings, url: str | None = None) -> str:
    """The manifest as YAML, with the reason behind every scope, to be pasted where Slack asks for one."""
    reasons = {scope.name: scope.reason for scope in needed(Features.of(settings))}
    return "\n".join((_HEAD, *_mapping(manifest(settings, url), reasons), ""))


_HEAD = "# Paste this at https://api.slack.com/apps: Create New App, From a manifest."

_Reasons = Mapping[str, str]


def _mapping(value: Mapping[str, Any], reasons: _Reasons, indent: str = "") -> Iterator[str]:
    """Each name in a line, and what is below it further right."""
    for name, below in value.items():
        if isinstance(below, (dict, list)):
            yield f"{indent}{name}:"
            yield from _inside(below, reasons, f"{indent}  ")
        else:
            yield f"{indent}{name}: {_scalar(below)}"


def _inside(value: Mapping[str, Any] | Sequence[Any], reasons: _Reasons, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _mapping(value, reasons, indent)
        return
    for item in value:
        if isinstance(item, dict):
            first, *rest = _mapping(item, reasons)
            yield f"{indent}- {first}"
            yield from (f"{indent}  {line}" for line in rest)
        else:
            yield f"{indent}- {_scalar(item)}{_why(item, reasons)}"


def _scalar(value: object) -> str:
    """A scalar of JSON is one of YAML."""
    return json.dumps(value)


def _why(item: object, reasons: _Reasons) -> str:
    return f"  # {reasons[item]}" if isinstance(item, str) and item in reasons else ""
