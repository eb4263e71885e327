"""Using an element: pressing a button, choosing, typing; the app is told where it asked for it."""

from __future__ import annotations

from functools import partial
from typing import Any

from adapters.sandbox.delivery import payloads
from adapters.sandbox.delivery.parcels import Parcel, Sort
from adapters.sandbox.person import elements, surfaces, values
from adapters.sandbox.person.elements import Element, Shape
from adapters.sandbox.person.seen import CannotDo, MustConfirm
from adapters.sandbox.person.sending import WAITED, Actor, Errand, send
from adapters.sandbox.person.surfaces import InMessage, Surface, Where
from adapters.sandbox.rooms import stamp
from adapters.sandbox.state.apps import App

PRESSED = frozenset(("button", "icon_button", "workflow_button", "feedback_buttons"))
TOLD = ("text", "value", "style", "url", "placeholder", "confirm")
"""What an action repeats of its element."""
LEAST_QUERY = 3
"""Characters that are typed before an app is asked for options, unless the select says otherwise."""


def press(
    actor: Actor, where: Where, name: str, block: str | None, value: str | None, accept: bool | None
) -> Parcel | None:
    """Press a button. None where its dialog was dismissed. Raises CannotDo, and MustConfirm."""
    with actor.desk.world.lock:
        surface = surfaces.surface(actor, where)
        element = elements.find(surface.blocks, name, block=block, value=value)
        if element.kind not in PRESSED:
            raise CannotDo(f"{name!r} is a {element.kind}: choose something in it.")
        return _told(actor, surface, element, {}) if _confirmed(element, accept) else None


def choose(
    actor: Actor,
    where: Where,
    name: str,
    choice: Any,
    block: str | None,
    typed: str | None,
    accept: bool | None,
) -> Parcel | None:
    """Choose or type something. None where nothing is sent for it. Raises CannotDo, and MustConfirm."""
    with actor.desk.world.lock:
        element = elements.find(surfaces.surface(actor, where).blocks, name, block=block)
    offered = None
    if element.kind in values.EXTERNAL and choice is not None:
        offered = suggestions(actor, where, element, str(choice) if typed is None else typed)
    with actor.desk.world.lock:
        surface = surfaces.surface(actor, where)
        element = elements.find(surface.blocks, name, block=block)
        value = values.chosen(actor, element, choice, offered)
        if not _confirmed(element, accept):
            return None
        if element.kind != "overflow":
            surfaces.hold(surface, element, value)
        return _told(actor, surface, element, values.state(element, value)) if element.dispatches else None


def _confirmed(element: Element, accept: bool | None) -> bool:
    dialog = element.shape.get("confirm")
    if dialog is None:
        return True
    if accept is None:
        raise MustConfirm(dialog)
    return accept


def suggestions(actor: Actor, where: Where, element: Element, typed: str) -> list[Shape]:
    """The options that the app offers for what was typed. Raises CannotDo where it gives none."""
    least = element.shape.get("min_query_length", LEAST_QUERY)
    if len(typed) < least:
        raise CannotDo(f"{element.said!r} asks for options after {least} characters, not after {typed!r}.")
    offered: list[Shape] = []
    with actor.desk.world.lock:
        surface = surfaces.surface(actor, where)
        app, named = surface.app, {"action_id": element.action_id, "block_id": element.block_id}
        payload = payloads.block_suggestion(app, actor.workspace, actor.user, surface.place, named, typed)
        errand = Errand(
            app,
            Sort.OPTIONS,
            payload,
            surface.id,
            lambda code: f"Couldn't load options ({code}).",
            lambda answer: offered.extend(values.offered_by(answer)),
        )
        parcel = send(actor, errand)
    parcel.wait(WAITED)
    if parcel.notice is not None or not parcel.settled:
        raise CannotDo(f"{element.said!r} could not load its options: {parcel.notice or 'no answer'}.")
    return offered


def _told(actor: Actor, surface: Surface, element: Element, held: Shape) -> Parcel:
    """Tell the app that the element was used."""
    desk, app = actor.desk, surface.app
    state, trigger = surface.held, actor.trigger(app, surface.channel_id, surface.view_id)
    url = None
    if isinstance(surface, InMessage):
        url = desk.answers.address(
            "actions", actor.workspace.id, app.id, surface.channel, actor.user.id, surface.message
        )
    action = _action(element, held, stamp(desk.world))
    payload = payloads.block_actions(
        app, actor.workspace, actor.user, surface.place, state, action, trigger, url
    )
    said = partial(sorry, app)
    return send(actor, Errand(app, Sort.INTERACTION, payload, surface.id, said, lambda answer: None))


def _action(element: Element, held: Shape, now: str) -> Shape:
    shape = element.shape
    told = {name: shape[name] for name in TOLD if name in shape}
    told |= {name: value for name, value in shape.items() if name.startswith("initial_")}
    return {
        "type": element.kind,
        "action_id": element.action_id,
        "block_id": element.block_id,
        **told,
        **held,
        "action_ts": now,
    }


def sorry(app: App, code: str) -> str:
    """What Slack says beside an element or a shortcut, by the code of what went wrong."""
    why = "didn't respond" if code == "operation_timeout" else "responded with an error"
    return f"Sorry, that didn't work: {app.name} {why} ({code})."
