"""A backup that is taken while four processes write is one moment of the record, whole and sound."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

from adapters.system import SystemClock, SystemIds
from incident_core import commands as c
from tests.cli.running import Program
from tests.reliability.copying import restored, taken
from tests.servers.databases import Server
from tests.trials.history import ANN, opened, performing
from tests.trials.places import Place
from tests.trials.processes import context, ended, received, running
from tests.trials.soundness import assert_sound

WRITERS = 4
PAUSE = 0.01
"""Seconds between two commands of one of them: the backup has to get its turn on a small machine too."""
MEANWHILE = 8
"""Commands that are acknowledged before the backup begins, by each: nobody is still starting."""


def test_it_has_what_was_acknowledged_before_verifies_and_replays(
    told: Place, tmp_path: Path, postgres_server: Server, figure: Callable[[str], None]
) -> None:
    with ExitStack() as stack:
        stop = context().Event()
        stack.callback(stop.set)
        crowd = [stack.enter_context(running(_write, told.url, who, stop)) for who in range(WRITERS)]
        before = [next(received(pipe)) for _, pipe in crowd]
        first = _head(told)
        backup = taken(told, tmp_path)
        last = _head(told)
        stop.set()
        acknowledged = [next(received(pipe)) for _, pipe in crowd]
        assert [ended(process) for process, _ in crowd] == [0] * WRITERS
    copy = restored(told, backup, postgres_server)
    count = assert_sound(copy)
    assert first <= count <= last
    assert first < last, "nobody wrote while the backup was taken: this shows nothing"
    assert_sound(told)
    keys = {key for (key,) in copy.ask("SELECT key FROM commands")}
    for who, number in enumerate(before):
        assert {f"{who}-{each}" for each in range(number)} <= keys
    assert _events(told, upto=count) == _events(copy, upto=count)
    program = Program(copy.url, {}, tmp_path)
    program("db check")
    assert "none differed" in program("db rebuild --dry-run").out
    assert program("open 'It goes on'").out.startswith("INC-")
    assert assert_sound(copy) == count + 1
    figure(f"{told.kind}: {count} events in the backup, {sum(acknowledged)} commands by {WRITERS} writers")


def _head(place: Place) -> int:
    seq: int = place.one("SELECT seq FROM log_head")
    return seq


def _events(place: Place, upto: int) -> list[tuple[object, ...]]:
    return place.ask("SELECT seq, hash FROM events WHERE seq <= ? ORDER BY seq", upto)


def _write(pipe: Connection, url: str, who: int, stop: Event) -> None:
    """Open, and go on with INC-1, until told to stop; sends how many were acknowledged, twice."""
    with opened(url) as database:
        perform = performing(database.log, SystemClock(), SystemIds())
        count = 0
        while not stop.wait(PAUSE):
            now, name = SystemClock().now(), f"{who}-{count}"
            if count % 4:
                perform(c.AddTask(actor=ANN, at=now, key=name, text="look"), "INC-1")
            else:
                perform(c.Open(actor=ANN, at=now, key=name, title=f"new {who}"))
            count += 1
            if count == MEANWHILE:
                pipe.send(count)
        pipe.send(count)
