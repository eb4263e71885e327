"""The server: a world on a free port of this machine, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from adapters.sandbox.control.routes import Routes
from adapters.sandbox.control.world import Control
from adapters.sandbox.delivery.desk import Desk
from adapters.sandbox.file_server import FileServer
from adapters.sandbox.scheduling import post_due_everywhere
from adapters.sandbox.server_protocol import Cut, CuttableProtocol, cut
from adapters.sandbox.web import WebApi
from adapters.sandbox.world import World

STARTED_WITHIN = 30.0
"""Seconds; a machine that needs longer has another trouble."""


def application(world: World, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The ASGI application of a world; `more` are the routes of its other parts."""
    web, files = WebApi(world), FileServer(world)
    routes = [
        Route("/api/{method}", web.endpoint, methods=["GET", "POST"]),
        Route("/upload/v1/{ticket}", files.upload, methods=["POST"]),
        Route("/files-pri/{file}/{name:path}", files.download, methods=["GET"]),
        *more,
    ]
    return Starlette(routes=routes, exception_handlers={Cut: cut})


class Sandbox:
    """A Slack of your own: `with Sandbox() as sandbox:` serves `sandbox.world` at `sandbox.url`."""

    def __init__(self, world: World | None = None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.world = world or World()
        self.desk = Desk(self.world)
        """What delivers to apps and takes their answers."""
        self._host, self._port = host, port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._deaf: Callable[[], None] | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        """Where it is served while it is; other threads hand work over with call_soon_threadsafe."""

    @property
    def url(self) -> str:
        """Where it is served, without a slash at the end."""
        return self.world.url

    @property
    def control(self) -> Control:
        """What a test does with it, in this process; `SandboxClient(url)` does the same from elsewhere."""
        return Control(self.desk)

    @property
    def api_url(self) -> str:
        """What slack_sdk takes as `base_url`."""
        return f"{self.world.url}/api/"

    def start(self) -> Sandbox:
        """Serve. Raises OSError where the port is taken, RuntimeError where nothing happens in time."""
        listener = socket.create_server((self._host, self._port))
        self._deaf = self.world.clock.listen(partial(post_due_everywhere, self.world))
        self.desk.start()
        self.world.url = f"http://{self._host}:{listener.getsockname()[1]}"
        server = self._server = uvicorn.Server(self._config())
        self._thread = threading.Thread(
            target=asyncio.run, args=(self._serve(server, listener),), name="sandbox", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + STARTED_WITHIN
        while not server.started and self._thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.002)
        if not server.started:
            raise RuntimeError(f"The sandbox did not start within {STARTED_WITHIN:.0f} seconds.")
        return self

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            application(self.world, [*self.desk.routes(), *Routes(self.desk).routes()]),
            http=CuttableProtocol,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
        )

    async def _serve(self, server: uvicorn.Server, listener: socket.socket) -> None:
        self.loop = asyncio.get_running_loop()
        await server.serve(sockets=[listener])

    def _close(self) -> None:
        """End every connection, so that a call that hangs ends too; runs in the server's thread."""
        if self._server is not None:
            self._server.should_exit = self._server.force_exit = True
            for connection in tuple(self._server.server_state.connections):
                connection.transport.abort()

    def stop(self) -> None:
        """Serve no more; whoever is connected is cut off."""
        if self.loop is not None and self._thread is not None:
            self.loop.call_soon_threadsafe(self._close)
            self._thread.join()
            self.desk.stop()
        if self._deaf is not None:
            self._deaf()
        self._server = self._thread = self._deaf = self.loop = None

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
