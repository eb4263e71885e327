"""The desk: the delivery of one world, its alarms, sockets, response addresses and screens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute, Route, WebSocketRoute

from adapters.sandbox.alarms import Alarms
from adapters.sandbox.delivery.answers import Answers
from adapters.sandbox.delivery.events import Events
from adapters.sandbox.delivery.post import Post
from adapters.sandbox.state.apps import App
from adapters.sandbox.world import World

KINDS = ("commands", "actions", "app")
"""How the paths of response addresses begin."""


@dataclass(frozen=True)
class Notice:
    """What Slack itself told a person, and nobody else. `at`: seconds UTC.

    `code`: operation_timeout, dispatch_failed, http_client_error, http_service_error, invalid_response,
    view_error, … `place`: the channel, or the view, in which it was shown.
    """

    at: float
    code: str
    text: str
    place: str


@dataclass
class Screen:
    """What one person has before them, beyond what the workspace keeps."""

    notices: list[Notice] = field(default_factory=list)
    typed: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(default_factory=dict)
    """Values in the elements of messages, by channel and ts."""
    errors: dict[str, dict[str, str]] = field(default_factory=dict)
    """What the app found wrong with a modal, by view and block."""


class Desk:
    """Everything that lies between a world and its apps."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.alarms = Alarms(world.clock)
        self.post = Post(world, self.alarms)
        self.answers = Answers(world)
        self.screens: defaultdict[tuple[str, str], Screen] = defaultdict(Screen)
        """What people see, by workspace and user."""
        self._events = Events(world, self.post)
        self._deaf: Callable[[], None] | None = None

    def start(self) -> None:
        """Deliver what happens from now on."""
        self.alarms.start()
        self._deaf = self.world.listen(self._events.told)

    def stop(self) -> None:
        """Deliver nothing more."""
        if self._deaf is not None:
            self._deaf()
        self.alarms.stop()
        self.post.stop()

    def routes(self) -> list[BaseRoute]:
        """Where sockets connect and answers are posted."""
        answers = [
            Route(f"/{kind}/{{team}}/{{number}}/{{secret}}", self.answers.endpoint, methods=["POST"])
            for kind in KINDS
        ]
        return [WebSocketRoute("/link/", self.post.sockets.endpoint), *answers]

    def app(self, app_id: str) -> App:
        """The app of this id. Raises LookupError."""
        return self.world.apps[app_id]
