"""The composition of the queue: a bell inside this process, or one that is heard through Redis too."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from incident_core.errors import Unavailable

if TYPE_CHECKING:
    from adapters.queue.bell import Bell
    from adapters.queue.reach import Reach
    from adapters.queue.redis_queue import RedisQueue
    from adapters.queue.shared import SharedBell
    from adapters.settings import Settings


def bell_of_workers(
    settings: Settings,
    database: str,
    rang: Callable[[bool], object] = lambda _: None,
    turned: Callable[[str], object] = lambda _: None,
) -> Bell:
    """The bell of a process with workers, which hears what others ring; `database` is its name for people.

    `rang` is told of each ring for others whether it succeeded, and `turned` of each turn of what listens.
    Raises Unavailable where REDIS_URL is set, and the extra for it is not installed.
    """
    from adapters.queue.bell import Bell

    if not settings.redis_url:
        return Bell()
    _need("redis", "rq")
    from adapters.queue.ear import Ear
    from adapters.queue.reach import Reach

    reach = Reach()
    made = _shared(settings, database, reach, rang)
    made.ear = Ear(settings.redis_url, queue_name(settings.workspace, database), made, reach, turned)
    return made


def bell_of_commands(settings: Settings, database: str) -> Bell | None:
    """The bell of a command: it says nothing, since what it recorded is found anyway; None without Redis."""
    if not settings.redis_url:
        return None
    from adapters.queue.reach import Reach

    return _shared(settings, database, Reach(told=lambda _: None))


def queue_name(workspace: str, database: str) -> str:
    """What the queue is called in Redis: the same in all processes of one deployment, and in no other.

    Who connects to the database, and with which options, makes no difference.
    """
    from hashlib import sha256

    place = re.sub(r"//[^/@]*@", "//", database).partition("?")[0]
    return f"incident-{sha256(f'{workspace} {place}'.encode()).hexdigest()[:12]}"


def queue_found(settings: Settings, database: str) -> tuple[str, str] | None:
    """What a look at Redis finds: `ok`, `warning` or `bad`, and a sentence; None where none is set up."""
    if not settings.redis_url:
        return None
    from adapters.redis_url import shown

    try:
        _need("redis", "rq")
    except Unavailable as fault:
        return "bad", str(fault)
    from adapters.queue.looking import look

    state, what = look(settings.redis_url, queue_name(settings.workspace, database))
    return state, f"{shown(settings.redis_url)}: {what}"


def _shared(
    settings: Settings, database: str, reach: Reach, rang: Callable[[bool], object] = lambda _: None
) -> SharedBell:
    from adapters.queue.ringer import Ringer
    from adapters.queue.shared import SharedBell

    name = queue_name(settings.workspace, database)
    return SharedBell(Ringer(ring(settings.redis_url, name), reach, rang))


def ring(url: str, name: str) -> Callable[[], None]:
    """Rings that queue, which is imported and connected at the first ring; raises Unavailable."""
    made: list[RedisQueue] = []

    def once() -> None:
        if not made:
            from adapters.queue.redis_queue import RedisQueue, connect

            made.append(RedisQueue(connect(url), name))
        made[0].ring()

    return once


def _need(*modules: str) -> None:
    from importlib.util import find_spec

    for name in modules:
        if find_spec(name) is None:
            raise Unavailable(f"REDIS_URL needs {name}; run: pip install 'incident-core[redis]'")
