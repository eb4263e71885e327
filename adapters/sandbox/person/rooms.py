"""What a person does in channels: writing, reacting, pinning, coming and going; refusals in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from adapters.sandbox import messages, people
from adapters.sandbox.errors import ApiError
from adapters.sandbox.person import places, seen
from adapters.sandbox.person.seen import CannotDo, SeenMessage
from adapters.sandbox.person.sending import Actor
from adapters.sandbox.state.channels import Message
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World

MENTION = re.compile(r"(?<![\w<@])@([a-z0-9][a-z0-9._-]*)")
P = ParamSpec("P")
R = TypeVar("R")
Act = Callable[Concatenate[World, Workspace, str, P], R]


class Rooms:
    """The part of a person that is about channels. Channels are named by id or by name."""

    _actor: Actor

    @property
    def id(self) -> str:
        """The user's id."""
        return self._actor.user.id

    @property
    def name(self) -> str:
        """The user's name."""
        return self._actor.user.name

    def _do(self, act: Act[P, R], *args: P.args, **more: P.kwargs) -> R:
        try:
            return act(self._actor.desk.world, self._actor.workspace, self.id, *args, **more)
        except ApiError as error:
            raise CannotDo(f"{self.name} cannot do that: {error.code}.") from None

    def _in(self, channel: str) -> str:
        return places.joined(self._actor, channel).id

    def _message(self, channel: str, message: Message) -> SeenMessage:
        workspace = self._actor.workspace
        with self._actor.desk.world.lock:
            return seen.message(channel, messages.show(workspace, workspace.channels[channel], message))

    def post(self, channel: str, text: str, *, thread: SeenMessage | str | None = None) -> SeenMessage:
        """Write a message, or a reply; `@name` mentions a person or a bot."""
        place = places.writable(self._actor, channel).id
        ts = thread.ts if isinstance(thread, SeenMessage) else thread
        said = MENTION.sub(self._mention, text)
        return self._message(place, self._do(people.post, place, said, thread_ts=ts))

    def _mention(self, found: re.Match[str]) -> str:
        users = self._actor.workspace.users.values()
        known = next((user.id for user in users if found.group(1) in (user.name, user.display_name)), None)
        return f"<@{known}>" if known else found.group()

    def edit(self, message: SeenMessage, text: str) -> SeenMessage:
        """Change one's own message."""
        edited = self._do(people.edit, message.channel, message.ts, MENTION.sub(self._mention, text))
        return self._message(message.channel, edited)

    def delete(self, message: SeenMessage) -> None:
        """Delete one's own message; an admin deletes anybody's."""
        self._do(people.delete, message.channel, message.ts)

    def react(self, message: SeenMessage, emoji: str) -> None:
        """React with the emoji of this name."""
        self._do(people.react, message.channel, message.ts, emoji.strip(":"))

    def unreact(self, message: SeenMessage, emoji: str) -> None:
        """Take one's reaction away."""
        self._do(people.unreact, message.channel, message.ts, emoji.strip(":"))

    def pin(self, message: SeenMessage) -> None:
        """Pin a message."""
        self._do(people.pin, message.channel, message.ts)

    def unpin(self, message: SeenMessage) -> None:
        """Take a pin away."""
        self._do(people.unpin, message.channel, message.ts)

    def create_channel(self, name: str, *, private: bool = False) -> str:
        """Make a channel and be in it; its id."""
        return self._do(people.create_channel, name, private=private).id

    def join(self, channel: str) -> None:
        """Join a public channel."""
        self._do(people.join, places.visible(self._actor, channel).id)

    def leave(self, channel: str) -> None:
        """Leave a channel."""
        self._do(people.leave, self._in(channel))

    def invite(self, channel: str, *users: str) -> None:
        """Bring others into a channel, by id or name; bots too."""
        self._do(people.invite, self._in(channel), *(self._user(user) for user in users))

    def remove(self, channel: str, user: str) -> None:
        """Take somebody out of a channel."""
        self._do(people.remove, self._in(channel), self._user(user))

    def rename(self, channel: str, name: str) -> None:
        """Give a channel another name."""
        self._do(people.rename, self._in(channel), name)

    def archive(self, channel: str) -> None:
        """Archive a channel."""
        self._do(people.archive, self._in(channel))

    def unarchive(self, channel: str) -> None:
        """Take a channel out of the archive."""
        self._do(people.archive, self._in(channel), False)

    def delete_channel(self, channel: str) -> None:
        """Delete a channel for good; only for admins of the workspace."""
        self._do(people.delete_channel, places.visible(self._actor, channel).id)

    def direct(self, *users: str) -> str:
        """The direct message with these others; its id."""
        return self._do(people.direct, *(self._user(user) for user in users)).id

    def channels(self) -> list[dict[str, Any]]:
        """The channels that the person is in: id, name, whether private and archived."""
        mine = [one for one in self._actor.workspace.channels.values() if self.id in one.members]
        return [
            {"id": one.id, "name": one.name, "kind": one.kind.value, "archived": one.is_archived}
            for one in mine
        ]

    def _user(self, name: str) -> str:
        for user in self._actor.workspace.users.values():
            if name in (user.id, user.name):
                return user.id
        raise CannotDo(f"Nobody in {self._actor.workspace.name} is called {name}.")
