"""Bolt apps that run as they would anywhere: over a socket or behind a server, synchronous or not."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox import Sandbox
from tests.sandbox.bots import Bot, new_bot
from tests.sandbox.twenty import register, register_async
from tests.servers.watchdog import wait_until

Running = Callable[[Sandbox], contextlib.AbstractContextManager[Bot]]


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """A WSGI server that answers several requests at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextlib.contextmanager
def socket_mode(sandbox: Sandbox) -> Iterator[Bot]:
    """The synchronous app over Socket Mode."""
    bot = new_bot(sandbox)
    bolt = bot.bolt()
    register(bolt)
    with bot.connected(bolt):
        yield bot


@contextlib.contextmanager
def wsgi(sandbox: Sandbox, path: str = "/slack/events") -> Iterator[Bot]:
    """The synchronous app behind a WSGI server."""
    with Server(("127.0.0.1", 0), Quiet) as server:
        bot = new_bot(sandbox, f"http://127.0.0.1:{server.server_port}{path}")
        bolt = bot.bolt()
        register(bolt)
        server.set_app(SlackRequestHandler(bolt, path))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield bot
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def socket_mode_async(sandbox: Sandbox) -> Iterator[Bot]:
    """The asynchronous app over Socket Mode."""
    bot, ending = new_bot(sandbox), threading.Event()

    async def run() -> None:
        token, url = bot.installed.bot_token, sandbox.api_url
        bolt = AsyncApp(client=AsyncWebClient(token, base_url=url))
        register_async(bolt)
        web = AsyncWebClient(bot.app_token, base_url=url)
        handler = AsyncSocketModeHandler(bolt, bot.app_token, web_client=web)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        while not ending.is_set():
            await asyncio.sleep(0.01)
        await handler.close_async()  # type: ignore[no-untyped-call]

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        bot.until(lambda: bool(sandbox.desk.post.sockets.of(bot.app.id)))
        yield bot
    finally:
        ending.set()
        thread.join()


@contextlib.contextmanager
def asgi(sandbox: Sandbox) -> Iterator[Bot]:
    """The asynchronous app behind an ASGI server."""
    listener = socket.create_server(("127.0.0.1", 0))
    bot = new_bot(sandbox, f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events")
    client = AsyncWebClient(bot.installed.bot_token, base_url=sandbox.api_url)
    bolt = AsyncApp(client=client, signing_secret=bot.app.signing_secret)
    register_async(bolt)
    config = uvicorn.Config(AsyncSlackRequestHandler(bolt), log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        assert wait_until(lambda: server.started, 30.0)
        yield bot
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


WAYS: dict[str, Running] = {
    "socket": socket_mode,
    "http": wsgi,
    "socket-async": socket_mode_async,
    "http-async": asgi,
}
