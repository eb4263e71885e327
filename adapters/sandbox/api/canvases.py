"""Canvases: documents in Markdown, on their own or one for each channel."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.apps import Canvas

BYTES_MAX = 1024 * 1024


def create(caller: Caller, args: Args) -> dict[str, Any]:
    """canvases.create: a free workspace has them in channels only."""
    if not caller.workspace.plan and not args.text("channel_id"):
        raise ApiError("free_teams_cannot_create_standalone_canvases")
    caller.restricted()
    return {"canvas_id": _made(caller, args, args.get("channel_id")).id}


def create_in_channel(caller: Caller, args: Args) -> dict[str, Any]:
    """conversations.canvases.create: one for each channel."""
    channel = caller.workspace.channels.get(args.text("channel_id"))
    if channel is None or caller.user.id not in channel.members:
        raise ApiError("channel_canvas_creation_failed")
    if channel.canvas is not None:
        raise ApiError("channel_canvas_already_exists")
    caller.restricted()
    channel.canvas = _made(caller, args, channel.id).id
    return {"canvas_id": channel.canvas}


def _made(caller: Caller, args: Args, channel_id: str | None) -> Canvas:
    given = args.structure("document_content", "canvas_creation_failed")
    markdown = _markdown(given, "canvas_creation_failed") if given else ""
    canvas_id = caller.world.ids.new("F")
    canvas = Canvas(canvas_id, args.text("title"), markdown, channel_id, caller.user.id)
    caller.workspace.canvases[canvas_id] = canvas
    return canvas


def _markdown(given: Any, code: str) -> str:
    if not isinstance(given, dict) or given.get("type") != "markdown":
        raise ApiError(code, detail="document_content must be of type markdown")
    text = str(given.get("markdown", ""))
    if len(text.encode()) > BYTES_MAX:
        raise ApiError(code, detail="document_content is too large")
    return text


def edit(caller: Caller, args: Args) -> dict[str, Any]:
    """canvases.edit: one change: at the start, at the end, or all of it."""
    canvas = caller.workspace.canvases.get(args.text("canvas_id"))
    if canvas is None:
        raise ApiError("canvas_not_found")
    caller.restricted()
    changes = args.structure("changes", "canvas_editing_failed")
    if not isinstance(changes, list) or len(changes) != 1 or not isinstance(changes[0], dict):
        raise ApiError("canvas_editing_failed", detail="exactly one change must be given")
    changed = _changed(canvas, changes[0])
    if len(changed.encode()) > BYTES_MAX:
        raise ApiError("canvas_too_large")
    canvas.markdown = changed
    return {}


def _changed(canvas: Canvas, change: dict[str, Any]) -> str:
    operation = change.get("operation")
    if operation not in ("insert_at_start", "insert_at_end", "replace"):
        raise ApiError("canvas_editing_failed", detail=f"unsupported operation: {operation}")
    text = _markdown(change.get("document_content"), "canvas_editing_failed")
    if operation == "insert_at_start":
        return text + canvas.markdown
    return canvas.markdown + text if operation == "insert_at_end" else text


METHODS = {
    "canvases.create": create,
    "canvases.edit": edit,
    "conversations.canvases.create": create_in_channel,
}
