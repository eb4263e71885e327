"""Hears what other processes ring, on a thread of its own, whatever becomes of Redis."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from adapters.queue.bell import Bell
from adapters.queue.reach import Reach

AGAIN = 1.0
"""Seconds before it is tried again, where Redis cannot be used."""

ENDING = 2.0
"""Seconds that it may take to end; where Redis is silent, it is left behind."""

_LOG = logging.getLogger("incident.queue")


class Ear:
    """Rings `bell` whenever somebody rang the queue called `name` in the Redis at `url`.

    `turned` is told at every turn of its loop, whether Redis answers or not.
    """

    def __init__(
        self,
        url: str,
        name: str,
        bell: Bell,
        reach: Reach,
        turned: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._url, self._name, self._bell, self._reach = url, name, bell, reach
        self._turned = turned
        self._stop = Event()
        self._thread = Thread(target=self._run, name="ear", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(ENDING)

    def _run(self) -> None:
        from redis.exceptions import RedisError

        while not self._stopping():
            try:
                self._listen()
            except (RedisError, OSError) as error:
                self._answers(error)
            except Exception:  # noqa: BLE001 - the edge of a thread: workers look by themselves
                _LOG.exception("unexpected")
            self._stop.wait(AGAIN)

    def _listen(self) -> None:
        """Until it is to stop, or RQ gives up."""
        from adapters.queue.listener import Listener
        from adapters.queue.redis_queue import connect

        redis = connect(self._url)
        try:
            Listener(self._name, redis, self._bell, self._stopping, self._answers).work()
        finally:
            redis.close()

    def _stopping(self) -> bool:
        self._turned("ear")
        return self._stop.is_set()

    def _answers(self, error: BaseException | None) -> None:
        from adapters.queue.redis_queue import why

        if error is None:
            self._reach.back("ear")
        elif not self._stop.is_set():
            self._reach.lost("ear", f"Redis cannot be used: {why(error)}.")
