"""A workspace: everything that one team sees, and the conditions under which it answers."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from adapters.sandbox.conditions import Conditions
from adapters.sandbox.journal import Call
from adapters.sandbox.state.apps import Canvas, File, Installation, View
from adapters.sandbox.state.channels import Channel, Scheduled
from adapters.sandbox.state.people import User, UserGroup

CALLS_KEPT = 20_000


@dataclass
class Workspace:
    """One team. `plan` is Slack's name for what it pays for: "" is a free one."""

    id: str
    name: str
    domain: str
    plan: str = "std"
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Channel ids by name, archived and private ones among them."""
    directs: dict[frozenset[str], str] = field(default_factory=dict)
    """Channel ids of direct messages, by who is in them."""
    installations: dict[str, Installation] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """The modals that a user has open of an app, the lowest first."""
    homes: dict[tuple[str, str], str] = field(default_factory=dict)
    """The view on the home tab of an app, for each user."""
    files: dict[str, File] = field(default_factory=dict)
    canvases: dict[str, Canvas] = field(default_factory=dict)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    emoji: dict[str, str] = field(default_factory=dict)
    connected: dict[str, str] = field(default_factory=dict)
    """Names of other workspaces that share channels with this one, by id."""
    restrictions: set[str] = field(default_factory=set)
    """Error codes that its preferences cause, as `conversations.create:restricted_action`."""
    conditions: Conditions = field(default_factory=Conditions)
    journal: deque[Call] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    general: str = ""

    def calls(self, method: str | None = None) -> list[Call]:
        """The calls that were made here, or those of one method, oldest first."""
        return [call for call in self.journal if method in (None, call.method)]

    @property
    def url(self) -> str:
        """Where its people would find it."""
        return f"https://{self.domain}.slack.com/"
