"""The line between processes and PostgreSQL: it may lose the answer to a COMMIT, and outlives the server."""

from __future__ import annotations

import socket
from contextlib import suppress

from tests.trials.proxy import Proxy


class Line(Proxy):
    """A Proxy whose server may be away for a while: who comes then is sent away."""

    def _line(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            super()._line(client)
