"""What is written some hundred at a time says how far it came, however it ended."""

from __future__ import annotations

import pytest

from adapters.cli.batches import batches
from incident_core.errors import OutcomeUnknown, Unavailable

GOES_ON = "The same command goes on from there."


def end_with(fault: BaseException, cause: BaseException | None = None) -> None:
    """Five hundred are written, and then this happens."""
    with batches("making up", "made up") as (counter, _):
        counter.written = 500
        raise fault from cause


INTERRUPTED = rf"^Interrupted; 500 incidents made up so far, perhaps one batch more\. {GOES_ON}$"


def test_ctrl_c_may_have_come_before_the_last_batch_was_counted() -> None:
    with pytest.raises(KeyboardInterrupt, match=INTERRUPTED):
        end_with(KeyboardInterrupt())


def test_ctrl_c_while_a_batch_is_committed_is_an_interruption_too() -> None:
    with pytest.raises(KeyboardInterrupt, match=INTERRUPTED):
        end_with(OutcomeUnknown("key"), KeyboardInterrupt())


def test_an_answer_that_was_lost_is_told_as_such() -> None:
    with pytest.raises(
        OutcomeUnknown, match=r"^Whether the last batch was written is not known; before it, 500"
    ):
        end_with(OutcomeUnknown("key"), ConnectionError())


def test_a_database_that_went_away() -> None:
    with pytest.raises(Unavailable, match=rf"^It is gone\. 500 incidents made up so far\. {GOES_ON}$"):
        end_with(Unavailable("It is gone."))
