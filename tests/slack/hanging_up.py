"""Ending a bot at once: left alone it waits three seconds for a silent socket, and one for its own queue."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from adapters.sandbox import Slack
from adapters.slack.sockets import Sockets


def hang_up(slack: Slack, stop: Callable[[], None], front: object) -> None:
    """`stop` ends what listens on `front`, while the sandbox cuts its sockets and its queue gets an end."""
    stopping = Thread(target=stop)
    stopping.start()
    while stopping.is_alive():
        slack.control.drop(slack.app.id)
        if isinstance(front, Sockets):
            front._handler.client.message_queue.put(None)
        stopping.join(0.01)
