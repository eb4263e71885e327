"""One line to Slack: whole messages come out of it until it ends, and whatever ends it is noticed at once."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Timer
from typing import Any

from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, InvalidProxy, WebSocketException
from websockets.sync.client import ClientConnection, connect

from incident_core.errors import Unavailable

OPENING = 5.0
"""Seconds that opening may take, but for the name's look-up."""
CLOSING = 1.0
"""Seconds that Slack has to answer a close."""
LOOKS = 5
"""Looks at the other end in vain, after which it is not there any more."""
_NO_PROXY = "HTTPS_PROXY is not the address of a proxy: write http://HOST:PORT."


class Over(Exception):
    """The line has ended; what was to be sent may go over another."""


class Line:
    """Open once made; raises Unavailable where it cannot be. `ping`: seconds between two looks at the end.

    Messages are read by one thread; any thread may send and hang up. `over`: nothing can be sent any more,
    and `why`. For who keeps it: `taken` is one that answers go over, `leaving` is why Slack asks to leave it.
    """

    def __init__(self, url: str, *, ping: float, proxy: str | None, logger: logging.Logger) -> None:
        def patient(sock: socket.socket, protocol: ClientProtocol, **more: Any) -> ClientConnection:
            # Before anybody reads or writes: a peer that is frozen would hold a writer for ever, and with
            # it the pings that would have noticed.
            sock.settimeout(ping * LOOKS)
            return ClientConnection(sock, protocol, **more)

        try:
            self._connection = connect(
                url,
                proxy=proxy,
                compression=None,
                open_timeout=OPENING,
                close_timeout=CLOSING,
                ping_interval=ping,
                ping_timeout=ping * LOOKS,
                max_size=None,
                logger=logger,
                create_connection=patient,  # type: ignore[arg-type]  # a factory is as good as a class
            )
        except InvalidProxy as fault:  # its words have the password
            raise Unavailable(_NO_PROXY) from fault
        except (OSError, EOFError, WebSocketException) as fault:
            raise Unavailable(f"Slack cannot be reached: {str(fault) or type(fault).__name__}.") from fault
        self.over, self.why = False, ""
        self.taken, self.leaving = False, ""

    def messages(self) -> Iterator[str]:
        """Each that arrived whole, also those before a cut; ends with the line, and raises nothing."""
        try:
            while True:
                message = self._connection.recv()
                if isinstance(message, str):
                    yield message
        except ConnectionClosed as end:
            self.why = _in_words(end)
        finally:
            self.over = True

    def send(self, message: str) -> None:
        """Whole, or not at all; raises Over."""
        try:
            self._connection.send(message)
        except ConnectionClosed as end:
            self.over = True
            raise Over(_in_words(end)) from end

    def hang_up(self) -> None:
        """Take leave; where the other end says nothing, or somebody still writes to it in vain, cut it."""
        cutting = Timer(2 * CLOSING, self._cut)
        cutting.start()
        try:
            self._connection.close()
        finally:
            cutting.cancel()
            self.over = True

    def _cut(self) -> None:
        with suppress(OSError):
            self._connection.socket.shutdown(socket.SHUT_RDWR)


def _in_words(end: ConnectionClosed) -> str:
    cause = end.__cause__
    if isinstance(cause, TimeoutError):
        return "nothing was heard of Slack any more"
    if cause is not None:
        return str(cause) or type(cause).__name__
    return f"Slack closed it ({end.rcvd.code})" if end.rcvd is not None else "it was cut"
