"""uvicorn's HTTP, with one thing more: a request may be answered by cutting the connection."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
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


_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: what is not sent yet is thrown away, and the other end gets an RST where a FIN would go."""


def abort(client: tuple[str, int], *, reset: bool = False) -> None:
    """End the connection with this client, if it is open; in the server's thread. `reset`: with an RST."""
    transport = _transports.pop(client, None)
    if transport is None:
        return
    if reset:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()


def forget(client: tuple[str, int]) -> None:
    """A connection that became a socket has ended: its own protocol does not tell the one before it."""
    _transports.pop(client, None)


async def cut(request: Request, error: Exception) -> Response:
    """Reset the connection of the request, and wait until the server knows: the answer goes nowhere then."""
    client = request.client
    transport = _transports.get((client.host, client.port)) if client else None
    if transport is not None:
        transport.abort()
    while not await request.is_disconnected():
        await asyncio.sleep(0)
    return Response()
