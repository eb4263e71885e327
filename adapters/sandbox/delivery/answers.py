"""Response addresses: five messages within thirty minutes, in the place of what they answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from adapters.sandbox import blocks as block_kit
from adapters.sandbox import content, messages
from adapters.sandbox.args import Args
from adapters.sandbox.errors import ApiError
from adapters.sandbox.ids import secret
from adapters.sandbox.state.channels import Channel, Message
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World

POSTS_MAX = 5
LIFE = 1800.0
"""Seconds."""


@dataclass(eq=False)
class Address:
    """Where an app may answer one interaction. `original`: the message that was used, or the last answer."""

    name: str
    kind: str
    team_id: str
    app_id: str
    channel_id: str
    user_id: str
    made: float
    original: Message | None = None
    posts: int = 0


class Answers:
    """Every response address of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._addresses: dict[str, Address] = {}

    def address(
        self,
        kind: str,
        team_id: str,
        app_id: str,
        channel: Channel,
        user_id: str,
        original: Message | None = None,
    ) -> str:
        """A new one. `kind`: commands, actions or app."""
        made = Address(secret(24), kind, team_id, app_id, channel.id, user_id, self._world.now(), original)
        with self._world.lock:
            self._addresses[made.name] = made
        return f"{self._world.url}/{kind}/{team_id}/{self._world.ids.number()}/{made.name}"

    def known(self, url: str) -> Address:
        """The address behind this URL."""
        return self._addresses[url.rpartition("/")[2]]

    async def endpoint(self, request: Request) -> Response:
        """A message that answers."""
        raw, kind = await request.body(), request.headers.get("content-type", "")
        return self._post(request.path_params["secret"], raw, kind)

    def _post(self, name: str, raw: bytes, kind: str) -> Response:
        try:
            given = _read(raw, kind)
        except ValueError:
            return _refused("invalid_payload", 400)
        with self._world.lock:
            found = self._addresses.get(name)
            if found is None or self._world.now() - found.made > LIFE:
                return _refused("expired_url", 404)
            if found.posts >= POSTS_MAX:
                return _refused("used_url", 404)
            try:
                self.say(found, given)
            except ApiError as error:
                return _refused(error.code, 400)
            found.posts += 1
            return PlainTextResponse("ok") if found.kind == "commands" else JSONResponse({"ok": True})

    def say(self, address: Address, given: dict[str, Any]) -> None:
        """Do what the message says: a new one, or another in the place of the original. Raises ApiError."""
        world = self._world
        workspace = world.workspaces[address.team_id]
        channel = workspace.channels[address.channel_id]
        if given.get("delete_original"):
            _delete(world, workspace, channel, _original(address))
            return
        said = content.read(Args(given))
        if said.empty:
            raise ApiError("no_text")
        if given.get("replace_original"):
            _replace(world, workspace, channel, _original(address), said)
            return
        address.original = self._add(workspace, channel, address, said, given)

    def _add(
        self,
        workspace: Workspace,
        channel: Channel,
        address: Address,
        said: content.Content,
        given: dict[str, Any],
    ) -> Message:
        made = workspace.installations[address.app_id]
        message = Message("", said.text, subtype="bot_message", bot_id=made.bot_id, app_id=made.app_id)
        message.blocks, message.attachments = said.blocks, said.attachments
        message.username = workspace.users[made.bot_user_id].real_name
        message.thread_ts = _thread(channel, given)
        if given.get("response_type", "ephemeral") == "in_channel":
            message.metadata = said.metadata or None
            return messages.add(self._world, workspace, channel, message)
        message.only_to = address.user_id
        message.ts = messages.next_ts(self._world, channel)
        channel.ephemerals.append(message)
        return message


def _thread(channel: Channel, given: dict[str, Any]) -> str | None:
    ts = given.get("thread_ts")
    if ts is not None and ts not in channel.messages:
        raise ApiError("invalid_thread_ts")
    return ts


def _read(raw: bytes, kind: str) -> dict[str, Any]:
    """The message in a body, JSON or the form field `payload`. Raises ValueError."""
    text = raw.decode()
    if kind.startswith("application/x-www-form-urlencoded"):
        text = parse_qs(text).get("payload", [""])[0]
    given = json.loads(text)
    if not isinstance(given, dict):
        raise ValueError("not an object")
    return given


def _refused(code: str, status: int) -> Response:
    return JSONResponse({"ok": False, "error": code}, status)


def _original(address: Address) -> Message:
    if address.original is None:
        raise ApiError("message_not_found")
    if address.original.app_id != address.app_id:
        raise ApiError("cant_update_message")
    return address.original


def _delete(world: World, workspace: Workspace, channel: Channel, original: Message) -> None:
    if original in channel.ephemerals:
        channel.ephemerals.remove(original)
    elif original.ts in channel.messages:
        messages.remove(world, workspace, channel, original)
    else:
        raise ApiError("message_not_found")


def _replace(
    world: World, workspace: Workspace, channel: Channel, original: Message, said: content.Content
) -> None:
    if original.only_to is None and original.ts not in channel.messages:
        raise ApiError("message_not_found")
    before = messages.show(workspace, channel, original, metadata=True)
    original.text, original.blocks, original.attachments = said.text, said.blocks, said.attachments
    if original.only_to is None:
        original.edited = (original.user or original.bot_id or "", f"{world.second()}.000000")
        messages.changed(world, workspace, channel, original, before)
    elif original not in channel.ephemerals:
        channel.ephemerals.append(original)


def checked(given: Any) -> dict[str, Any]:
    """The view in an answer, as it is kept. Raises ApiError."""
    return block_kit.for_view(given, ("modal",))
