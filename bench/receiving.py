"""A receiver of webhooks in a process of its own: it answers each POST, and tells how fast they came.

No answer goes out until as many as are expected side by side are waiting for one: starting takes a worker a
while, and is no part of what is measured.
"""

from __future__ import annotations

import asyncio
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter

LONGEST = 300.0
"""Seconds after which something is wrong."""

Document = tuple[dict[str, str], bytes]
"""The headers and the body of a request."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came, once for each key, and the seconds from the first answer to the last."""

    documents: tuple[Document, ...]
    seconds: float

    @property
    def rate(self) -> float:
        """Documents a second."""
        return len(self.documents) / self.seconds


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where to send to; `came` waits until everything was answered."""

    url: str
    told: Connection

    def came(self) -> Came:
        """Raises SystemExit where it does not come."""
        if not self.told.poll(LONGEST):
            raise SystemExit(f"Not everything was received within {LONGEST:.0f} seconds.")
        came = self.told.recv()
        assert isinstance(came, Came)
        return came


@contextmanager
def receiving(expected: int, *, at_once: int, latency: float) -> Iterator[Receiver]:
    """Receives `expected` documents, `at_once` of them side by side; `latency` is in seconds."""
    spawned = get_context("spawn")
    ours, theirs = spawned.Pipe()
    process = spawned.Process(target=_receive, args=(theirs, expected, at_once, latency), daemon=True)
    process.start()
    try:
        yield Receiver(f"http://127.0.0.1:{ours.recv()}/hook", ours)
    finally:
        process.kill()
        process.join()


def _receive(told: Connection, expected: int, at_once: int, latency: float) -> None:
    asyncio.run(_Receiving(expected, at_once, latency).run(told))


@dataclass
class _Receiving:
    expected: int
    at_once: int
    latency: float
    kept: dict[str, Document] = field(default_factory=dict)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    complete: asyncio.Event = field(default_factory=asyncio.Event)
    began: float = 0.0

    async def run(self, told: Connection) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, backlog=128)
        told.send(server.sockets[0].getsockname()[1])
        await self.complete.wait()
        told.send(Came(tuple(self.kept.values()), perf_counter() - self.began))
        await asyncio.Event().wait()  # until killed: what is asked again is answered again

    async def _talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            while await self._answered(reader, writer):
                pass
        except (IncompleteReadError, ConnectionError):  # it hung up
            pass
        finally:
            writer.close()

    async def _answered(self, reader: StreamReader, writer: StreamWriter) -> bool:
        """Take one request; whether another may follow on this connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode().split("\r\n")[1:-2]
        headers = dict(line.split(": ", 1) for line in lines)
        body = await reader.readexactly(int(headers["Content-Length"]))
        self.kept.setdefault(headers["Idempotency-Key"], (headers, body))
        await self._turn()
        if self.latency:
            await asyncio.sleep(self.latency)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        if len(self.kept) >= self.expected:
            self.complete.set()
        return headers.get("Connection") != "close"

    async def _turn(self) -> None:
        """Wait until all are there."""
        if not self.opened.is_set() and len(self.kept) >= min(self.at_once, self.expected):
            self.began = perf_counter()
            self.opened.set()
        await self.opened.wait()
