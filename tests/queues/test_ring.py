"""A ring in Redis: a hundred are one, none that matters is lost, and nothing that Redis holds is run."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis
from rq import Queue

from adapters.bootstrap_queue import queue_name
from adapters.queue.bell import Bell
from adapters.queue.ear import Ear
from adapters.queue.reach import Reach
from adapters.queue.redis_queue import RedisQueue, connect
from tests.queues.station import LONG, until


@pytest.fixture
def name() -> str:
    """A queue of its own."""
    return f"incident-{uuid4().hex[:12]}"


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with closing(connect(redis_url)) as client:
        yield client


@contextmanager
def listening(url: str, name: str) -> Iterator[Bell]:
    """A bell that hears this queue."""
    bell = Bell()
    ear = Ear(url, name, bell, Reach())
    ear.start()
    try:
        yield bell
    finally:
        ear.stop()


def test_a_hundred_rings_at_once_are_one_job(redis_url: str, redis: Redis, name: str) -> None:
    def rings(_: int) -> None:
        with closing(connect(redis_url)) as own:
            for _ in range(25):
                RedisQueue(own, name).ring()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(rings, range(4)))
    assert Queue(name, connection=redis).job_ids == [name]


def test_a_ring_while_the_one_before_it_is_followed_is_heard_too(redis: Redis, name: str) -> None:
    """A worker that looked a moment ago looks again: what was committed since is found."""
    queue, ring = Queue(name, connection=redis), RedisQueue(redis, name).ring
    ring()
    taken = Queue.dequeue_any([queue], None, redis)
    assert taken is not None
    ring()
    assert queue.job_ids == [name]
    taken[0].delete(remove_from_queue=False)
    ring()
    assert queue.job_ids == [name]


def test_who_waits_hears_a_ring_and_it_is_gone_then(redis_url: str, redis: Redis, name: str) -> None:
    with listening(redis_url, name) as bell:
        for _ in range(3):
            RedisQueue(redis, name).ring()
            assert bell.wait(LONG)
            until(lambda: redis.llen(f"rq:queue:{name}:intermediate") == 0)
        assert Queue(name, connection=redis).job_ids == []


def test_a_process_whose_workers_are_all_busy_leaves_a_ring_to_others(
    redis_url: str, redis: Redis, name: str
) -> None:
    with listening(redis_url, name), listening(redis_url, name) as idle:
        RedisQueue(redis, name).ring()
        assert idle.wait(LONG), "the other bell has nobody who waits"


def test_two_deployments_on_one_redis_do_not_wake_each_other(redis_url: str, redis: Redis, name: str) -> None:
    with listening(redis_url, f"{name}-other") as other, listening(redis_url, name) as bell:
        RedisQueue(redis, name).ring()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(other.wait, LONG)
            assert bell.wait(LONG)
            assert not waiting.done()
            RedisQueue(redis, f"{name}-other").ring()
            assert waiting.result(LONG)


def test_the_queue_is_named_after_workspace_and_database_whoever_connects() -> None:
    one = queue_name("default", "postgresql://ann@db.example:5432/incidents")
    assert one == queue_name("default", "postgresql://bot@db.example:5432/incidents?sslmode=require")
    others = {
        queue_name("other", "postgresql://ann@db.example:5432/incidents"),
        queue_name("default", "postgresql://ann@db.example:5432/staging"),
        queue_name("default", "/var/lib/incidents.db"),
    }
    assert len({one, *others}) == 4
    assert all(len(each) == len("incident-") + 12 for each in others)


def test_whatever_a_job_says_is_only_a_ring(redis_url: str, redis: Redis, name: str, tmp_path: Path) -> None:
    """Whoever can write to Redis can wake workers, and has nothing run by them."""
    queue, made = Queue(name, connection=redis), tmp_path / "made"
    with listening(redis_url, name) as bell:
        queue.enqueue_call("pathlib.Path.touch", (made,), meta={"pickled": made})
        queue.enqueue_call("pathlib.Path.touch", (made,))
        assert bell.wait(LONG)
        RedisQueue(redis, name).ring()
        assert bell.wait(LONG), "it listens on after what it could not read"
        until(lambda: bell.wait(0.1) is not None and not queue.job_ids)
    assert not made.exists()


def test_a_worker_of_ours_is_known_to_redis_while_it_lives(redis_url: str, redis: Redis, name: str) -> None:
    queue = RedisQueue(redis, name)
    assert queue.listening() == 0
    with listening(redis_url, name):
        until(lambda: queue.listening() == 1)
    assert queue.listening() == 0
