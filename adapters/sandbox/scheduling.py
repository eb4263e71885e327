"""Scheduled messages: posted when it is time, which is noticed at every call and every move of the clock."""

from __future__ import annotations

from adapters.sandbox import messages
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World


def post_due(world: World, workspace: Workspace) -> None:
    """Post what is due. One with metadata is dropped: Slack documents that it never posts them."""
    now = world.now()
    due = [said for said in workspace.scheduled.values() if said.post_at <= now]
    for scheduled in sorted(due, key=lambda said: said.post_at):
        del workspace.scheduled[scheduled.id]
        channel = workspace.channels[scheduled.channel_id]
        if scheduled.said.metadata is None and not channel.is_archived:
            messages.add(world, workspace, channel, scheduled.said)


def post_due_everywhere(world: World) -> None:
    """The same in every workspace."""
    with world.lock:
        for workspace in world.workspaces.values():
            if workspace.scheduled:
                post_due(world, workspace)
