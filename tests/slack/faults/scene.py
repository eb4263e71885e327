"""A scene: a Slack of its own, a record, the mirror between them, and people who give commands.

The clock of the engine is that of the sandbox, so that both go forward together when it is moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Lock
from typing import Any

from adapters.queue.beside import side_by_side
from adapters.sandbox import Sandbox, Slack, new_slack
from adapters.sandbox.control.facts import Place
from adapters.sandbox.control.world import Control
from adapters.slack.api import Api
from adapters.slack.drawing.setup import Setup
from adapters.slack.mirror import SlackMirror
from adapters.storage import Database
from adapters.system import SystemIds
from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.ports.backlog import Lag
from incident_core.ports.log import Result
from incident_core.ports.mirror import Call, Ended, Kind, Outcome
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.usecases.perform import Perform
from incident_core.usecases.settling.settle import LEASE
from incident_core.usecases.work import Work

WORKSPACE = "default"
DIGEST = "incidents"
MOST = 300
"""Rounds of work until everything has to be done."""

_KEYS = count(1)
_BY_SLACK = {"channel_join", "channel_leave", "channel_topic", "channel_name", "channel_archive"}
_NOT_SAID = {*_BY_SLACK, "channel_unarchive", "tombstone"}


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


class Watched(SlackMirror):
    """The mirror, and the messages it has posted of which it does not know whether they are there."""

    def __init__(self, api: Api, setup: Setup, total: float) -> None:
        super().__init__(api, setup, total)
        self._lock = Lock()
        self.unclear: list[Call] = []

    def perform(self, call: Call) -> Outcome:
        """As it does."""
        ended = super().perform(call)
        posts = call.kind in (Kind.SAY, Kind.MAKE) and call.method.startswith("chat.postMessage")
        if posts and ended.ended is Ended.UNKNOWN:
            with self._lock:
                self.unclear.append(call)
        return ended


@dataclass
class Scene:
    """`key` is the incident that everything is about, once it was opened."""

    slack: Slack
    api: Api
    setup: Setup
    mirror: Watched
    clock: SandboxClock
    store: MemoryStore | Database
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
        command = kind(actor=self.actor(by), at=self.clock.now(), key=f"test-{next(_KEYS)}", **values)
        perform = Perform(self.store.log, self.clock, SystemIds(), self.policy, WORKSPACE, "slack")
        answer = perform(command, None if kind is c.Open else self.key)
        assert answer.result is not Result.REFUSED, answer
        self.key = answer.key or self.key

    def open(self, title: str = "API is slow", **values: Any) -> None:
        """Ann opens it."""
        self.do(c.Open, title=title, **values)

    def work(self) -> None:
        """All that can be done now."""
        store = self.store
        Work(store.mirrors, {"slack": self.mirror}, self.clock, store.timers, side_by_side, claims=1)()

    def settle(self) -> None:
        """All that can be done; where everything only waits, the time goes on."""
        for _ in range(MOST):
            self.work()
            if not self.wait():
                return
        raise AssertionError("it never becomes quiet")

    def wait(self) -> bool:
        """Go on to when something can be done; whether there is something."""
        lags = self.store.backlog.lags(WORKSPACE, None, 100)
        due = [lag.next_at for lag in lags if lag.next_at is not None]
        if due:
            wait = min(due) - self.clock.now()
            self.clock.move(wait if wait > timedelta() else LEASE)  # due, and somebody's who is gone
        return bool(due)

    @property
    def lag(self) -> Lag:
        """How far the mirror has come with it."""
        return self.store.backlog.lags(WORKSPACE, self.key, 10)[0]

    @property
    def settled(self) -> bool:
        """Whether everything is there, and nothing has failed."""
        lag = self.lag
        return lag.shown == lag.wanted == self.incident.version and lag.error is None

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
        """Those that the bot has made, oldest first; not its conversations with one person."""
        made = (place for place in self.slack.team.channels() if place.creator == self.slack.bot_user)
        return [place for place in made if place.kind != "im"]

    @property
    def channel(self) -> Place:
        """The one that it has made last."""
        return self.channels()[-1]

    def said(self, channel: str) -> list[dict[str, Any]]:
        """What the bot has said in a channel, oldest first, threads too; not what Slack says about it."""
        messages = self.slack.workspace.channels[channel].messages.values()
        return [
            {
                "ts": each.ts,
                "text": each.text,
                "blocks": each.blocks,
                "thread": each.thread_ts,
                "metadata": each.metadata,
            }
            for each in messages
            if each.user == self.slack.bot_user and each.subtype not in _NOT_SAID
        ]

    @property
    def digest(self) -> list[dict[str, Any]]:
        """What the bot has said in the digest channel."""
        return self.said(self.slack.workspace.names[DIGEST])


def new_scene(
    server: Sandbox,
    *,
    store: MemoryStore | Database | None = None,
    in_digest: bool = True,
    digest: str | None = None,
    group: Sequence[str] = ("rita", "rob"),
    timeout: float = 4.0,
    total: float = 4.6,
    **more: Any,
) -> Scene:
    """A fresh one. `store`: instead of a record in memory. `digest`: what the setting says, else an id."""
    slack = new_slack(server, people=("ann", "ben", *group))
    team = slack.team
    channel = team.add_channel(DIGEST)
    if in_digest:
        team.person("owner").invite(DIGEST, slack.bot_user)
    people = [slack.person(name).id for name in group]
    group_id = team.add_group("responders", people) if group else ""
    digest = channel if digest is None else digest
    setup = Setup(slack.bot_user, digest=digest, group=group_id, domain="acme", **more)
    api = Api(slack.bot_token, slack.api_url, timeout)
    team.clear_calls()
    return Scene(
        slack,
        api,
        setup,
        Watched(api, setup, total),
        SandboxClock(slack.control),
        MemoryStore.over(Memory(), ("slack",)) if store is None else store,
        Policy(),
        responders=people,
    )
