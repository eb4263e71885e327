"""RQ's SimpleWorker as an ear: a job is a ring, whatever it says, and nothing that Redis holds is run.

So whoever can write to Redis can wake us, and do nothing else. It runs in a thread, and leaves signals alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker, worker_registration
from rq.exceptions import StopRequested
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.timeouts import BaseDeathPenalty
from rq.utils import now

from adapters.queue.bell import Bell

TTL = 16
"""Seconds after which Redis forgets a worker; RQ waits 15 less for a job before it looks around."""

LOOK = 1.0
"""Seconds between two looks at whether it is to stop."""

_SILENT = logging.getLogger("incident.queue.rq")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


class NoLimit(BaseDeathPenalty):  # type: ignore[misc, unused-ignore]
    """A ring takes no time; and a thread could have no alarm."""

    def setup_death_penalty(self) -> None: ...
    def cancel_death_penalty(self) -> None: ...


class Listener(SimpleWorker):
    """Hears the queue called `name` until `stopping`; `heard` is told whether Redis answers.

    It takes a ring out of Redis only while somebody in this process waits for one.
    """

    death_penalty_class = NoLimit
    max_connection_wait_time = LOOK

    def __init__(
        self,
        name: str,
        connection: Redis,
        bell: Bell,
        stopping: Callable[[], bool],
        answers: Callable[[RedisError | None], None],
    ) -> None:
        self._bell, self._stopping, self._answers = bell, stopping, answers
        super().__init__([name], connection=connection, worker_ttl=TTL, serializer=JSONSerializer)
        self.log = _SILENT

    def bootstrap(self, *_: Any, **__: Any) -> None:
        """Be known to `rq info`; RQ's own would open a log, and take commands from Redis."""
        self.register_birth()  # type: ignore[no-untyped-call]

    def dequeue_job_and_maintain_ttl(self, *args: Any, **named: Any) -> tuple[Job, Queue] | None:
        """The next ring, once somebody here is free to follow it."""
        while not self._bell.free(LOOK):
            self.heartbeat()
        return super().dequeue_job_and_maintain_ttl(*args, **named)

    def heartbeat(self, *args: Any, **named: Any) -> None:
        """Say that it is there; raises StopRequested once it should not be."""
        if self._stopping():
            raise StopRequested
        try:
            if not self.connection.exists(self.key):  # it was flushed, or began anew
                self.register_birth()  # type: ignore[no-untyped-call]
            super().heartbeat(*args, **named)
        except RedisError as error:
            self._answers(error)
            raise
        self._answers(None)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Ring here."""
        self._bell.wake_here()
        queue.intermediate_queue.remove(job.id)

    def run_maintenance_tasks(self) -> None:
        """Forget workers that are gone, and rings they took along; RQ's own would run what jobs name."""
        for queue in self.queues:
            worker_registration.clean_worker_registry(queue)
            self.connection.delete(queue.intermediate_queue_key)
        self.last_cleaned_at = now()  # type: ignore[assignment]

    def check_for_suspension(self, burst: bool) -> None:
        """Whoever suspends workers of RQ means jobs: ours look for work all the same."""

    def procline(self, message: str) -> None:
        """The process keeps its name."""

    def _install_signal_handlers(self) -> None:
        """The process has its own."""
