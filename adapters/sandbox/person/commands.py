"""Slash commands: typed in a channel, sent to the app that has them, answered there."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from adapters.sandbox import manifest
from adapters.sandbox import text as texts
from adapters.sandbox.delivery import payloads
from adapters.sandbox.delivery.parcels import Parcel, Sort
from adapters.sandbox.person.places import writable
from adapters.sandbox.person.sending import Actor, Errand, owner_of_command, send
from adapters.sandbox.state.workspace import Workspace

NAME = re.compile(r"(?<![\w<])([@#])([a-z0-9][a-z0-9._-]*)")


def command(actor: Actor, name: str, text: str, channel_id: str) -> Parcel:
    """Type `name text` in a channel. Raises CannotDo where that is not possible."""
    desk, workspace = actor.desk, actor.workspace
    with desk.world.lock:
        channel = writable(actor, channel_id)
        app = owner_of_command(actor, name)
        trigger = actor.trigger(app, channel.id)
        url = desk.answers.address("commands", workspace.id, app.id, channel, actor.user.id)
        said = texts.kept(text.strip(), links=False)
        if manifest.settings(app).commands[name].get("should_escape", False):
            said = _escaped(workspace, said)
        payload = payloads.command(app, workspace, actor.user, channel, name, said, url, trigger)

        def apply(answer: Any) -> None:
            if answer:
                given = {"text": answer} if isinstance(answer, str) else answer
                desk.answers.say(desk.answers.known(url), given)

        said_of = partial(_sentence, name)
        return send(actor, Errand(app, Sort.COMMAND, payload, channel.id, said_of, apply))


def _sentence(name: str, code: str) -> str:
    if code == "operation_timeout":
        return f"{name} failed because the app didn't respond (operation_timeout)."
    return f'{name} failed with the error "{code}".'


def _escaped(workspace: Workspace, text: str) -> str:
    """Names of people and channels as their ids; a name that nobody has stays as it is."""

    def marked(found: re.Match[str]) -> str:
        sign, name = found.groups()
        if sign == "#":
            known = workspace.names.get(name)
        else:
            users = workspace.users.values()
            known = next((user.id for user in users if name in (user.name, user.display_name)), None)
        return f"<{sign}{known}|{name}>" if known else found.group()

    return NAME.sub(marked, text)
