"""Workers of RQ itself on our queue: a ring is a job by its dotted name, which works for a while."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from rq import Queue

from adapters.bootstrap_drain import drained
from adapters.queue.redis_queue import TO_DO, connect
from incident_core.errors import Invalid
from tests.cli.running import Program
from tests.integrations.standin import StandIn
from tests.queues.station import LONG, queue_of, settings_of, until, working
from tests.servers.databases import connect as connect_database
from tests.slack.stories.process import free_address

RQ = Path(sys.executable).with_name("rq")
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextmanager
def worker_of_rq(program: Program, redis_url: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """`rq worker`, which forks for each job, with the settings of this program."""
    command = [str(RQ), "worker", "--url", redis_url, *words, queue_of(program)]
    with (program.folder / "rq").open("wb") as log:
        begun = subprocess.Popen(
            command, env=program.environ(), cwd=program.folder, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield begun
    finally:
        begun.kill()
        begun.wait(LONG)


def test_a_forking_worker_does_what_is_due_and_no_connection_outlives_its_fork(
    told_postgresql: Program, redis_url: str, receiver: StandIn
) -> None:
    told = told_postgresql
    told.settings |= {"LOG_FORMAT": "json", "LOG_LEVEL": "info", "OPS_ADDRESS": free_address()}
    with worker_of_rq(told, redis_url, "--max-jobs", "2") as worker:
        told("open slow --declare")
        until(lambda: receiver.versions == [1, 2, 3])
        until(lambda: connections(told.url) == 0)
        told("resolve 1")
        until(lambda: receiver.versions == [1, 2, 3, 4])
        assert worker.wait(LONG) == 0
    said = (told.folder / "rq").read_text(encoding="utf-8")
    assert re.findall("[Ee]rror", said) == []
    calls = [json.loads(line) for line in said.splitlines() if '"incident.mirror"' in line]
    assert [(each["incident"], each["version"], each["ended"]) for each in calls][-1] == ("INC-1", 4, "done")
    assert "slow" not in said


def connections(url: str) -> int:
    """How many the database has, but for ours."""
    with closing(connect_database(url)) as connection, connection.cursor() as cursor:
        cursor.execute(OTHERS)
        return int(cursor.fetchone()[0])


def test_a_round_ends_after_so_many_claims_and_says_whether_there_may_be_more(
    told: Program, receiver: StandIn
) -> None:
    for number in range(5):
        told(f"open number-{number}")
    with working(told) as made:
        assert made.drain(LONG, 2)
        assert len(receiver.kept) == 2
        assert made.drain(0, 2)
        assert len(receiver.kept) == 2, "there was no time"
        assert made.drain(LONG, 2)
        assert not made.drain(LONG, 2)
    assert len(receiver.kept) == len(receiver.received) == 5


@pytest.fixture
def queue(told: Program, redis_url: str) -> Iterator[Queue]:
    """The queue of this program, empty."""
    with closing(connect(redis_url)) as redis:
        found = Queue(queue_of(told), connection=redis)
        found.empty()  # type: ignore[no-untyped-call]
        yield found


@pytest.fixture
def environment(told: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process, as if it was a worker of RQ with the settings of the program."""
    monkeypatch.chdir(told.folder)
    for name, value in told.environ().items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("environment")
def test_a_job_that_leaves_something_undone_rings_for_the_next(
    told: Program, queue: Queue, receiver: StandIn
) -> None:
    for number in range(5):
        told(f"open number-{number}")
    queue.empty()  # type: ignore[no-untyped-call]
    queue.enqueue_call("tests.queues.jobs.two_claims").perform()
    assert len(receiver.kept) == 2
    (ring,) = [job for job in queue.jobs if job.func_name == TO_DO]
    ring.perform()
    assert len(receiver.kept) == 5


@pytest.mark.usefixtures("environment")
def test_a_job_that_leaves_nothing_undone_does_not_ring(
    told: Program, queue: Queue, receiver: StandIn
) -> None:
    told("open slow")
    queue.empty()  # type: ignore[no-untyped-call]
    queue.enqueue_call("tests.queues.jobs.two_claims").perform()
    assert len(receiver.kept) == 1
    assert [job.func_name for job in queue.jobs] == ["tests.queues.jobs.two_claims"]


@pytest.mark.usefixtures("environment")
def test_a_worker_with_the_settings_of_another_deployment_does_nothing_and_says_so(
    told: Program, queue: Queue, redis_url: str, receiver: StandIn
) -> None:
    told("open slow")
    other = Queue(f"{queue.name}-other", connection=queue.connection)
    with pytest.raises(Invalid, match=f"This ring is for {queue.name}-other, and these settings are those"):
        other.enqueue_call(TO_DO).perform()
    assert receiver.received == []
    other.delete()


def test_outside_of_a_worker_of_rq_the_job_says_what_it_is(told: Program) -> None:

    with pytest.raises(Invalid, match="no worker of RQ has called it"):
        drained(settings_of(told))
