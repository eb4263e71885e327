"""Files: an address to send the bytes to, and what became of them."""

from __future__ import annotations

from adapters.sandbox import messages
from adapters.sandbox.rooms import stamp
from adapters.sandbox.state.apps import File
from adapters.sandbox.state.channels import Channel, Message
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World


def receive(world: World, ticket: str, content: bytes, content_type: str) -> File | None:
    """Keep what was sent to an upload address; None if there is no such address, or it was used."""
    known = world.uploads.pop(ticket, None)
    if known is None:
        return None
    file = world.workspaces[known[0]].files[known[1]]
    file.content, file.content_type = content, content_type
    return file


def share(world: World, workspace: Workspace, channel: Channel, files: list[File], message: Message) -> None:
    """A message in the channel that has these files."""
    message.files = [file.id for file in files]
    message.subtype = "file_share"
    message.more = {"upload": True}
    for file in files:
        file.shares.append((channel.id, ""))
    messages.add(world, workspace, channel, message)
    for file in files:
        file.shares[-1] = (channel.id, message.ts)
        told = {"file_id": file.id, "user_id": file.user, "file": {"id": file.id}, "event_ts": stamp(world)}
        payload = {"type": "file_shared", "channel_id": channel.id, **told}
        world.happened(workspace, payload, channel_id=channel.id)
