"""The composition of one job in a worker of RQ: it works for a while, and rings again where there is more.

The database is opened and closed here. So nothing of it is there when such a worker forks for its next job,
and no two processes share a connection. Nobody can ask such a process how it is: it is gone too soon, and
writes what it does to the log.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from redis import Redis
from rq import get_current_job

from adapters.bootstrap import Working, mirror_names, opened, outside
from adapters.bootstrap_ops import ops_of
from adapters.bootstrap_policy import mark, policy
from adapters.bootstrap_queue import queue_name
from adapters.ops.logs import as_guest
from adapters.queue.redis_queue import RedisQueue
from adapters.settings import Settings
from adapters.system import SystemClock, SystemIds
from incident_core.errors import Invalid

SECONDS, CLAIMS = 20.0, 200
"""How long one job works, and how many claims it settles, at most: whoever else waits has a turn."""


def drained(settings: Settings, seconds: float = SECONDS, claims: int = CLAIMS) -> None:
    """Do what is due; raises Invalid where these settings are those of another queue, and Unavailable."""
    clock, rules = SystemClock(), policy(settings)
    log = as_guest(settings.log_format, settings.log_level)
    with log, closing(opened(settings, SystemIds(), rules)) as database:
        ops = ops_of(replace(settings, ops_address=""), database, mirror_names(settings))
        (redis, queue), name = _job(), queue_name(settings.workspace, database.name)
        mirrors = outside(settings, clock, told=ops.slack)
        working = Working(database, mirrors, clock, mark(rules), settings, ops)
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
