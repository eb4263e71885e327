"""The world: every workspace, app and token of one sandbox, its clock, and who listens to what happens."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from adapters.sandbox.clock import Clock
from adapters.sandbox.conditions import Conditions
from adapters.sandbox.happenings import Happening, Told
from adapters.sandbox.ids import Ids, secret
from adapters.sandbox.journal import Call
from adapters.sandbox.rates import Rates
from adapters.sandbox.state.apps import App, Token
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.triggers import Triggers

HAPPENINGS_KEPT = 10_000


class World:
    """Plain data behind one lock: hold `lock` for every look or change that takes more than one step."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = clock or Clock()
        self.ids = Ids()
        self.triggers = Triggers(self.ids)
        self.rates = Rates()
        self.workspaces: dict[str, Workspace] = {}
        self.apps: dict[str, App] = {}
        self.tokens: dict[str, Token] = {}
        self.tickets: dict[str, str] = {}
        """App ids by the single-use ticket of a socket address (apps.connections.open)."""
        self.uploads: dict[str, tuple[str, str]] = {}
        """Workspace and file by the ticket of an upload address that was not used yet."""
        self.strays: deque[Call] = deque(maxlen=1000)
        """Calls whose token belongs to no workspace."""
        self.elsewhere = Conditions()
        """The conditions of calls that belong to no workspace, as those with an app-level token."""
        self.happenings: deque[Happening] = deque(maxlen=HAPPENINGS_KEPT)
        self.url = "http://sandbox.invalid"
        """Where it is served, without a slash at the end; the server sets it."""
        self._told: list[Told] = []

    def now(self) -> float:
        """Seconds UTC."""
        return self.clock.now()

    def second(self) -> int:
        """Whole seconds UTC, as Slack writes most times."""
        return int(self.clock.now())

    def happened(
        self,
        workspace: Workspace,
        payload: dict[str, Any],
        *,
        channel_id: str | None = None,
        app_id: str | None = None,
    ) -> None:
        """Tell every listener, in this thread and under the lock: a listener hands on and returns at once."""
        happening = Happening(payload["type"], workspace.id, payload, self.now(), channel_id, app_id)
        self.happenings.append(happening)
        for told in tuple(self._told):
            told(happening)

    def listen(self, told: Told) -> Callable[[], None]:
        """Call `told` with everything that happens from now on; the answer ends that."""
        self._told.append(told)
        return lambda: self._told.remove(told)

    def ticket(self, app_id: str) -> str:
        """A ticket for one socket of the app."""
        name = secret(32)
        self.tickets[name] = app_id
        return name

    def journal(self, team_id: str | None) -> deque[Call]:
        """The calls of a workspace, or those of none."""
        workspace = self.workspaces.get(team_id or "")
        return self.strays if workspace is None else workspace.journal
