"""The head of the log is noted once a day: a log that was rewritten as a whole is found against it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.queue.heads import Heads
from incident_core.testing.memory import Memory, MemoryLedger
from incident_core.testing.memory_clock import FrozenClock
from tests.record.logs import honest
from tests.servers.watchdog import wait_until


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "heads"


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _is_whole(path: Path) -> bool:
    """Whether it is there and its last line ends: it is there before anything is written."""
    return path.exists() and path.read_text().endswith("\n")


def test_it_is_noted_once_on_a_day_however_many_look(clock: FrozenClock, path: Path) -> None:
    log = honest()
    several = [Heads(MemoryLedger(log), clock, path) for _ in range(3)]
    assert [each.note() for each in several] == [True, False, False]
    clock.move(timedelta(days=1))
    assert [each.note() for each in several] == [True, False, False]
    noted = _lines(path)
    assert [line["seq"] for line in noted] == [log.head.seq] * 2
    assert {line["hash"] for line in noted} == {log.head.hash}
    assert noted[0]["noted_at"] != noted[1]["noted_at"]


def test_of_an_empty_log_there_is_nothing_to_note(clock: FrozenClock, path: Path) -> None:
    assert not Heads(MemoryLedger(Memory()), clock, path).note()
    assert not path.exists()


def test_a_line_that_was_cut_off_by_a_full_disk_stays_alone(clock: FrozenClock, path: Path) -> None:
    path.write_text('{"seq": 4, "cou')
    assert Heads(MemoryLedger(honest()), clock, path).note()
    cut, whole = path.read_text().splitlines()
    assert cut == '{"seq": 4, "cou'
    assert json.loads(whole)["hash"] == honest().head.hash


def test_where_it_cannot_be_written_that_is_logged_and_tried_again(
    clock: FrozenClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "away"
    heads = Heads(MemoryLedger(honest()), clock, folder / "heads", every=0.01)
    heads.start()
    wait_until(lambda: "is not noted in" in caplog.text, 10)
    folder.mkdir()
    wait_until(lambda: _is_whole(folder / "heads"), 10)
    heads.stop()
    assert len(_lines(folder / "heads")) == 1
