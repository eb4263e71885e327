"""PersonClient: a person of a sandbox over HTTP, with the methods of Person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.sandbox.control.line import Line
from adapters.sandbox.delivery.screens import Notice
from adapters.sandbox.person.seen import Interaction, SeenMessage, SeenView

Where = SeenMessage | SeenView


class PersonClient:
    """Acts as one user; its methods are those of Person, and raise the same."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def id(self) -> str:
        """As Person's."""
        return str(self._line.ask("id"))

    @property
    def name(self) -> str:
        """As Person's."""
        return str(self._line.ask("name"))

    def command(self, name: str, text: str, channel: str, *, wait: bool = True) -> Interaction:
        """As Person's."""
        return Interaction(**self._line.ask("command", name=name, text=text, channel=channel, wait=wait))

    def shortcut(self, name: str, *, wait: bool = True) -> Interaction:
        """As Person's."""
        return Interaction(**self._line.ask("shortcut", name=name, wait=wait))

    def message_shortcut(self, name: str, message: SeenMessage, *, wait: bool = True) -> Interaction:
        """As Person's."""
        return Interaction(**self._line.ask("message_shortcut", name=name, message=message, wait=wait))

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
        """As Person's."""
        how = {"block": block, "value": value, "accept": accept, "wait": wait}
        return _interaction(self._line.ask("press", where=where, name=name, **how))

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
        """As Person's."""
        how = {"block": block, "typed": typed, "accept": accept, "wait": wait}
        return _interaction(self._line.ask("choose", where=where, name=name, choice=choice, **how))

    def options(self, where: Where, name: str, typed: str = "", *, block: str | None = None) -> list[str]:
        """As Person's."""
        return list(self._line.ask("options", where=where, name=name, typed=typed, block=block))

    def submit(
        self, view: SeenView, values: Mapping[str, Any] | None = None, *, wait: bool = True
    ) -> Interaction:
        """As Person's."""
        return Interaction(**self._line.ask("submit", view=view, values=dict(values or {}), wait=wait))

    def close(self, view: SeenView, *, everything: bool = False, wait: bool = True) -> list[Interaction]:
        """As Person's."""
        told = self._line.ask("close", view=view, everything=everything, wait=wait)
        return [Interaction(**each) for each in told]

    def outcome(self, interaction: Interaction, *, wait: bool = True) -> Interaction:
        """As Person's."""
        return Interaction(**self._line.ask("outcome", interaction=interaction, wait=wait))

    def open_home(self, app: str) -> None:
        """As Person's."""
        self._line.ask("open_home", app=app)

    def home(self, app: str) -> SeenView | None:
        """As Person's."""
        return _view(self._line.ask("home", app=app))

    def sees(self, channel: str) -> list[SeenMessage]:
        """As Person's."""
        return [SeenMessage(**each) for each in self._line.ask("sees", channel=channel)]

    @property
    def modals(self) -> list[SeenView]:
        """As Person's."""
        return [SeenView(**each) for each in self._line.ask("modals")]

    @property
    def modal(self) -> SeenView | None:
        """As Person's."""
        return _view(self._line.ask("modal"))

    @property
    def notices(self) -> list[Notice]:
        """As Person's."""
        return [Notice(**each) for each in self._line.ask("notices")]

    def post(self, channel: str, text: str, *, thread: SeenMessage | str | None = None) -> SeenMessage:
        """As Person's."""
        return SeenMessage(**self._line.ask("post", channel=channel, text=text, thread=thread))

    def edit(self, message: SeenMessage, text: str) -> SeenMessage:
        """As Person's."""
        return SeenMessage(**self._line.ask("edit", message=message, text=text))

    def delete(self, message: SeenMessage) -> None:
        """As Person's."""
        self._line.ask("delete", message=message)

    def react(self, message: SeenMessage, emoji: str) -> None:
        """As Person's."""
        self._line.ask("react", message=message, emoji=emoji)

    def unreact(self, message: SeenMessage, emoji: str) -> None:
        """As Person's."""
        self._line.ask("unreact", message=message, emoji=emoji)

    def pin(self, message: SeenMessage) -> None:
        """As Person's."""
        self._line.ask("pin", message=message)

    def unpin(self, message: SeenMessage) -> None:
        """As Person's."""
        self._line.ask("unpin", message=message)

    def create_channel(self, name: str, *, private: bool = False) -> str:
        """As Person's."""
        return str(self._line.ask("create_channel", name=name, private=private))

    def join(self, channel: str) -> None:
        """As Person's."""
        self._line.ask("join", channel=channel)

    def leave(self, channel: str) -> None:
        """As Person's."""
        self._line.ask("leave", channel=channel)

    def invite(self, channel: str, *users: str) -> None:
        """As Person's."""
        self._line.ask("invite", channel=channel, users=list(users))

    def remove(self, channel: str, user: str) -> None:
        """As Person's."""
        self._line.ask("remove", channel=channel, user=user)

    def rename(self, channel: str, name: str) -> None:
        """As Person's."""
        self._line.ask("rename", channel=channel, name=name)

    def archive(self, channel: str) -> None:
        """As Person's."""
        self._line.ask("archive", channel=channel)

    def unarchive(self, channel: str) -> None:
        """As Person's."""
        self._line.ask("unarchive", channel=channel)

    def delete_channel(self, channel: str) -> None:
        """As Person's."""
        self._line.ask("delete_channel", channel=channel)

    def direct(self, *users: str) -> str:
        """As Person's."""
        return str(self._line.ask("direct", users=list(users)))

    def channels(self) -> list[dict[str, Any]]:
        """As Person's."""
        return list(self._line.ask("channels"))


def _interaction(told: dict[str, Any] | None) -> Interaction | None:
    return None if told is None else Interaction(**told)


def _view(told: dict[str, Any] | None) -> SeenView | None:
    return None if told is None else SeenView(**told)
