"""Uploading files: ask for an address, send the bytes there, say where they belong; and canvases."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import blocks, content, shown, uploads
from adapters.sandbox.api.chat import composed
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError, invalid
from adapters.sandbox.ids import secret
from adapters.sandbox.state.apps import File
from adapters.sandbox.state.channels import Channel, Posting

SNIPPET_MAX, FILE_MAX = 1_000_000, 1_073_741_824
"""Bytes."""
ALT_MAX, CHANNELS_MAX = 1000, 100


def get_upload_url(caller: Caller, args: Args) -> dict[str, Any]:
    """files.getUploadURLExternal: a single-use address for a file of this length."""
    length = args.number("length", 0)
    if length > FILE_MAX:
        raise ApiError("file_upload_size_restricted")
    if args.text("snippet_type") and length > SNIPPET_MAX:
        raise ApiError("snippet_too_large")
    if len(args.text("alt_txt")) > ALT_MAX:
        raise ApiError("alt_txt_too_large")
    caller.restricted()
    world, name = caller.world, args.text("filename")
    file_id = world.ids.new("F")
    address = f"{world.url}/files-pri/{caller.workspace.id}-{file_id}"
    file = File(file_id, caller.user.id, name, length, world.second(), secret(32), address)
    file.alt_txt, file.snippet_type = args.get("alt_txt"), args.get("snippet_type")
    caller.workspace.files[file.id] = file
    world.uploads[file.ticket] = (caller.workspace.id, file.id)
    return {"upload_url": f"{world.url}/upload/v1/{file.ticket}", "file_id": file.id}


def complete_upload(caller: Caller, args: Args) -> dict[str, Any]:
    """files.completeUploadExternal: once, for bytes that have arrived; shares them where asked to."""
    files = _sent(caller, args)
    channels = _channels(caller, args)
    thread = _thread(channels, args)
    given = args.structure("blocks", "invalid_blocks")
    drawn = blocks.for_message(given) if given else []
    said = content.Content(args.text("initial_comment"), drawn)
    caller.restricted()
    for file, title in files:
        file.completed, file.title = True, title or file.name
    every = [file for file, _ in files]
    for channel in channels:
        message = composed(caller, args, said)
        message.thread_ts = thread
        uploads.share(caller.world, caller.workspace, channel, every, message)
    return {"files": [shown.file(caller.workspace, file) for file in every]}


def _sent(caller: Caller, args: Args) -> list[tuple[File, str]]:
    """The files that are meant, each with its title. Raises file_not_found for what was not sent."""
    given = args.structure("files", "invalid_arguments")
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise invalid("invalid_arguments", "must provide an array of objects [json-pointer:/files]")
    return [(_file(caller, str(one.get("id"))), str(one.get("title") or "")) for one in given]


def _file(caller: Caller, file_id: str) -> File:
    file = caller.workspace.files.get(file_id)
    if file is None or file.content is None or file.completed:
        raise ApiError("file_not_found")
    if file.user != caller.user.id:
        raise ApiError("access_denied")
    return file


def _channels(caller: Caller, args: Args) -> list[Channel]:
    """Where to share; nowhere is allowed."""
    names = args.listed("channel_id") + args.listed("channels")
    if len(names) > CHANNELS_MAX:
        raise ApiError("channels_limit_exceeded")
    return [_channel(caller, name) for name in names]


def _channel(caller: Caller, name: str) -> Channel:
    channel = caller.workspace.channels.get(name)
    if channel is None or not caller.sees(channel):
        raise ApiError("channel_not_found")
    if caller.user.id not in channel.members:
        raise ApiError("not_in_channel")
    if channel.is_archived or channel.posting is Posting.ADMINS:
        raise ApiError("posting_to_channel_denied")
    return channel


def _thread(channels: list[Channel], args: Args) -> str | None:
    ts = args.text("thread_ts")
    if ts and any(ts not in channel.messages for channel in channels):
        raise invalid("invalid_arguments", "no such thread [json-pointer:/thread_ts]")
    return ts or None


METHODS = {
    "files.completeUploadExternal": complete_upload,
    "files.getUploadURLExternal": get_upload_url,
}
