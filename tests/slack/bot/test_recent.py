"""What people opened a moment ago is remembered, and no more of it than helps."""

from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta

from adapters.slack.bot.recent import EACH, Opened, Recent

BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _opened(number: int) -> Opened:
    return Opened(f"INC-{number}", BEGAN + timedelta(minutes=number), f"command-{number}")


def _remembered() -> int:
    gc.collect()
    return sum(isinstance(each, Opened) for each in gc.get_objects())


def test_a_program_that_opens_the_same_for_days_is_told_of_the_first_of_five_minutes_and_fills_nothing() -> (
    None
):
    recent, before = Recent(), _remembered()
    told = [recent.before("slack:U1", "Disk full", _opened(number)) for number in range(10 * EACH)]
    assert told == [None, *("INC-0",) * 5, *(f"INC-{number - 5}" for number in range(6, 10 * EACH))]
    assert _remembered() - before == EACH


def test_a_command_that_comes_again_is_told_the_same_and_is_no_second_one() -> None:
    recent = Recent()
    assert recent.before("slack:U1", "Disk full", _opened(0)) is None
    for _ in range(2):
        assert recent.before("slack:U1", "disk  FULL", _opened(1)) == "INC-0"
    assert recent.before("slack:U1", "Disk full", _opened(0)) is None
    assert recent.before("slack:U2", "Disk full", _opened(2)) is None
