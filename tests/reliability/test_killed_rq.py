"""A worker of RQ that is killed in a call leaves it to others as long as its lease lasts, and no longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Program
from tests.integrations.standin import Fate, How, StandIn
from tests.queues.station import telling, until
from tests.queues.test_foreign import worker_of_rq
from tests.servers.watchdog import kill_family
from tests.worker.test_process import working


@pytest.fixture
def program_with_redis(postgresql_url: str, redis_url: str, receiver: StandIn, tmp_path: Path) -> Program:
    """The program on PostgreSQL, with Redis, and the receiver as its webhook."""
    return Program(postgresql_url, telling(receiver, redis_url), tmp_path)


def test_what_it_was_doing_is_done_by_another_and_nothing_is_told_twice(
    program_with_redis: Program, redis_url: str, receiver: StandIn
) -> None:
    """RQ itself would try again after some thirteen minutes: nobody waits for that."""
    told = program_with_redis
    receiver.tell(Fate(how=How.HANG))
    with worker_of_rq(told, redis_url) as worker:
        told("open slow --declare")
        until(lambda: len(receiver.received) == 1)
        kill_family(worker.pid)
    assert len(receiver.received) == 1
    with working(told):
        until(lambda: len(receiver.kept) == 3)
    assert receiver.versions == [1, 2, 3]
    assert len({request.key for request in receiver.received}) == 3
