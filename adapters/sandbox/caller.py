"""Who calls a method: the token it came with, and what the workspace lets that token see and do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.sandbox.contract import Method
from adapters.sandbox.errors import ApiError
from adapters.sandbox.state.apps import App, Token, TokenKind
from adapters.sandbox.state.channels import SCOPES, Channel, Kind
from adapters.sandbox.state.people import User
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World

FAMILIES = frozenset(SCOPES.values())
INSTEAD = {"im:write.topic": "im:write", "mpim:write.topic": "mpim:write"}


@dataclass(frozen=True)
class Caller:
    """A call that was let in. Of an app-level token there is no workspace and no user."""

    world: World
    method: Method
    token: Token
    app: App
    home: Workspace | None = None

    @property
    def workspace(self) -> Workspace:
        """The workspace that the token is for."""
        if self.home is None:
            raise ApiError("not_allowed_token_type")
        return self.home

    @property
    def user(self) -> User:
        """The user that acts: the bot user, or the person of a user token."""
        return self.workspace.users[self.token.user_id or ""]

    @property
    def is_bot(self) -> bool:
        """Whether a bot token calls."""
        return self.token.kind is TokenKind.BOT

    def has(self, scope: str) -> bool:
        """Whether the token was granted `scope`."""
        return scope in self.token.scopes

    def require(self, scopes: Iterable[str]) -> None:
        """Raise missing_scope unless one of `scopes` was granted, or none is needed."""
        needed = tuple(scopes)
        if needed and not any(self.has(scope) for scope in needed):
            provided = ",".join(self.token.scopes)
            raise ApiError("missing_scope", needed=",".join(needed), provided=provided)

    def require_kind(self, kind: Kind) -> None:
        """Raise missing_scope unless the method may be called for this kind of conversation."""
        family = SCOPES[kind]
        if any(_family(scope) in FAMILIES for scope in self.method.scopes):
            self.require(scope for scope in self.method.scopes if _family(scope) == family)

    def restricted(self) -> None:
        """Raise the error that a preference of the workspace causes for this method, if there is one."""
        for rule in self.workspace.restrictions:
            name, _, code = rule.partition(":")
            if name == self.method.name:
                raise ApiError(code)

    def sees(self, channel: Channel) -> bool:
        """Whether the user may know of this conversation."""
        if self.user.id in channel.members:
            return True
        return channel.kind is Kind.PUBLIC and not self.user.is_guest

    def channel(self, channel_id: str) -> Channel:
        """The conversation of this id. Raises channel_not_found where it cannot be seen, or missing_scope."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or not self.sees(channel):
            raise ApiError("channel_not_found")
        self.require_kind(channel.kind)
        return channel

    def joined(self, channel_id: str) -> Channel:
        """The same, for what only a member may do. Raises not_in_channel for others."""
        channel = self.channel(channel_id)
        if self.user.id not in channel.members:
            raise ApiError("not_in_channel")
        return channel

    def meets(self, other: User) -> bool:
        """Whether the user may know of another: of the same workspace, or in a channel with them."""
        channels = self.workspace.channels.values()
        return other.team_id == self.workspace.id or any(
            other.id in channel.members and self.user.id in channel.members for channel in channels
        )

    def person(self, user_id: str, code: str = "user_not_found") -> User:
        """The user of this id. Raises ApiError with `code`."""
        user = self.workspace.users.get(user_id)
        if user is None:
            raise ApiError(code)
        return user


def _family(scope: str) -> str:
    return scope.partition(":")[0]
