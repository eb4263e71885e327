"""A look at Slack: whether the tokens work, the scopes are right, and the digest and the groups are there.

Every call ends within about 4 seconds, and where Slack is away one line says so.

The sockets are counted by opening one, since Slack tells their number nowhere else. For these milliseconds
Slack may choose it for what somebody types or clicks. It is never acknowledged here, as nobody has done it:
an event is sent again, but a person is told by Slack that the app did not respond, and has to repeat the
command or the click. A line says so where that has happened.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from adapters.slack.api import Api, Reply
from adapters.slack.features import Features
from adapters.slack.manifest import subscribed
from adapters.slack.scopes import Scope, needed

if TYPE_CHECKING:
    from websockets.sync.connection import Connection

    from adapters.settings import Settings

PATIENCE = 4
"""Seconds until a call is given up."""
PAGES = 10
"""Pages of a thousand channels each among which the digest is looked for."""
TOKEN_REFUSED = ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive")

Check = tuple[str, str, str]
"""ok, warning or bad; what was looked at; and what was found."""
Found = Iterator[tuple[str, str]]
"""The same without what was looked at."""


class _Failed(Exception):
    """What was asked for is not to be had: why, in a sentence without a full stop."""


class _Refused(_Failed):
    """A call that was not done."""

    def __init__(self, reply: Reply) -> None:
        hint = ": take the token from the page of the app" if reply.error in TOKEN_REFUSED else ""
        super().__init__(f"{reply.sentence.rstrip('.')}{hint}")
        self.code = reply.error
        self.by_slack = re.fullmatch("[a-z_]+", reply.error or "") is not None


class _Bot(NamedTuple):
    """Who the bot is; `granted` is None where that is not told."""

    api: Api
    ids: frozenset[str]
    subdomain: str
    granted: frozenset[str] | None


def checks(settings: Settings, patience: float = PATIENCE) -> Iterator[Check]:
    """What is right and what is wrong; one thing after the other is asked for while this is read.

    `patience`: seconds until a call is given up.
    """
    api = Api(settings.slack_bot_token, settings.slack_api_url, patience)
    try:
        who = _asked(api, "auth.test")
    except _Refused as fault:
        yield "bad", "slack token", f"{fault}" if fault.by_slack else f"{fault} at {settings.slack_api_url}"
        if not fault.by_slack:  # nobody answers: the rest would only say so again
            return
    else:
        yield "ok", "slack token", f"{who.get('team')} ({who.get('team_id')}), as @{who.get('user')}"
        yield from _known(_bot(api, who, _granted(settings, patience)), settings)
    yield from _said("slack socket", _sockets(settings, patience))


def _known(bot: _Bot, settings: Settings) -> Iterator[Check]:
    yield from _said("slack token", _workspace(bot, settings))
    yield from _said("slack scopes", _scopes(bot, Features.of(settings)))
    yield from _said("slack events", _events(Features.of(settings)))
    if settings.slack_digest_channel:
        yield from _said("slack digest", _digest(bot, settings))
    if wanted := groups(settings):
        yield from _said("slack group", _groups(bot, wanted))


def _said(name: str, look: Found) -> Iterator[Check]:
    """What the look finds; where a call fails, that."""
    try:
        for state, found in look:
            yield state, name, found
    except _Failed as fault:
        yield "bad", name, str(fault)
    except (KeyError, TypeError, ValueError):  # what Slack always says was not in it
        yield "bad", name, "an answer was not understood"


def _bot(api: Api, who: Mapping[str, Any], granted: frozenset[str] | None) -> _Bot:
    ids = frozenset(filter(None, (who.get("team_id"), who.get("enterprise_id"))))
    return _Bot(api, ids, (urlsplit(who.get("url", "")).hostname or "").partition(".")[0], granted)


def _granted(settings: Settings, patience: float) -> frozenset[str] | None:
    """The scopes of the token: they stand in the head of an answer, which Api does not hand on."""
    token, url = settings.slack_bot_token, settings.slack_api_url
    client = WebClient(token, base_url=url, timeout=int(patience), retry_handlers=[], logger=_SILENT)
    try:
        headers = client.auth_test().headers
    except (SlackClientError, OSError):
        return None
    scopes = {name.lower(): text for name, text in headers.items()}.get("x-oauth-scopes")
    return None if scopes is None else frozenset(filter(None, map(str.strip, scopes.split(","))))


def _workspace(bot: _Bot, settings: Settings) -> Found:
    """Whether it is the one that the settings name."""
    wanted, allowed = settings.slack_workspace, settings.slack_allowed_workspaces
    if wanted and wanted not in (bot.subdomain, *bot.ids):
        yield "bad", f"SLACK_WORKSPACE_ID is {wanted}, but the token is of {bot.subdomain}"
    if allowed and bot.ids.isdisjoint(allowed):
        yield "bad", "ALLOWED_WORKSPACE_IDS does not name the bot's own workspace: nobody in it is served"


def _scopes(bot: _Bot, features: Features) -> Found:
    """What was granted, against what is needed."""
    if bot.granted is None:
        yield "warning", "nothing tells which scopes were granted"
        return
    wanted = needed(features)
    missing = [scope for scope in wanted if scope.name not in bot.granted]
    for scope in missing:
        yield "bad", f"{scope.name} is missing, which it needs {_when(scope)}to {scope.reason}"
    if missing:
        yield "bad", "to grant them, put `incident slack manifest` into the app's page and install it again"
    if beyond := sorted(bot.granted - {scope.name for scope in wanted}):
        yield "warning", f"granted, but nothing that is switched on needs {', '.join(beyond)}"
    if not missing:
        yield "ok", f"all {len(wanted)} that are needed are granted"


def _when(scope: Scope) -> str:
    """For which of the features that are switched on, by the settings that do it."""
    named = " and ".join(f"{name} ({SWITCHES[name]})" for name in scope.features)
    return f"for {named} " if named else ""


SWITCHES = {
    "private": "SLACK_PRIVATE_CHANNELS",
    "history": "SLACK_READ_HISTORY",
    "files": "SLACK_SEND_FILES",
    "names": "SLACK_LOOK_UP_NAMES",
    "groups": "INCIDENT_RESPONSE_GROUP_ID, INCIDENT_AUTO_GROUP_INVITE_ENABLED or INCIDENT_PERMISSIONS",
    "mentions": "SLACK_MENTIONS",
    "reactions": "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED",
}
"""The settings that switch each feature on."""


def _events(features: Features) -> Found:
    """Slack tells nobody which events it sends: what to compare."""
    names = ", ".join(subscribed(features)) or "none"
    yield "ok", f"Slack does not tell which it sends; on the page of the app there should be: {names}"


def _digest(bot: _Bot, settings: Settings) -> Found:
    """Whether the digest is there, and the bot can post in it."""
    wanted = settings.slack_digest_channel
    channel = _by_id(bot, wanted) if wanted.isupper() else _by_name(bot, wanted, settings.slack_private)
    if channel is None:
        yield "bad", f"no channel {wanted} is to be seen; if it is private, invite the bot to it"
    elif channel.get("is_archived"):
        yield "bad", f"#{channel['name']} is archived"
    elif channel.get("is_member"):
        yield "ok", f"#{channel['name']} ({channel['id']}); the bot is in it"
    elif channel.get("is_private"):
        yield "bad", f"#{channel['name']} is private, and the bot is not in it: invite it"
    else:
        yield "ok", f"#{channel['name']} ({channel['id']}); it is public, so that the bot can join it"


def _by_id(bot: _Bot, channel: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = _asked(bot.api, "conversations.info", channel=channel)["channel"]
    except _Refused as fault:
        if fault.code == "channel_not_found":
            return None
        raise
    return found


def _by_name(bot: _Bot, name: str, private: bool) -> dict[str, Any] | None:
    """The channel, among those the bot is in and then among all; raises _Failed where there are too many."""
    types = "public_channel,private_channel" if private else "public_channel"
    for channel in _channels(bot.api, "users.conversations", types):
        if channel["name"] == name:
            return {**channel, "is_member": True}
    return next(
        (each for each in _channels(bot.api, "conversations.list", types) if each["name"] == name), None
    )


def _channels(api: Api, method: str, types: str) -> Iterator[dict[str, Any]]:
    cursor = ""
    for _ in range(PAGES):
        page = _asked(api, method, types=types, limit=999, cursor=cursor or None)
        yield from page["channels"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return
    raise _Failed(f"it is not among the first {PAGES},000 channels: give INCIDENTS_DIGEST_CHANNEL its id")


def groups(settings: Settings) -> tuple[str, ...]:
    """The user groups that the settings name, by id or handle."""
    named = (settings.slack_response_group, settings.slack_invited_group, *settings.groups)
    return tuple(dict.fromkeys(filter(None, named)))


def _groups(bot: _Bot, wanted: tuple[str, ...]) -> Found:
    """Whether each of these groups is there, and has people."""
    known = _asked(bot.api, "usergroups.list", include_disabled=True, include_count=True)["usergroups"]
    by_name = {group[name]: group for name in ("handle", "id") for group in known}
    for name in wanted:
        yield _group(name, by_name.get(name))


def _group(wanted: str, group: Mapping[str, Any] | None) -> tuple[str, str]:
    if group is None:
        return "bad", f"there is no user group {wanted}"
    if group.get("date_delete"):
        return "bad", f"@{group['handle']} is switched off"
    count = int(group.get("user_count") or 0)
    people = "nobody is in it" if not count else "1 person" if count == 1 else f"{count:,} people"
    return "ok" if count else "warning", f"@{group['handle']}; {people}"


def _sockets(settings: Settings, patience: float) -> Found:
    """Whether a socket can be opened, and how many are open."""
    if not settings.slack_app_token:
        if settings.slack_signing_secret:
            yield "ok", "none, as SLACK_APP_TOKEN is not set: `incident slack run` needs --http"
        else:
            yield "warning", "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set: no bot can run"
        return
    opened = _asked(Api(settings.slack_app_token, settings.slack_api_url, patience), "apps.connections.open")
    hello, strayed = greeted(opened["url"], patience)
    if hello.get("type") == "hello":
        yield _counted(hello.get("num_connections"))
    else:
        yield "bad", _NO_SOCKET.get(str(hello.get("reason")), "Slack closed the socket at once")
    if strayed:
        yield "warning", "meanwhile somebody's command or click came here, and has to be repeated"


_NO_SOCKET = {
    "too_many_websockets": "the app has the 10 sockets that Slack allows; some may be of bots that have "
    "ended, and what Slack sends to these is lost: they go away within hours, or use --http",
    "link_disabled": "Socket Mode is switched off on the page of the app",
}


def _counted(count: object) -> tuple[str, str]:
    """In words; `count` includes the one that was opened to count."""
    if not isinstance(count, int):
        return "warning", "the app token works; how many sockets are open was not told"
    others = count - 1
    if not others:
        return "warning", "the app token works, but no bot is connected with it: `incident slack run`"
    return "ok", f"the app token works; open sockets: {others}, which should be one for each bot that runs"


def greeted(url: str, patience: float = PATIENCE) -> tuple[dict[str, Any], bool]:
    """The first frame of a socket that is closed at once; and whether an envelope came to it."""
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    try:
        with connect(
            url, open_timeout=patience, close_timeout=1, ping_interval=None, compression=None, logger=_SILENT
        ) as socket:
            hello = json.loads(socket.recv(timeout=patience))
        return hello, _strayed(socket)
    except (OSError, WebSocketException, ValueError, EOFError) as fault:
        raise _Failed(f"no socket can be opened ({_in_words(fault)})") from fault


def _strayed(socket: Connection) -> bool:
    """Whether more than the greeting had come by the time it was closed."""
    from websockets.exceptions import ConnectionClosed

    try:
        return "envelope_id" in json.loads(socket.recv(timeout=0))
    except (ConnectionClosed, TimeoutError, ValueError):
        return False


_SILENT = logging.Logger("adapters.slack.doctor", level=logging.CRITICAL + 1)  # noqa: LOG001 - nobody's child


def _asked(api: Api, method: str, **args: Any) -> Mapping[str, Any]:
    """What Slack answers; raises _Refused."""
    reply = api.call(method, **args)
    if not reply.ok:
        raise _Refused(reply)
    return reply.data


def _in_words(fault: Exception) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__
