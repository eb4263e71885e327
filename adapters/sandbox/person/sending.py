"""Sending to an app what a person did, and telling the person what Slack would tell them of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters.sandbox import manifest
from adapters.sandbox.delivery.desk import Desk
from adapters.sandbox.delivery.parcels import Parcel, Sort
from adapters.sandbox.delivery.screens import Notice, Screen
from adapters.sandbox.errors import ApiError
from adapters.sandbox.person.seen import CannotDo, Interaction
from adapters.sandbox.state.apps import App
from adapters.sandbox.state.people import User
from adapters.sandbox.state.workspace import Workspace

WAITED = 60.0
"""Real seconds after which a clock that stands still is taken for a mistake of the test."""
CODES = {
    "timeout": "operation_timeout",
    "http_timeout": "operation_timeout",
    "no_connection": "dispatch_failed",
    "connection_failed": "dispatch_failed",
    "connection_lost": "dispatch_failed",
    "no_address": "app_missing_action_url",
}
"""What Slack calls a failure where a person sees it."""

INVALID = "invalid_response"

Apply = Callable[[Any], None]


@dataclass(frozen=True)
class Actor:
    """A person of a workspace, and everything they act through."""

    desk: Desk
    workspace: Workspace
    user: User

    @property
    def screen(self) -> Screen:
        """What they have before them."""
        return self.desk.screens[self.workspace.id, self.user.id]

    def app(self, app_id: str) -> App:
        """An app that is installed here. Raises CannotDo."""
        if app_id not in self.workspace.installations:
            raise CannotDo(f"No app {app_id} is installed in {self.workspace.name}.")
        return self.desk.world.apps[app_id]

    def trigger(self, app: App, channel_id: str | None = None, view_id: str | None = None) -> str:
        """A trigger for what they do now, in this channel and this modal."""
        world, team = self.desk.world, self.workspace.id
        return world.triggers.issue(team, self.user.id, app.id, world.now(), view_id, channel_id)

    def tell(self, code: str, text: str, place: str) -> None:
        """Slack tells them something."""
        self.screen.notices.append(Notice(self.desk.world.now(), code, text, place))


@dataclass(frozen=True)
class Errand:
    """Something for an app, and what follows.

    `apply` does what the answer says; `said` is what Slack says, by the code of the failure; `place`: where.
    """

    app: App
    sort: Sort
    payload: dict[str, Any]
    place: str
    said: Callable[[str], str]
    apply: Apply


def send(actor: Actor, errand: Errand) -> Parcel:
    """Deliver it."""
    made = actor.desk.world.now()
    payload = json.loads(json.dumps(errand.payload))  # as it is now, whatever changes after
    parcel = Parcel(errand.app.id, actor.workspace.id, errand.sort, payload, made)

    def settled(parcel: Parcel) -> None:
        parcel.notice = (
            _applied(actor, errand, parcel.answer)
            if parcel.failure is None
            else code(parcel.failure, errand.sort)
        )
        if parcel.notice is not None:
            actor.tell(parcel.notice, errand.said(parcel.notice), errand.place)

    parcel.on_settled = settled
    return actor.desk.post.send(parcel)


def _applied(actor: Actor, errand: Errand, answer: Any) -> str | None:
    """Do what the answer says; the code of what is wrong with it, if something is."""
    try:
        with actor.desk.world.lock:
            errand.apply(answer)
    except (ApiError, LookupError, TypeError, ValueError, AttributeError):
        return code(INVALID, errand.sort)
    return None


def code(failure: str, sort: Sort) -> str:
    """Slack's word for a failure, as a person sees it."""
    if failure.startswith("http_") and failure[5:].isdigit():
        return "http_client_error" if failure[5] == "4" else "http_service_error"
    if failure == INVALID and sort is Sort.COMMAND:
        return "invalid_command_response"
    return CODES.get(failure, failure)


def waited(parcel: Parcel, wait: bool) -> Interaction:
    """What came of it; with `wait`, once something has. Raises TimeoutError while the clock stands still."""
    if wait and not parcel.wait(WAITED):
        raise TimeoutError("The app has not answered, and the sandbox's clock is not three seconds further.")
    acked, trigger = parcel.acked is not None, parcel.payload.get("trigger_id")
    return Interaction(
        parcel.id, acked, parcel.failure, parcel.notice, parcel.answer, trigger, parcel.payload
    )


def owner_of_command(actor: Actor, name: str) -> App:
    """The app that has this command: of several, the one installed last, as in Slack. Raises CannotDo."""
    for app_id in reversed(actor.workspace.installations):
        app = actor.desk.world.apps[app_id]
        if name in manifest.settings(app).commands:
            return app
    raise CannotDo(f"{name} is not a valid command: no app in {actor.workspace.name} has it.")
