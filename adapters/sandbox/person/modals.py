"""Modals: filled in, submitted and closed; what the app's answer does with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.sandbox import blocks as block_kit
from adapters.sandbox import views
from adapters.sandbox.delivery import payloads
from adapters.sandbox.delivery.parcels import Parcel, Sort
from adapters.sandbox.errors import ApiError
from adapters.sandbox.person import elements, surfaces, values
from adapters.sandbox.person.elements import Element, Shape
from adapters.sandbox.person.seen import CannotDo, SeenView
from adapters.sandbox.person.sending import Actor, Errand, send
from adapters.sandbox.person.surfaces import InView
from adapters.sandbox.person.using import choose
from adapters.sandbox.state.apps import View
from adapters.sandbox.state.workspace import Workspace

ANSWERABLE = {"conversations_select": "selected_conversation", "channels_select": "selected_channel"}


def submit(actor: Actor, where: SeenView, filled: Mapping[str, Any]) -> Parcel:
    """Fill in and submit. Raises CannotDo for what Slack's client finds wrong; nothing is sent then."""
    for name, choice in filled.items():
        choose(actor, where, name, choice, None, None, None)
    with actor.desk.world.lock:
        surface = surfaces.surface(actor, where)
        if not isinstance(surface, InView) or surface.view.shape["type"] != "modal":
            raise CannotDo("Only a modal can be submitted.")
        if surface.view.shape.get("submit") is None and not _inputs(surface):
            raise CannotDo("This modal has no button to submit it.")
        _complete(surface)
        return _sent(actor, surface)


def _inputs(surface: InView) -> list[Element]:
    return [element for element in elements.every(surface.blocks) if element.in_input]


def _complete(surface: InView) -> None:
    """Raise CannotDo, naming each required field that is empty."""
    held = surface.held
    missing = [
        element.said
        for element in _inputs(surface)
        if not element.block.get("optional")
        and values.is_empty(element, held[element.block_id].get(element.action_id))
    ]
    if missing:
        raise CannotDo(f"Please complete these required fields: {', '.join(missing)}.")


def _sent(actor: Actor, surface: InView) -> Parcel:
    app, view = surface.app, surface.view
    actor.screen.errors.pop(view.id, None)
    trigger = actor.trigger(app, view.channel_id, view.id)
    urls = _response_urls(actor, surface)
    payload = payloads.view_submission(app, actor.workspace, actor.user, view, trigger, urls)

    def apply(answer: Any) -> None:
        _answered(actor, view, answer)

    def said(code: str) -> str:
        return f"We had some trouble connecting. Try again? ({app.name}: {code})"

    return send(actor, Errand(app, Sort.INTERACTION, payload, view.id, said, apply))


def _response_urls(actor: Actor, surface: InView) -> list[dict[str, str]]:
    """An address for each select that asked for one."""
    made = []
    for element in _inputs(surface):
        field = ANSWERABLE.get(element.kind)
        if field is None or not element.shape.get("response_url_enabled"):
            continue
        channel_id = surface.held[element.block_id][element.action_id][field]
        if channel_id is not None:
            channel = actor.workspace.channels[channel_id]
            app_id, user = surface.view.app_id, actor.user.id
            url = actor.desk.answers.address("app", actor.workspace.id, app_id, channel, user)
            named = {"block_id": element.block_id, "action_id": element.action_id}
            made.append({**named, "channel_id": channel_id, "response_url": url})
    return made


def _answered(actor: Actor, view: View, answer: Any) -> None:
    """Do what the app answered to a submission. Raises ApiError for what Slack would not take."""
    workspace = actor.workspace
    if view.id not in workspace.views:
        return
    action = answer.get("response_action") if isinstance(answer, dict) else None
    if action is None:
        views.close(workspace, view)
    elif action == "clear":
        views.close_all(workspace, view.user_id, view.app_id)
    elif action == "errors":
        actor.screen.errors[view.id] = _errors(view, answer["errors"])
    elif action == "update":
        views.redraw(actor.desk.world, view, block_kit.for_view(answer["view"], ("modal",)))
    elif action == "push":
        _push(actor, workspace, view, block_kit.for_view(answer["view"], ("modal",)))
    else:
        raise ApiError("invalid_arguments")


def _errors(view: View, given: Any) -> dict[str, str]:
    """Errors stand beside input blocks; for any other block Slack shows none."""
    inputs = {block["block_id"] for block in view.shape["blocks"] if block["type"] == "input"}
    if not isinstance(given, dict) or not given or not given.keys() <= inputs:
        raise ApiError("invalid_arguments")
    return {block: str(text) for block, text in given.items()}


def _push(actor: Actor, workspace: Workspace, below: View, shape: Shape) -> None:
    if len(views.stack(workspace, below.user_id, below.app_id)) >= views.STACK_MAX:
        raise ApiError("push_limit_reached")
    made = workspace.installations[below.app_id]
    view = views.make(actor.desk.world, made, below.user_id, shape, below)
    view.channel_id = below.channel_id
    views.place(workspace, view)


def close(actor: Actor, where: SeenView, everything: bool) -> list[Parcel]:
    """Close a modal, or all of the app's; apps that asked for it are told."""
    with actor.desk.world.lock:
        surface = surfaces.surface(actor, where)
        if not isinstance(surface, InView) or surface.view.shape["type"] != "modal":
            raise CannotDo("Only a modal can be closed.")
        top, workspace = surface.view, actor.workspace
        cleared = everything or bool(top.shape.get("clear_on_close"))
        stack = views.stack(workspace, top.user_id, top.app_id)
        gone = list(reversed(stack)) if cleared else [top]
        told = [_closed(actor, view, cleared) for view in gone if view.shape.get("notify_on_close")]
        for view in gone:
            views.close(workspace, view)
        return told


def _closed(actor: Actor, view: View, cleared: bool) -> Parcel:
    app = actor.app(view.app_id)
    payload = payloads.view_closed(app, actor.workspace, actor.user, view, cleared)

    def said(code: str) -> str:
        return f"{app.name} was not told that its modal was closed ({code})."

    return send(actor, Errand(app, Sort.INTERACTION, payload, view.id, said, lambda answer: None))
