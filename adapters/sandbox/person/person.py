"""Person: one human in a workspace, and all that they can do and see there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.sandbox import people, views
from adapters.sandbox.delivery.desk import Desk
from adapters.sandbox.delivery.parcels import Parcel
from adapters.sandbox.delivery.screens import Notice
from adapters.sandbox.errors import ApiError
from adapters.sandbox.person import commands, modals, seen, shortcuts, surfaces, using
from adapters.sandbox.person.elements import find
from adapters.sandbox.person.places import visible
from adapters.sandbox.person.rooms import Rooms
from adapters.sandbox.person.seen import CannotDo, Interaction, SeenMessage, SeenView
from adapters.sandbox.person.sending import Actor, waited
from adapters.sandbox.state.apps import View
from adapters.sandbox.state.workspace import Workspace

Where = SeenMessage | SeenView


class Person(Rooms):
    """Acts as one user, by id or name. What Slack's client would not let them do raises CannotDo.

    Whatever is sent to an app waits until it has answered or three seconds of the sandbox's clock are over;
    with `wait=False` it does not, and `outcome` tells later what came of it.
    """

    def __init__(self, desk: Desk, workspace: Workspace, user: str) -> None:
        everybody = workspace.users.values()
        found = next((one for one in everybody if user in (one.id, one.name)), None)
        if found is None or found.is_bot:
            raise CannotDo(f"No person in {workspace.name} is called {user}.")
        if found.deleted:
            raise CannotDo(f"{found.name}'s account is closed.")
        self._actor = Actor(desk, workspace, found)

    def command(self, name: str, text: str, channel: str, *, wait: bool = True) -> Interaction:
        """Type a slash command in a channel that they are in."""
        return waited(commands.command(self._actor, name, text, channel), wait)

    def shortcut(self, name: str, *, wait: bool = True) -> Interaction:
        """Choose a global shortcut, by callback_id or name."""
        return waited(shortcuts.everywhere(self._actor, name), wait)

    def message_shortcut(self, name: str, message: SeenMessage, *, wait: bool = True) -> Interaction:
        """Choose a shortcut in the menu of a message."""
        return waited(shortcuts.on_message(self._actor, name, message), wait)

    def press(
        self,
        where: Where,
        name: str,
        *,
        block: str | None = None,
        value: str | None = None,
        accept: bool | None = None,
        wait: bool = True,
    ) -> Interaction | None:
        """Press a button, by action_id or text; None where its dialog was dismissed (`accept=False`).

        Raises MustConfirm where there is a dialog and `accept` was not given.
        """
        return _waited(using.press(self._actor, where, name, block, value, accept), wait)

    def choose(
        self,
        where: Where,
        name: str,
        choice: Any,
        *,
        block: str | None = None,
        typed: str | None = None,
        accept: bool | None = None,
        wait: bool = True,
    ) -> Interaction | None:
        """Choose in a select, a menu, a picker, or type text; None clears. Answers None if nothing is sent.

        Options by text or value, people and channels by name or id, dates as 2026-01-31. `typed`: what to
        type to find an option that the app has; the choice itself unless given.
        """
        return _waited(using.choose(self._actor, where, name, choice, block, typed, accept), wait)

    def options(self, where: Where, name: str, typed: str = "", *, block: str | None = None) -> list[str]:
        """The texts of the options that the app offers for what is typed."""
        actor = self._actor
        with actor.desk.world.lock:
            element = find(surfaces.surface(actor, where).blocks, name, block=block)
        return [str(one["text"]["text"]) for one in using.suggestions(actor, where, element, typed)]

    def submit(
        self, view: SeenView, values: Mapping[str, Any] | None = None, *, wait: bool = True
    ) -> Interaction:
        """Fill in fields, by label, action_id or block_id, and submit. Raises CannotDo for a wrong form."""
        return waited(modals.submit(self._actor, view, values or {}), wait)

    def close(self, view: SeenView, *, everything: bool = False, wait: bool = True) -> list[Interaction]:
        """Close a modal, or all that lie under it too; what comes back is what apps were told."""
        return [waited(parcel, wait) for parcel in modals.close(self._actor, view, everything)]

    def outcome(self, interaction: Interaction, *, wait: bool = True) -> Interaction:
        """What came of something that was sent before."""
        parcels = reversed(tuple(self._actor.desk.post.parcels))
        found = next((parcel for parcel in parcels if parcel.id == interaction.id), None)
        if found is None:
            raise CannotDo(f"Nothing was sent as {interaction.id}.")
        return waited(found, wait)

    def open_home(self, app: str) -> None:
        """Open the home of an app, by id or name."""
        try:
            people.open_home(self._actor.desk.world, self._actor.workspace, self.id, self._app(app))
        except ApiError as error:
            raise CannotDo(f"{app} has no home tab ({error.code}).") from None

    def home(self, app: str) -> SeenView | None:
        """What the home tab of an app shows; None while the app has drawn nothing."""
        workspace = self._actor.workspace
        with self._actor.desk.world.lock:
            view = workspace.views.get(workspace.homes.get((self.id, self._app(app)), ""))
            return None if view is None else self._shown(view)

    def _app(self, name: str) -> str:
        apps = self._actor.desk.world.apps
        for app_id in self._actor.workspace.installations:
            if name in (app_id, apps[app_id].name):
                return app_id
        raise CannotDo(f"No app in {self._actor.workspace.name} is called {name}.")

    def sees(self, channel: str) -> list[SeenMessage]:
        """The messages of a conversation, oldest first; those only for this person among them."""
        actor = self._actor
        with actor.desk.world.lock:
            place = visible(actor, channel)
            shown = people.seen(actor.workspace, self.id, place.id)
            return [seen.message(place.id, raw) for raw in shown]

    @property
    def modals(self) -> list[SeenView]:
        """The modals that are open, the lowest first."""
        workspace = self._actor.workspace
        with self._actor.desk.world.lock:
            mine = [key for key, stack in workspace.stacks.items() if key[0] == self.id and stack]
            return [self._shown(view) for view in views.stack(workspace, *mine[-1])] if mine else []

    @property
    def modal(self) -> SeenView | None:
        """The modal on top, if one is open."""
        return next(reversed(self.modals), None)

    def _shown(self, view: View) -> SeenView:
        return seen.view(views.show(view), self._actor.screen.errors.get(view.id, {}))

    @property
    def notices(self) -> list[Notice]:
        """What Slack itself told this person, oldest first."""
        return list(self._actor.screen.notices)


def _waited(parcel: Parcel | None, wait: bool) -> Interaction | None:
    return None if parcel is None else waited(parcel, wait)
