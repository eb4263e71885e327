"""Users and user groups."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Standing(enum.Enum):
    """What kind of account a user has."""

    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"
    GUEST = "guest"
    SINGLE_CHANNEL_GUEST = "single_channel_guest"
    BOT = "bot"


@dataclass
class User:
    """An account. `team_id` is another workspace's for a person who is here through Slack Connect."""

    id: str
    team_id: str
    name: str
    real_name: str
    email: str
    standing: Standing = Standing.MEMBER
    deleted: bool = False
    tz: str = "Etc/UTC"
    tz_label: str = "Coordinated Universal Time"
    tz_offset: int = 0
    title: str = ""
    display_name: str = ""
    updated: int = 0
    bot_id: str | None = None
    app_id: str | None = None

    @property
    def is_bot(self) -> bool:
        """Whether an app acts through this account."""
        return self.standing is Standing.BOT

    @property
    def is_guest(self) -> bool:
        """Whether the account sees only the channels it was invited to."""
        return self.standing in (Standing.GUEST, Standing.SINGLE_CHANNEL_GUEST)

    @property
    def is_admin(self) -> bool:
        """Whether the account administers the workspace."""
        return self.standing in (Standing.ADMIN, Standing.OWNER)


@dataclass
class UserGroup:
    """A group of users that can be mentioned by its handle."""

    id: str
    handle: str
    name: str
    created_by: str
    created: int
    users: list[str] = field(default_factory=list)
    description: str = ""
    deleted: int = 0
