"""`python -m bench.watched WORDS …` is `incident WORDS …` in a process that says what it used.

At each SIGUSR1 it writes a line: the seconds of CPU until now, user and system, and the statements that it
sent to SQLite, BEGIN and COMMIT among them; what another database is sent, its server knows.
"""

from __future__ import annotations

import os
import signal
from time import process_time
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from adapters.entrypoints import main

_sent: list[str] = []


def _trace(connection: Any, _: object) -> None:
    if hasattr(connection, "set_trace_callback"):
        connection.set_trace_callback(_sent.append)


def _say(*_: object) -> None:
    os.write(1, f"{process_time()} {len(_sent)}\n".encode())


if __name__ == "__main__":
    event.listen(Pool, "connect", _trace)
    signal.signal(signal.SIGUSR1, _say)
    main()
