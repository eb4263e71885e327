"""The queue of one deployment in Redis, as RQ keeps it: at most one job waits in it, which stands for a ring.

Imported where there is a REDIS_URL, and something to ring or to hear.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, WatchError
from redis.retry import Retry
from rq import Queue, Worker, worker_registration

from incident_core.errors import Unavailable

TO_DO = "adapters.entrypoints.drain"
"""What a worker of RQ itself calls; ours does not look at it."""

FOR_EVER = -1
"""RQ's word for a job without a time limit: the job bounds itself."""

FAILED = 3600
"""Seconds for which Redis keeps what a job said that failed; the next ring makes it another."""

CONNECT, ANSWER = 1.0, 1.0
"""Seconds that Redis has for a connection, and for an answer."""


def connect(url: str, answer: float = ANSWER) -> Redis:
    """Redis at this address, connected at its first use. A lost connection is tried once more, at once."""
    retry = Retry(NoBackoff(), 1)
    return Redis.from_url(url, socket_connect_timeout=CONNECT, socket_timeout=answer, retry=retry)


@contextmanager
def translated() -> Iterator[None]:
    """Raises Unavailable for whatever Redis says; it quotes no password."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise Unavailable(f"Redis cannot be used: {why(error)}.") from error


def why(error: BaseException) -> str:
    """What went wrong, on one line."""
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


class RedisQueue:
    """The queue called `name`; every method raises Unavailable."""

    def __init__(self, redis: Redis, name: str) -> None:
        self.name = name
        self._redis = redis
        self._queue = Queue(name, connection=redis)

    def ring(self) -> None:
        """See to it that a ring waits, or was heard after this was called.

        A worker takes the job out of the list before it looks for work: what was committed before it was
        seen there is found. Whoever changes the list meanwhile rings too, or has just begun to look.
        """
        with translated(), self._redis.pipeline() as pipeline:
            pipeline.watch(self._queue.key)  # type: ignore[no-untyped-call]
            if pipeline.lpos(self._queue.key, self.name) is not None:
                return
            pipeline.multi()
            self._queue.enqueue_call(
                TO_DO,
                job_id=self.name,
                timeout=FOR_EVER,
                failure_ttl=FAILED,
                description="a ring",
                pipeline=pipeline,
            )
            try:
                pipeline.execute()
            except WatchError:
                return

    def listening(self) -> int:
        """How many processes hear it."""
        with translated():
            worker_registration.clean_worker_registry(self._queue)
            return Worker.count(queue=self._queue)

    def close(self) -> None:
        """Give the connection back."""
        self._redis.close()
