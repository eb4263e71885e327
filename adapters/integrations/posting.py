"""One POST to one of these addresses: all its waits together end at one moment.

No second look-up, no redirect, no proxy, and of the answer no more than its head is read.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from io import BufferedReader, RawIOBase
from ssl import SSLCertVerificationError, SSLContext, SSLError
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import urlsplit

TRIED = 4
"""Addresses that are tried, at most."""

_HEAD = 65_536
"""Bytes of an answer that are read, at most."""


class NotSent(Exception):
    """Nothing was sent; the message says why, as the rest of a sentence about the receiver."""


class Unanswered(Exception):
    """Something was sent, and no answer was understood; the message is like that of NotSent."""


class Answer(NamedTuple):
    """The status, and the Retry-After as it was written."""

    status: int
    retry_after: str | None


class Receiver(NamedTuple):
    """The parts of an address: `host` as a name to look up, `name` as the Host header has it."""

    tls: bool
    host: str
    port: int
    name: str
    path: str

    @classmethod
    def of(cls, url: str) -> Receiver:
        """The parts of an http or https URL; raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise ValueError("This is no address to send to.")
        tls = parts.scheme == "https"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(tls, parts.hostname, parts.port or (443 if tls else 80), parts.netloc, path)


class Countdown:
    """The time that is left for everything together."""

    def __init__(self, seconds: float, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._end = now() + seconds

    def left(self) -> float:
        """Seconds above 0; raises TimeoutError where none are left."""
        left = self._end - self._now()
        if left <= 0:
            raise TimeoutError("the time is over")
        return left


def post(
    receiver: Receiver,
    addresses: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    countdown: Countdown,
    tls: SSLContext | None,
) -> Answer:
    """The answer; `tls` None sends in the clear. Raises NotSent and Unanswered, and nothing else."""
    with closing(_Line(_connected(receiver, addresses, countdown, tls), countdown)) as line:
        connection = HTTPConnection(receiver.host, receiver.port)
        connection.auto_open = 0
        connection.sock = line
        head = {"Host": receiver.name, "Connection": "close", **headers}
        try:
            connection.request("POST", receiver.path, body, head)
            with closing(connection.getresponse()) as response:
                return Answer(response.status, response.headers.get("Retry-After"))
        except (OSError, HTTPException) as fault:
            raise Unanswered(f"gave no answer ({_reason(fault)})") from None


class _Line:
    """What HTTPConnection uses of a socket, with the time that is left as the limit of every wait."""

    def __init__(self, connected: socket.socket, countdown: Countdown) -> None:
        self._socket = connected
        self._countdown = countdown

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._socket.settimeout(self._countdown.left())
            rest = rest[self._socket.send(rest) :]

    def makefile(self, mode: str) -> BufferedReader:
        return BufferedReader(_Head(self._socket, self._countdown), 1024)

    def close(self) -> None:
        self._socket.close()


class _Head(RawIOBase):
    """The beginning of an answer, as it comes in."""

    def __init__(self, connected: socket.socket, countdown: Countdown) -> None:
        self._socket = connected
        self._countdown = countdown
        self._left = _HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._countdown.left())
        count = self._socket.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count


def _connected(
    receiver: Receiver, addresses: Sequence[str], countdown: Countdown, tls: SSLContext | None
) -> socket.socket:
    """A connection to the first address that takes one; each gets its share of the time."""
    tried = addresses[:TRIED]
    fault: OSError = OSError("it has no address")
    for place, address in enumerate(tried):
        try:
            return _one(receiver, address, countdown.left() / (len(tried) - place), tls)
        except OSError as failed:
            fault = failed
    raise NotSent(f"cannot be reached ({_reason(fault)})")


def _one(receiver: Receiver, address: str, seconds: float, tls: SSLContext | None) -> socket.socket:
    countdown = Countdown(seconds)
    plain = socket.create_connection((address, receiver.port), timeout=countdown.left())
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is None:
            return plain
        plain.settimeout(countdown.left())
        return tls.wrap_socket(plain, server_hostname=receiver.host.rstrip("."))
    except OSError:
        plain.close()
        raise


def _reason(fault: OSError | HTTPException) -> str:
    """A few words of ours, or of the system's; never what the receiver sent."""
    if isinstance(fault, TimeoutError):
        return "it takes too long"
    if isinstance(fault, SSLCertVerificationError):
        return f"its certificate is not valid: {fault.verify_message}"
    if isinstance(fault, SSLError):
        return f"TLS failed: {fault.reason}"
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror
    return "it hung up" if isinstance(fault, ConnectionError) else "it does not speak HTTP"
