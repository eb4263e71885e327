"""Where a person is: the channels they see and may write in, said in words where they may not."""

from __future__ import annotations

from adapters.sandbox.person.seen import CannotDo
from adapters.sandbox.person.sending import Actor
from adapters.sandbox.state.channels import Channel, Kind


def visible(actor: Actor, channel_id: str) -> Channel:
    """The conversation of this id or name. Raises CannotDo where the person cannot see it."""
    workspace, user = actor.workspace, actor.user
    channel = workspace.channels.get(workspace.names.get(channel_id.removeprefix("#"), channel_id))
    open_to_all = channel is not None and channel.kind is Kind.PUBLIC and not user.is_guest
    if channel is not None and (open_to_all or user.id in channel.members):
        return channel
    raise CannotDo(f"{user.name} sees no channel {channel_id}.")


def joined(actor: Actor, channel_id: str) -> Channel:
    """The same, where the person is a member."""
    channel = visible(actor, channel_id)
    if actor.user.id not in channel.members:
        raise CannotDo(f"{actor.user.name} is not in #{channel.name}.")
    return channel


def writable(actor: Actor, channel_id: str) -> Channel:
    """The same, where something can still be written or used."""
    channel = joined(actor, channel_id)
    if channel.is_archived:
        raise CannotDo(f"#{channel.name} is archived: nothing can be written or used in it.")
    return channel
