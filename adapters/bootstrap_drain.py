"""The composition of one job in a worker of RQ: it works for a while, and rings again where there is more.

The database is opened and closed here. So nothing of it is there when such a worker forks for its next job,
and no two processes share a connection.
"""

from __future__ import annotations

from contextlib import closing

from redis import Redis
from rq import get_current_job

from adapters.bootstrap import Working, opened, outside
from adapters.bootstrap_policy import mark, policy
from adapters.bootstrap_queue import queue_name
from adapters.queue.redis_queue import RedisQueue
from adapters.settings import Settings
from adapters.system import SystemClock, SystemIds
from incident_core.errors import Invalid

SECONDS, CLAIMS = 20.0, 200
"""How long one job works, and how many claims it settles, at most: whoever else waits has a turn."""


def drained(settings: Settings, seconds: float = SECONDS, claims: int = CLAIMS) -> None:
    """Do what is due; raises Invalid where these settings are those of another queue, and Unavailable."""
    clock, rules = SystemClock(), policy(settings)
    with closing(opened(settings, SystemIds(), rules)) as database:
        (redis, queue), name = _job(), queue_name(settings.workspace, database.name)
        working = Working(database, outside(settings, clock), clock, mark(rules), settings)
        if queue != name:
            raise Invalid("queue", f"This ring is for {queue}, and these settings are those of {name}.")
        more = working.drain(seconds, claims)
    if more:
        RedisQueue(redis, name).ring()


def _job() -> tuple[Redis, str]:
    """Where the job that runs came from; raises Invalid outside of one."""
    job = get_current_job()
    if job is None:
        raise Invalid("queue", "This is a job of RQ, and no worker of RQ has called it.")
    return job.connection, job.origin
