"""Views: the stack of modals that a user has open, and the home tab; how they are shown and replaced."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.ids import secret
from adapters.sandbox.state.apps import Installation, View
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World

STACK_MAX = 3


def new_hash(world: World) -> str:
    """What tells this drawing of a view from any other."""
    return f"{world.second()}.{secret(8)}"


def make(
    world: World, made: Installation, user_id: str, shape: dict[str, Any], below: View | None = None
) -> View:
    """A view that was never shown before, on top of `below` if it is pushed."""
    view_id = world.ids.new("V")
    root, previous = (below.root_id, below.id) if below else (view_id, None)
    drawn = new_hash(world)
    return View(view_id, made.team_id, made.app_id, made.bot_id, user_id, shape, drawn, root, previous)


def redraw(world: World, view: View, shape: dict[str, Any]) -> None:
    """Another shape for the same view; what was typed stays where block and action are still there."""
    view.shape, view.hash = shape, new_hash(world)
    there = {block["block_id"] for block in shape["blocks"]}
    view.values = {block: typed for block, typed in view.values.items() if block in there}


def stack(workspace: Workspace, user_id: str, app_id: str) -> list[View]:
    """The modals that the user has open of this app, the lowest first."""
    return [workspace.views[view_id] for view_id in workspace.stacks.get((user_id, app_id), ())]


def place(workspace: Workspace, view: View) -> None:
    """Put a modal on top; a view that stands on none takes the place of all that were open."""
    key = (view.user_id, view.app_id)
    if view.previous_id is None:
        close_all(workspace, *key)
    workspace.views[view.id] = view
    workspace.stacks.setdefault(key, []).append(view.id)


def close(workspace: Workspace, view: View) -> None:
    """Take one modal away."""
    key = (view.user_id, view.app_id)
    workspace.stacks[key] = [view_id for view_id in workspace.stacks.get(key, ()) if view_id != view.id]
    workspace.views.pop(view.id, None)


def close_all(workspace: Workspace, user_id: str, app_id: str) -> None:
    """Take every modal of the app away."""
    for view_id in workspace.stacks.pop((user_id, app_id), ()):
        workspace.views.pop(view_id, None)


def show(view: View) -> dict[str, Any]:
    """The view as answers and payloads give it."""
    shape = view.shape
    answer: dict[str, Any] = {
        "id": view.id,
        "team_id": view.team_id,
        "type": shape["type"],
        "blocks": shape["blocks"],
        "private_metadata": shape.get("private_metadata", ""),
        "callback_id": shape.get("callback_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "title": shape.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": shape.get("clear_on_close", False),
        "notify_on_close": shape.get("notify_on_close", False),
        "close": shape.get("close"),
        "submit": shape.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": view.app_id,
        "external_id": shape.get("external_id", ""),
        "app_installed_team_id": view.team_id,
        "bot_id": view.bot_id,
    }
    return answer
