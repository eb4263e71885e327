"""Surfaces: a message, a modal or a home tab in which a person uses an element, as it is at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.sandbox import messages, views
from adapters.sandbox.delivery import payloads
from adapters.sandbox.person import elements, places, values
from adapters.sandbox.person.elements import Element, Shape
from adapters.sandbox.person.seen import CannotDo, SeenMessage, SeenView
from adapters.sandbox.person.sending import Actor
from adapters.sandbox.state.apps import App, View
from adapters.sandbox.state.channels import Channel, Message

Where = SeenMessage | SeenView


@dataclass(frozen=True)
class InMessage:
    """A message in a channel that the person is in."""

    actor: Actor
    channel: Channel
    message: Message

    @property
    def app(self) -> App:
        """The app that wrote it."""
        if self.message.app_id is None:
            raise CannotDo("No app wrote this message: nothing in it can be used.")
        return self.actor.app(self.message.app_id)

    @property
    def blocks(self) -> list[Shape]:
        """What it shows, its attachments' blocks too."""
        more = [block for part in self.message.attachments for block in part.get("blocks", ())]
        return [*self.message.blocks, *more]

    @property
    def held(self) -> dict[str, Shape]:
        """The values in its elements, by block and action."""
        typed = self.actor.screen.typed.setdefault((self.channel.id, self.message.ts), {})
        return _filled(self.blocks, typed, self.channel.id)

    @property
    def place(self) -> dict[str, Any]:
        """How a payload names it."""
        ephemeral = self.message.only_to is not None
        shown = messages.show(self.actor.workspace, self.channel, self.message, metadata=True)
        return payloads.in_message(self.channel, shown, ephemeral)

    @property
    def id(self) -> str:
        """What a notice calls it."""
        return self.channel.id

    @property
    def channel_id(self) -> str:
        """Where the person is."""
        return self.channel.id

    @property
    def view_id(self) -> None:
        """It is no view."""
        return


@dataclass(frozen=True)
class InView:
    """The modal on top, or the home tab."""

    actor: Actor
    view: View

    @property
    def app(self) -> App:
        """The app that drew it."""
        return self.actor.app(self.view.app_id)

    @property
    def blocks(self) -> list[Shape]:
        """What it shows."""
        return list(self.view.shape["blocks"])

    @property
    def held(self) -> dict[str, Shape]:
        """The values in its elements, by block and action."""
        return _filled(self.blocks, self.view.values, self.view.channel_id)

    @property
    def place(self) -> dict[str, Any]:
        """How a payload names it."""
        return payloads.in_view(self.view)

    @property
    def id(self) -> str:
        """What a notice calls it."""
        return self.view.id

    @property
    def channel_id(self) -> str | None:
        """Where the person was when the modal was opened."""
        return self.view.channel_id

    @property
    def view_id(self) -> str:
        """The view in which a trigger is pulled."""
        return self.view.id


Surface = InMessage | InView


def _filled(blocks: list[Shape], held: dict[str, Shape], channel_id: str | None) -> dict[str, Shape]:
    """The values with those that nobody touched, and without those of elements that are gone."""
    there: dict[str, Shape] = {}
    for element in elements.every(blocks):
        first = values.first(element, channel_id)
        if first is not None:
            known = held.get(element.block_id, {}).get(element.action_id, first)
            there.setdefault(element.block_id, {})[element.action_id] = known
    held.clear()
    held.update(there)
    return held


def hold(surface: Surface, element: Element, value: Any) -> None:
    """Put a value into an element."""
    surface.held[element.block_id][element.action_id] = values.state(element, value)


def surface(actor: Actor, where: Where) -> Surface:
    """What the person looks at, as it is now. Raises CannotDo where it is gone, hidden or covered."""
    if isinstance(where, SeenMessage):
        return _message(actor, where)
    view = actor.workspace.views.get(where.id)
    if view is None or view.user_id != actor.user.id:
        raise CannotDo(f"The view {where.callback_id or where.id} is not open any more.")
    top = views.stack(actor.workspace, actor.user.id, view.app_id)
    if view.shape["type"] == "modal" and top[-1] is not view:
        raise CannotDo(f"Another modal lies on {where.callback_id or where.id}.")
    return InView(actor, view)


def _message(actor: Actor, where: SeenMessage) -> InMessage:
    channel = places.writable(actor, where.channel)
    return InMessage(actor, channel, message_at(actor, channel, where.ts))


def message_at(actor: Actor, channel: Channel, ts: str) -> Message:
    """The message of this ts, as the person sees the channel. Raises CannotDo."""
    mine = (one for one in channel.ephemerals if one.ts == ts and one.only_to == actor.user.id)
    found = channel.messages.get(ts) or next(mine, None)
    if found is None:
        raise CannotDo(f"There is no such message in #{channel.name} for {actor.user.name} (any more).")
    return found
