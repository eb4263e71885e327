"""uvicorn's HTTP, with one thing more: a request may be answered by cutting the connection."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_transports: dict[tuple[str, int], asyncio.Transport] = {}
"""The open connections of this process, by where they come from."""


class Cut(Exception):
    """Raised by an endpoint that answers nothing: the connection is reset."""


class CuttableProtocol(H11Protocol):
    """Remembers its connection while it is open."""

    def connection_made(self, transport: Any) -> None:
        """A client has connected."""
        super().connection_made(transport)
        if self.client is not None:
            _transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone, or was cut off."""
        if self.client is not None:
            _transports.pop(self.client, None)
        super().connection_lost(exc)


class Cutting:
    """The application around `app` that turns Cut into a connection that is reset."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's request."""
        try:
            await self._app(scope, receive, send)
        except Cut:
            await _cut(tuple(scope["client"]), receive)


async def _cut(client: tuple[str, int], receive: Receive) -> None:
    """Reset, and wait until the server has noticed: it would answer 500 otherwise."""
    transport = _transports.get(client)
    if transport is not None:
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
