"""`python -m bench.echo`: a plain Starlette server that does nothing, to compare the sandbox with.

It prints its port, answers any request with `ok` and any frame of a web socket with the same frame.
"""

from __future__ import annotations

import socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


async def answer(request: Request) -> Response:
    """Read the body, and say yes."""
    await request.body()
    return JSONResponse({"ok": True})


async def repeat(websocket: WebSocket) -> None:
    """Send back what comes."""
    await websocket.accept()
    try:
        while True:
            await websocket.send_text(await websocket.receive_text())
    except WebSocketDisconnect:
        return


def serve(application: Starlette) -> None:
    """On a free port, which is printed, until the process is ended; with the sandbox's own settings."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(
        application, http="h11", ws="websockets-sansio", ws_per_message_deflate=False, lifespan="off",
        log_config=None, access_log=False, server_header=False,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    anything = Route("/{rest:path}", answer, methods=["GET", "POST"])
    serve(Starlette(routes=[anything, WebSocketRoute("/echo", repeat)]))
