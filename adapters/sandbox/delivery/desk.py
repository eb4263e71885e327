"""The desk: the delivery of one world, its alarms, sockets, response addresses and screens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from starlette.routing import BaseRoute, Route, WebSocketRoute

from adapters.sandbox.alarms import Alarms
from adapters.sandbox.delivery.answers import Answers
from adapters.sandbox.delivery.events import Events
from adapters.sandbox.delivery.post import Post
from adapters.sandbox.delivery.screens import Screen
from adapters.sandbox.state.apps import App
from adapters.sandbox.world import World

KINDS = ("commands", "actions", "app")
"""How the paths of response addresses begin."""


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
