"""Work that follows an answer: done by a few threads, begun when Slack has the answer, and bounded."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import BoundedSemaphore, local

_LOG = logging.getLogger("incident.slack")
Job = Callable[[], object]


_ASIDE = 2


class Pool:
    """`threads` work at the same time; of more than `most` that wait, the newest is dropped, and logged."""

    def __init__(self, threads: int = 4, most: int = 500) -> None:
        self._answers = ThreadPoolExecutor(threads, thread_name_prefix="answers")
        self._aside = ThreadPoolExecutor(_ASIDE, thread_name_prefix="files")
        self._room = BoundedSemaphore(most)
        self._held = local()
        self.closed = False

    def put(self, job: Job) -> None:
        """Do this when the thread that is answering now calls `release`: its answer is on the way then."""
        self._waiting().append(job)

    def release(self) -> None:
        """The answer was sent: begin what this thread has put."""
        waiting = self._waiting()
        jobs, waiting[:] = list(waiting), []
        for job in jobs:
            self.start(job)

    def start(self, job: Job) -> bool:
        """Begin now; False where it was dropped."""
        return self._begin(self._answers, job)

    def aside(self, job: Job) -> bool:
        """The same for what may take long: a person who waits for a form does not wait behind it."""
        return self._begin(self._aside, job)

    def _begin(self, executor: ThreadPoolExecutor, job: Job) -> bool:
        if self.closed or not self._room.acquire(blocking=False):
            _LOG.warning(
                "Too much is waiting to be answered in Slack, or the bot is ending: an answer was dropped."
            )
            return False
        executor.submit(copy_context().run, self._do, job)  # what it follows from is known in the log
        return True

    def close(self) -> None:
        """Finish what has begun, and begin nothing more."""
        self.closed = True
        for executor in (self._answers, self._aside):
            executor.shutdown(wait=True, cancel_futures=True)

    def _do(self, job: Job) -> None:
        try:
            job()
        except Exception:  # noqa: BLE001 - the edge of a thread: whatever it is, the next job has to be done
            _LOG.exception("What follows an answer in Slack failed.")
        finally:
            self._room.release()

    def _waiting(self) -> list[Job]:
        found: list[Job] | None = getattr(self._held, "jobs", None)
        if found is None:
            found = self._held.jobs = []
        return found
