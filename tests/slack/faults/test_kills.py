"""A worker is killed (SIGKILL) while each of its calls is under way, before or after Slack has done it."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from tests.crashes.nursery import Nursery
from tests.databases import opened, sqlite_address
from tests.servers.watchdog import wait_until
from tests.slack.faults.enumerating import STORY, Repeats, faults, impossible, smooth, staged
from tests.slack.faults.scene import Scene
from tests.slack.faults.view import View, view
from tests.slack.faults.worker import DONE, Told, nursery

ALL = os.environ.get("INCIDENT_CRASHES") == "all"
FEW = 9
"""Of so many deaths a short run has one with `history` and one without."""

LONG = 60.0
"""Seconds that Slack would be silent, and within which everything has to happen."""


@pytest.fixture(scope="module")
def workers() -> Iterator[Nursery]:
    with nursery() as found:
        yield found


@pytest.fixture
def files(tmp_path: Path, sqlite_template: Path) -> Callable[[], str]:
    """Addresses of new databases with tables."""
    return lambda: sqlite_address(Path(shutil.copy(sqlite_template, tmp_path / f"{time.monotonic_ns()}.db")))


def born(workers: Nursery, scene: Scene, url: str) -> tuple[int, socket.socket]:
    """A worker that begins at once, and the line on which it says that it is done."""
    ahead = scene.slack.control.now() - time.time()
    told = Told.of(url, scene.slack.bot_token, scene.slack.api_url, scene.setup, ahead)
    return workers.born(told.text())


def hung(scene: Scene) -> bool:
    """Whether Slack is silent about a call."""
    return any(call.outcome == "hang" for call in scene.slack.team.calls())


def silent(scene: Scene, line: socket.socket) -> bool:
    """Wait until Slack is silent about a call; else the worker is done."""
    assert wait_until(lambda: hung(scene) or bool(select.select([line], [], [], 0)[0]), LONG, every=0.002)
    return hung(scene)


def killed(
    scene: Scene, workers: Nursery, url: str, step: str, method: str, number: int, after: bool
) -> View:
    """The step, in which a worker dies in this call; somebody else takes over, and brings it to an end."""
    scene.slack.team.fault(method, "hang", after=after, skip=number, seconds=LONG)
    STORY[step].act(scene)
    while True:
        pid, line = born(workers, scene, url)
        with closing(line):
            if silent(scene, line):
                os.kill(pid, signal.SIGKILL)
                assert line.recv(100) == b""
                break
            assert line.recv(100) == DONE
        assert scene.wait(), "nothing is left to do, and the call was not made"
    scene.settle()
    return view(scene)


@pytest.mark.parametrize("history", [True, False], ids=["history", "no history"])
@pytest.mark.parametrize("step", STORY)
def test_a_worker_that_dies_in_a_call_leaves_nothing_undone_and_nothing_twice(
    sandbox: Sandbox, workers: Nursery, files: Callable[[], str], step: str, history: bool
) -> None:
    """What was under way beside the call it dies in may be said again as well."""
    expected, calls = smooth(sandbox, step)
    found = [(*call, after) for call in calls for after in (False, True)]
    deaths = [each for each in found if not impossible(step, each[0], each[2])]
    first = (5 * list(STORY).index(step) + 3 * history) % min(FEW, len(deaths))
    wrong = []
    for method, number, after in deaths if ALL else deaths[first::FEW]:
        url = files()
        with closing(opened(url, mirrors=("slack",))) as database:
            scene = staged(sandbox, step, history=history, store=database)
            there = killed(scene, workers, url, step, method, number, after)
        said = faults(expected, there, repeats=Repeats(0 if history else 1, 1))
        wrong += [f"{method} {number}, {'after' if after else 'before'}: {each}" for each in said]
    assert not wrong, "\n".join(wrong)


def test_a_worker_that_nobody_kills_does_it_all(
    sandbox: Sandbox, workers: Nursery, files: Callable[[], str]
) -> None:
    url = files()
    with closing(opened(url, mirrors=("slack",))) as database:
        scene = staged(sandbox, "open", history=False, store=database)
        scene.open()
        _, line = born(workers, scene, url)
        with closing(line):
            assert line.recv(100) == DONE
        assert scene.settled
        assert len(scene.calls()) == 6
