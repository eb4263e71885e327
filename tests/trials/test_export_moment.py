"""An export that is taken while eight processes write is the record as of one sequence, and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

from adapters.storage import chosen
from adapters.system import SystemClock, SystemIds
from incident_core import commands as c
from incident_core.record.document import Document, document
from incident_core.record.exports import from_csv, from_ndjson
from tests.cli.running import Program
from tests.trials.crowd import EIGHT
from tests.trials.history import ANN, WORKSPACE, opened, performing
from tests.trials.places import Place
from tests.trials.processes import context, ended, received, running

MANY = chosen.MOST + 20
"""More than one transaction reads."""

EXPORTS = 3
"""Of each kind in `make trials`, during which something was written; otherwise one."""


def test_incidents_and_timelines_are_of_one_moment_while_eight_processes_write(
    empty: Place, tmp_path: Path, rounds: int, figure: Callable[[str], None]
) -> None:
    """Each writer goes on in the oldest and the newest incidents in turns, and opens new ones."""
    program = Program(empty.url, {}, tmp_path)
    _fill(empty.url)
    with ExitStack() as stack:
        stop = context().Event()
        stack.callback(stop.set)
        crowd = [stack.enter_context(running(_write, empty.url, who, stop)) for who in range(EIGHT)]
        assert [next(received(pipe)) for _, pipe in crowd] == ["begun"] * EIGHT
        taken = _all_taken(program, empty, min(rounds, EXPORTS))
        stop.set()
        written = [sum(received(pipe)) for _, pipe in crowd]
        assert [ended(process) for process, _ in crowd] == [0] * EIGHT
    assert min(written) > 0
    log = _timeline(program)
    for incidents, events in taken:
        for found in incidents:
            _assert_as_of_one_sequence(empty, found, log)
        assert events == log[: len(events)]
    figure(f"{3 * len(taken)} exports of {MANY} incidents and more, {sum(written)} commands meanwhile")


def _all_taken(
    program: Program, place: Place, wanted: int
) -> list[tuple[list[list[Document]], list[Document]]]:
    """Exports, until during enough of them something was written."""
    taken: list[tuple[list[list[Document]], list[Document]]] = []
    met = 0
    while met < wanted:
        assert len(taken) < 10 * EXPORTS, "nobody writes meanwhile: this shows nothing"
        incidents, events, during = _taken(program, place)
        taken.append((incidents, events))
        met += during
    return taken


def _taken(program: Program, place: Place) -> tuple[list[list[Document]], list[Document], bool]:
    """Incidents as CSV and NDJSON, and events; whether each time something was written meanwhile."""
    heads = [_head(place)]
    incidents = [list(from_csv(_lines(program, "export")))]
    heads.append(_head(place))
    incidents.append(list(from_ndjson(_lines(program, "export --format ndjson"))))
    heads.append(_head(place))
    events = _timeline(program)
    heads.append(_head(place))
    return incidents, events, heads == sorted(set(heads))


def _assert_as_of_one_sequence(place: Place, found: list[Document], log: list[Document]) -> None:
    """The sum of the versions is that sequence; the versions, and what they hold, are those it had then."""
    versions = {str(each["key"]): each["version"] for each in found}
    upto = sum(int(str(each["version"])) for each in found)
    assert versions == Counter(str(event["key"]) for event in log[:upto])
    with opened(place.url) as database:
        for each in found:
            key, version = str(each["key"]), int(str(each["version"]))
            incident = database.reader.show(WORKSPACE, key, ANN, version)
            assert incident is not None
            assert each == document(incident)


def _timeline(program: Program) -> list[Document]:
    events = [json.loads(line) for line in _lines(program, "export --timeline --format ndjson")]
    assert [event["seq"] for event in events] == [*range(1, len(events) + 1)]
    return events


def _lines(program: Program, line: str) -> Iterator[str]:
    target = program.folder / "export.out"
    program(f"{line} --as ann -o {target}")
    with target.open(encoding="utf-8", newline="") as stream:
        yield from stream


def _head(place: Place) -> int:
    head: int = place.one("SELECT seq FROM log_head")
    return head


def _fill(url: str) -> None:
    with opened(url) as database:
        database.schema.upgrade()
        perform = performing(database.log, SystemClock(), SystemIds())
        for number in range(MANY):
            perform(c.Open(actor=ANN, at=SystemClock().now(), key=f"fill-{number}", title=f"number {number}"))


def _write(pipe: Connection, url: str, who: int, stop: Event) -> None:
    with opened(url) as database:
        perform = performing(database.log, SystemClock(), SystemIds())
        count = 0
        while not stop.is_set():
            for about in (f"INC-{who + 1}", f"INC-{MANY - who}", None):
                now, name = SystemClock().now(), f"{who}-{count}"
                if about is None:
                    perform(c.Open(actor=ANN, at=now, key=name, title=f"new {who}"))
                else:
                    perform(c.AddTask(actor=ANN, at=now, key=name, text="look"), about)
                count += 1
                if count == 1:
                    pipe.send("begun")
        pipe.send(count)
