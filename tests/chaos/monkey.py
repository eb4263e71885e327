"""The monkey: does what the plan says to processes, servers and sockets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from redis.exceptions import RedisError

from tests.chaos.plan import Deed
from tests.chaos.world import World
from tests.servers.watchdog import wait_until
from tests.trials.proxy import Cut

CALL = 3.0
"""Seconds to wait for a call."""
HANGS = 6.0
"""Seconds for which there is no answer: longer than a call may take."""


def does(world: World, deed: Deed) -> None:
    """One deed of the plan."""
    _DEEDS[deed.what](world, *deed.words)


def everything_back(world: World) -> None:
    """Nothing is broken any more: what was taken away is there again, and nothing else goes wrong."""
    world.line.arm(None)
    world.slack.team.clear_faults()
    world.slack.control.bury(world.slack.told["app"])
    _redis_start(world)
    for name in world.processes.names:
        world.processes.go_on(name)
        world.processes.start(name)


def _postgres(world: World) -> None:
    """As in a crash: all its processes are killed at once, and it is begun again."""
    world.postgres.kill()
    world.postgres.restart()


def _redis_kill(world: World, _: str = "") -> None:
    world.redis.kill()


def _redis_start(world: World, _: str = "") -> None:
    try:
        assert world.redis.pid
    except RuntimeError:
        world.redis.restart()


def _flush(world: World) -> None:
    with suppress(RedisError), world.redis.client() as client:
        client.flushall()


def _sockets(world: World, how: str) -> None:
    app, control = world.slack.told["app"], world.slack.control
    if how == "refresh_requested":
        control.disconnect(app)
    else:
        control.bury(app)  # else those of every time before would take all that is typed
        control.drop(app, ghosts=how == "ghosts")


def _cut(world: World, words: str, how: str) -> None:
    world.line.arm(words, Cut[how])


def _fault(world: World, method: str, kind: str, when: str, skip: str, held: str) -> None:
    seconds = float(held) if kind == "ratelimited" else HANGS
    world.slack.team.fault(
        method,
        kind,  # type: ignore[arg-type]  # a plan is made of words
        after=when == "after",
        seconds=seconds,
        skip=int(skip),
    )


def _kill_in_call(world: World, method: str, *names: str) -> None:
    """Where no call is made for a while, they die outside of one."""
    team = world.slack.team
    before = _hanging(world)
    team.fault(method, "hang", after=True, seconds=HANGS)
    wait_until(lambda: _hanging(world) > before, CALL, every=0.02)
    for name in names:
        world.processes.kill(name)


def _hanging(world: World) -> int:
    return sum(call.outcome == "hang" for call in world.slack.team.calls())


def _end(world: World, name: str) -> None:
    world.processes.end(name)


def listening(world: World, bots: int) -> bool:
    """Wait until so many bots are connected; whether they are."""
    app = world.slack.told["app"]
    return wait_until(lambda: len(world.slack.control.connections(app)) >= bots, 60.0, every=0.05)


_DEEDS: dict[str, Callable[..., None]] = {
    "kill": lambda world, name: world.processes.kill(name),
    "kill-in-call": _kill_in_call,
    "start": lambda world, name: world.processes.start(name),
    "stop": lambda world, name: world.processes.stop(name),
    "continue": lambda world, name: world.processes.go_on(name),
    "end": _end,
    "postgres": _postgres,
    "redis-kill": _redis_kill,
    "redis-start": _redis_start,
    "flush": _flush,
    "sockets": _sockets,
    "cut": _cut,
    "fault": _fault,
}
UPSETS = frozenset({"kill", "kill-in-call", "stop", "continue", "end", "postgres", "cut", "fault"})
"""After these the end of a call may be unknown."""
