"""A look at Redis, for whoever checks the installation."""

from __future__ import annotations

from adapters.queue.redis_queue import RedisQueue, connect
from adapters.queue.threads import POLL
from incident_core.errors import Unavailable


def look(url: str, name: str) -> tuple[str, str]:
    """`ok` or `warning`, and a sentence about the queue called `name`, which it rings once."""
    queue = RedisQueue(connect(url), name)
    try:
        queue.ring()
        listening = queue.listening()
    except Unavailable as fault:
        return "warning", f"{fault} Commands are recorded, and workers look every {POLL:.0f} seconds."
    finally:
        queue.close()
    who = {0: "nobody listens yet", 1: "1 process listens"}.get(listening, f"{listening} processes listen")
    return "ok", f"queue {name}, {who}"
