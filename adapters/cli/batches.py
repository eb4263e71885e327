"""What is written some hundred at a time: whole batches are kept, and a person hears how many there were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.cli.progress import Told, progress
from incident_core.errors import OutcomeUnknown, Unavailable


class Counter:
    """How many incidents were written so far."""

    def __init__(self) -> None:
        self.written = 0


class _Unknown(OutcomeUnknown):
    """The answer to the last batch was lost."""

    def __init__(self, fault: OutcomeUnknown, sentence: str) -> None:
        super().__init__(fault.key)
        self.args = (sentence,)


@contextmanager
def batches(doing: str, done: str) -> Iterator[tuple[Counter, Told]]:
    """A counter to keep, and a function to tell how many are done, of how many.

    What ends it early says how many were written: Ctrl-C, Unavailable and OutcomeUnknown.
    """
    counter = Counter()

    def so_far(perhaps: str = "") -> str:
        return f"{incidents(counter.written)} {done} so far{perhaps}. The same command goes on from there."

    def interrupted() -> KeyboardInterrupt:  # it may have come after a commit, and before that was counted
        return KeyboardInterrupt(f"Interrupted; {so_far(', perhaps one batch more')}")

    try:
        with progress(doing) as told:
            yield counter, told
    except KeyboardInterrupt:
        raise interrupted() from None
    except OutcomeUnknown as fault:
        if isinstance(fault.__cause__, KeyboardInterrupt):  # it came while a batch was being committed
            raise interrupted() from None
        raise _Unknown(
            fault, f"Whether the last batch was written is not known; before it, {so_far()}"
        ) from None
    except Unavailable as fault:
        raise Unavailable(f"{fault} {so_far()}") from fault


def incidents(count: int) -> str:
    """1 incident, 2,000 incidents."""
    return f"{count:,} {'incident' if count == 1 else 'incidents'}"
