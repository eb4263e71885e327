"""Modals and home tabs: opening, pushing, redrawing and publishing them."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import blocks, manifest, views
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller
from adapters.sandbox.errors import ApiError, invalid
from adapters.sandbox.state.apps import Installation, View
from adapters.sandbox.triggers import Trigger


def open_view(caller: Caller, args: Args) -> dict[str, Any]:
    """views.open: a modal for whoever pulled the trigger."""
    shape, trigger = _given(caller, args, ("modal",)), _trigger(caller, args)
    _unique(caller, shape, None)
    view = views.make(caller.world, _installed(caller), trigger.user_id, shape)
    trigger.used, view.channel_id = True, trigger.channel_id
    views.place(caller.workspace, view)
    return {"view": views.show(view)}


def push(caller: Caller, args: Args) -> dict[str, Any]:
    """views.push: a modal on top of the one that is open; three at most."""
    shape, trigger = _given(caller, args, ("modal",)), _trigger(caller, args)
    stack = views.stack(caller.workspace, trigger.user_id, caller.app.id)
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= views.STACK_MAX:
        raise ApiError("push_limit_reached")
    _unique(caller, shape, None)
    view = views.make(caller.world, _installed(caller), trigger.user_id, shape, stack[-1])
    trigger.used, view.channel_id = True, trigger.channel_id
    views.place(caller.workspace, view)
    return {"view": views.show(view)}


def update(caller: Caller, args: Args) -> dict[str, Any]:
    """views.update: another shape for a view that is open, found by its id or its external id."""
    if not args.text("view_id") and not args.text("external_id"):
        raise invalid("invalid_arguments", "missing required field: view_id")
    view = _find(caller, args)
    if view is None:
        raise ApiError("not_found")
    shape = _given(caller, args, (view.shape["type"],))
    if args.text("hash") and args.text("hash") != view.hash:
        raise ApiError("hash_conflict", view=views.show(view))
    _unique(caller, shape, view)
    views.redraw(caller.world, view, shape)
    return {"view": views.show(view)}


def publish(caller: Caller, args: Args) -> dict[str, Any]:
    """views.publish: the home tab of one user."""
    if not caller.is_bot:
        raise ApiError("not_allowed_token_type")
    shape, user_id = _given(caller, args, ("home",)), args.text("user_id")
    if not manifest.settings(caller.app).home_tab:
        raise ApiError("not_enabled")
    if user_id not in caller.workspace.users:
        raise invalid("invalid_arguments", "user_not_found [json-pointer:/user_id]")
    homes, workspace = caller.workspace.homes, caller.workspace
    known = workspace.views.get(homes.get((user_id, caller.app.id), ""))
    if args.text("hash") and (known is None or args.text("hash") != known.hash):
        raise ApiError("hash_conflict")
    _unique(caller, shape, known)
    if known is None:
        known = views.make(caller.world, _installed(caller), user_id, shape)
        workspace.views[known.id] = known
        homes[user_id, caller.app.id] = known.id
    else:
        views.redraw(caller.world, known, shape)
    return {"view": views.show(known)}


def _given(caller: Caller, args: Args, kinds: tuple[str, ...]) -> dict[str, Any]:
    return blocks.for_view(args.structure("view", "invalid_arguments"), kinds)


def _trigger(caller: Caller, args: Args) -> Trigger:
    name = args.text("trigger_id") or args.text("interactivity_pointer")
    if not name:
        raise invalid("invalid_arguments", "missing required field: trigger_id")
    world = caller.world
    return world.triggers.valid(name, caller.workspace.id, caller.app.id, world.now())


def _find(caller: Caller, args: Args) -> View | None:
    mine = (view for view in caller.workspace.views.values() if view.app_id == caller.app.id)
    if args.text("view_id"):
        return next((view for view in mine if view.id == args.text("view_id")), None)
    external = args.text("external_id")
    return next((view for view in mine if view.shape.get("external_id") == external), None)


def _unique(caller: Caller, shape: dict[str, Any], but: View | None) -> None:
    """Raise duplicate_external_id unless no other view of the app has the external id."""
    name = shape.get("external_id")
    for view in caller.workspace.views.values() if name else ():
        if view.app_id == caller.app.id and view is not but and view.shape.get("external_id") == name:
            raise ApiError("duplicate_external_id")


def _installed(caller: Caller) -> Installation:
    return caller.workspace.installations[caller.app.id]


METHODS = {"views.open": open_view, "views.publish": publish, "views.push": push, "views.update": update}
