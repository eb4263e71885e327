"""A scene: a Slack of its own, a record in memory, the mirror between them, and people who use commands.

The clock of the engine is that of the sandbox, so that both go forward together when it is moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from adapters.queue.beside import side_by_side
from adapters.sandbox import Sandbox, Slack, new_slack
from adapters.sandbox.control.facts import Place
from adapters.sandbox.control.world import Control
from adapters.slack.api import Api
from adapters.slack.drawing.setup import Setup
from adapters.slack.mirror import SlackMirror
from adapters.system import SystemIds
from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.ports.log import Result
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.testing.memory_mirrors import Row
from incident_core.usecases.perform import Perform
from incident_core.usecases.work import Work

WORKSPACE = "default"
DIGEST = "incidents"
MOST = 300
"""Rounds of work until everything has to be done."""

_KEYS = count(1)
_SYSTEM = ("channel_join", "channel_leave", "channel_topic", "channel_archive", "channel_unarchive", "channel_name")


@dataclass(frozen=True, slots=True)
class SandboxClock:
    """A Clock that shows the sandbox's time."""

    control: Control

    def now(self) -> datetime:
        """The time there."""
        return datetime.fromtimestamp(self.control.now(), UTC)

    def move(self, by: timedelta) -> None:
        """Go forward."""
        self.control.move(by.total_seconds())


@dataclass
class Scene:
    """`key` is the incident that everything is about, once it was opened."""

    slack: Slack
    mirror: SlackMirror
    clock: SandboxClock
    store: MemoryStore
    policy: Policy
    key: str = ""
    responders: list[str] = field(default_factory=list)

    @property
    def ann(self) -> Actor:
        """Who opens it."""
        return self.actor("ann")

    def actor(self, name: str) -> Actor:
        """A person of the workspace, as the record calls them."""
        return Actor("slack", self.slack.person(name).id)

    def do(self, kind: type[c.Command], by: str = "ann", **values: Any) -> None:
        """Give a command, which has to be allowed."""
        at = self.clock.now()
        command = kind(actor=self.actor(by), at=at, key=f"test-{next(_KEYS)}", **values)
        perform = Perform(
            self.store.log, self.clock, SystemIds(), self.policy, WORKSPACE, "slack"
        )
        answer = perform(command, None if kind is c.Open else self.key)
        assert answer.result is not Result.REFUSED, answer
        self.key = answer.key or self.key

    def open(self, title: str = "API is slow", **values: Any) -> None:
        """Ann opens it."""
        self.do(c.Open, title=title, **values)

    def work(self) -> None:
        """All that can be done now."""
        store = self.store
        Work(store.mirrors, {"slack": self.mirror}, self.clock, store.timers, side_by_side)()

    def settle(self) -> None:
        """All that can be done; where everything only waits, the time goes on."""
        for _ in range(MOST):
            self.work()
            due = [max(row.next_at, row.until or row.next_at) for row in self.rows if row.next_at is not None]
            if not due:
                return
            self.clock.move(max(min(due) - self.clock.now(), timedelta(milliseconds=1)))
        raise AssertionError("it never becomes quiet")

    @property
    def rows(self) -> list[Row]:
        """What is known of each incident in Slack."""
        return list(self.store.mirrors.rows.values())

    @property
    def incident(self) -> Incident:
        """As it is now."""
        found = self.store.reader.show(WORKSPACE, self.key, self.ann)
        assert found is not None
        return found

    def calls(self) -> list[str]:
        """The methods that were called since the last time, in order."""
        found = [call.method for call in self.slack.team.calls()]
        self.slack.team.clear_calls()
        return found

    def counted(self) -> Counter[str]:
        """How often each was called since the last time."""
        return Counter(self.calls())

    def channels(self) -> list[Place]:
        """Those that the bot has made, oldest first."""
        return [place for place in self.slack.team.channels() if place.creator == self.slack.bot_user]

    @property
    def channel(self) -> Place:
        """The one that it has made last."""
        return self.channels()[-1]

    def said(self, channel: str) -> list[dict[str, Any]]:
        """What the bot has said in a channel, oldest first, threads too; not what Slack says about it."""
        messages = self.slack.workspace.channels[channel].messages.values()
        return [
            {"ts": each.ts, "text": each.text, "blocks": each.blocks, "thread": each.thread_ts, "metadata": each.metadata}
            for each in messages
            if each.user == self.slack.bot_user and each.subtype not in _SYSTEM and each.subtype != "tombstone"
        ]

    @property
    def digest(self) -> list[dict[str, Any]]:
        """What the bot has said in the digest channel."""
        return self.said(self.slack.workspace.names[DIGEST])


def new_scene(
    server: Sandbox,
    *,
    in_digest: bool = True,
    digest: str | None = None,
    group: Sequence[str] = ("rita", "rob"),
    timeout: float = 4.0,
    total: float = 4.6,
    policy: Policy | None = None,
    **more: Any,
) -> Scene:
    """A fresh one. `digest` is what the setting says (default: the id of the channel)."""
    slack = new_slack(server, people=("ann", "ben", *group))
    team = slack.team
    channel = team.add_channel(DIGEST)
    if in_digest:
        team.person("owner").invite(DIGEST, slack.bot_user)
    people = [slack.person(name).id for name in group]
    group_id = team.add_group("responders", people) if group else ""
    setup = Setup(
        slack.bot_user, digest=channel if digest is None else digest, group=group_id, domain="acme", **more
    )
    store = MemoryStore.over(Memory(), ("slack",), policy)
    team.clear_calls()
    return Scene(
        slack,
        SlackMirror(Api(slack.bot_token, slack.api_url, timeout), setup, total),
        SandboxClock(slack.control),
        store,
        policy or Policy(),
        responders=people,
    )
