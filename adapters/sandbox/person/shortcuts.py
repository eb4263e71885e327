"""Shortcuts: chosen anywhere, or in the menu of a message."""

from __future__ import annotations

from functools import partial

from adapters.sandbox import manifest, messages
from adapters.sandbox.delivery import payloads
from adapters.sandbox.delivery.parcels import Parcel, Sort
from adapters.sandbox.person import places
from adapters.sandbox.person.seen import CannotDo, SeenMessage
from adapters.sandbox.person.sending import Actor, Errand, send
from adapters.sandbox.person.surfaces import message_at
from adapters.sandbox.person.using import sorry
from adapters.sandbox.rooms import stamp
from adapters.sandbox.state.apps import App


def everywhere(actor: Actor, name: str) -> Parcel:
    """Choose a global shortcut, by its callback_id or its name."""
    with actor.desk.world.lock:
        app, callback_id = _find(actor, "global", name)
        now, trigger = stamp(actor.desk.world), actor.trigger(app)
        payload = payloads.shortcut(app, actor.workspace, actor.user, callback_id, now, trigger)
        said = partial(sorry, app)
        return send(actor, Errand(app, Sort.INTERACTION, payload, "", said, lambda answer: None))


def on_message(actor: Actor, name: str, where: SeenMessage) -> Parcel:
    """Choose a shortcut in the menu of a message; the app's bot need not be in the channel."""
    with actor.desk.world.lock:
        app, callback_id = _find(actor, "message", name)
        channel = places.visible(actor, where.channel)
        message = message_at(actor, channel, where.ts)
        if message.only_to is not None:
            raise CannotDo("A message that only one person sees has no menu of shortcuts.")
        url = actor.desk.answers.address("app", actor.workspace.id, app.id, channel, actor.user.id, message)
        shown = messages.show(actor.workspace, channel, message, metadata=True)
        now, trigger = stamp(actor.desk.world), actor.trigger(app, channel.id)
        payload = payloads.message_action(
            app, actor.workspace, actor.user, channel, shown, callback_id, now, trigger, url
        )
        said = partial(sorry, app)
        return send(actor, Errand(app, Sort.INTERACTION, payload, channel.id, said, lambda answer: None))


def _find(actor: Actor, kind: str, name: str) -> tuple[App, str]:
    """The app that has the shortcut, and its callback_id. Raises CannotDo."""
    for app_id in actor.workspace.installations:
        app = actor.desk.world.apps[app_id]
        for one in manifest.settings(app).shortcuts:
            if one["type"] == kind and name in (one["callback_id"], one["name"]):
                return app, str(one["callback_id"])
    raise CannotDo(f"No app in {actor.workspace.name} has a {kind} shortcut {name!r}.")
