"""Socket Mode: up to ten sockets of each app, envelopes that go out on one of them, and what comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from adapters.sandbox.alarms import Alarms
from adapters.sandbox.server_protocol import abort, forget
from adapters.sandbox.world import World

CONNECTIONS_MAX = 10
LIFE = 18_060
"""Seconds after which Slack refreshes a socket, about; it says so in hello."""
DEBUG_LIFE = 360
"""The same where the address was asked for with debug_reconnects."""
GHOST_LIFE = 18_000
"""Seconds that a socket stays registered though its client is gone (python-slack-sdk issue 1940)."""
WARNED = 10
"""Seconds between the warning and the end."""

Acked = Callable[[str, Any], None]
Lost = Callable[["Connection"], None]


@dataclass(eq=False)
class Connection:
    """One open socket. `closing`: it gets no more envelopes. `ghost`: it does though its client is gone."""

    id: str
    app_id: str
    socket: WebSocket
    loop: asyncio.AbstractEventLoop
    client: tuple[str, int] = ("", 0)
    outbox: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    closing: bool = False
    ghost: bool = False
    buried: bool = False
    answers: list[dict[str, Any]] = field(default_factory=list)
    """What came that was no acknowledgement of anything."""
    disarms: list[Callable[[], None]] = field(default_factory=list)

    def send(self, frame: dict[str, Any]) -> None:
        """Put a frame on its way, from any thread."""
        text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
        self.loop.call_soon_threadsafe(self.outbox.put_nowait, text)

    def close(self) -> None:
        """Close it properly once everything before is sent, from any thread."""
        self.loop.call_soon_threadsafe(self.outbox.put_nowait, None)


class Sockets:
    """The sockets of every app of a world."""

    def __init__(self, world: World, alarms: Alarms, acked: Acked, lost: Lost) -> None:
        self._world, self._alarms = world, alarms
        self._acked, self._lost = acked, lost
        self._open: dict[str, list[Connection]] = {}
        self._turn = 0

    def of(self, app_id: str) -> list[Connection]:
        """The sockets of an app that take envelopes, the oldest first."""
        with self._world.lock:
            return [one for one in self._open.get(app_id, ()) if not one.closing]

    def next(self, app_id: str) -> Connection | None:
        """The socket whose turn it is; None if the app has none."""
        with self._world.lock:
            there = self.of(app_id)
            self._turn += 1
            return there[self._turn % len(there)] if there else None

    async def endpoint(self, socket: WebSocket) -> None:
        """`/link/`: one socket, from its ticket to its end."""
        with self._world.lock:
            app_id = self._world.tickets.pop(socket.query_params.get("ticket", ""), None)
        if app_id is None:
            await socket.close(4001, "link_expired")
            return
        await socket.accept()
        connection = Connection(self._world.ids.new("L"), app_id, socket, asyncio.get_running_loop())
        if socket.client is not None:
            connection.client = (socket.client.host, socket.client.port)
        if not self._admit(connection):
            await socket.send_json(
                {"type": "disconnect", "reason": "too_many_websockets", **_host(connection)}
            )
            await socket.close()
            return
        debug = socket.query_params.get("debug_reconnects") == "true"
        self._greet(connection, DEBUG_LIFE if debug else LIFE)
        await self._serve(connection)

    def _admit(self, connection: Connection) -> bool:
        with self._world.lock:
            there = self._open.setdefault(connection.app_id, [])
            if len(there) >= CONNECTIONS_MAX:
                return False
            there.append(connection)
            return True

    def _greet(self, connection: Connection, life: float) -> None:
        hello = {
            "type": "hello",
            "num_connections": len(self._open[connection.app_id]),
            "debug_info": {
                **_host(connection)["debug_info"],
                "build_number": 1,
                "approximate_connection_time": life,
            },
            "connection_info": {"app_id": connection.app_id},
        }
        connection.send(hello)
        connection.disarms = [
            self._alarms.after(life - WARNED, lambda: self.disconnect(connection, "warning")),
            self._alarms.after(life, lambda: self.disconnect(connection, "refresh_requested")),
        ]

    async def _serve(self, connection: Connection) -> None:
        writer = asyncio.create_task(_write(connection))
        try:
            while True:
                self._received(connection, await connection.socket.receive_text())
        except (WebSocketDisconnect, RuntimeError, KeyError):
            pass  # It was closed by either side, or the other side sent bytes instead of text.
        finally:
            writer.cancel()
            self._forget(connection)

    def _received(self, connection: Connection, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            frame = {"not_json": text}
        if isinstance(frame, dict) and isinstance(frame.get("envelope_id"), str):
            self._acked(frame["envelope_id"], frame.get("payload"))
        else:
            connection.answers.append(frame if isinstance(frame, dict) else {"not_an_object": frame})

    def _forget(self, connection: Connection) -> None:
        if connection.ghost:
            self._alarms.after(GHOST_LIFE, lambda: self._bury(connection))
        else:
            self._remove(connection)

    def _bury(self, connection: Connection) -> None:
        with self._world.lock:
            late, connection.buried = connection.buried, True
        if not late:
            self._remove(connection)

    def _remove(self, connection: Connection) -> None:
        with self._world.lock:
            connection.closing = True
            self._open[connection.app_id].remove(connection)
        forget(connection.client)
        for disarm in connection.disarms:
            disarm()
        self._lost(connection)

    def drop(self, app_id: str, *, ghosts: bool = False, reset: bool = False) -> int:
        """Cut every socket of the app without a word, as a broken network does; answers how many.

        `ghosts`: Slack does not notice for hours: they count, and swallow their share of envelopes.
        `reset`: the other end gets an RST, not a FIN.
        """
        every = self.of(app_id)
        for connection in every:
            connection.ghost, connection.closing = ghosts, not ghosts
            connection.loop.call_soon_threadsafe(partial(abort, connection.client, reset=reset))
        return len(every)

    def bury(self, app_id: str) -> int:
        """Slack notices the app's ghosts: they count no more; answers how many."""
        with self._world.lock:
            every = [one for one in self._open.get(app_id, ()) if one.ghost and not one.buried]
        for connection in every:
            self._bury(connection)
        return len(every)

    def disconnect(self, connection: Connection, reason: str) -> None:
        """Say `disconnect`: warning (it goes on for ten seconds), refresh_requested or link_disabled."""
        connection.send({"type": "disconnect", "reason": reason, **_host(connection)})
        connection.closing = True
        if reason == "warning":
            connection.disarms.append(self._alarms.after(WARNED, connection.close))
        else:
            connection.close()

    def disconnect_all(self, app_id: str, reason: str) -> int:
        """The same to every socket of the app; answers how many."""
        every = self.of(app_id)
        for connection in every:
            self.disconnect(connection, reason)
        return len(every)


def _host(connection: Connection) -> dict[str, Any]:
    return {"debug_info": {"host": f"applink-{connection.id.lower()}"}}


async def _write(connection: Connection) -> None:
    """Send what is put into the outbox, until it ends or the other side is gone."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while (text := await connection.outbox.get()) is not None:
            await connection.socket.send_text(text)
        await connection.socket.close()
