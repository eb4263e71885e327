"""The end of a run: all that checks look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tests.chaos.drawing import Drawing
from tests.chaos.journal import Journal
from tests.chaos.people import Crowd
from tests.chaos.record import Record
from tests.chaos.seen import Seen


@dataclass
class End:
    """`logs` is what each process has said; `wrong` what was noticed of them while they ran and ended."""

    crowd: Crowd
    record: Record
    seen: Seen
    drawing: Drawing
    journal: Journal
    logs: dict[str, str]
    wrong: list[str]
    held: int
    repeats: int = 0

    @cached_property
    def commands(self) -> dict[str, tuple[str, int, int]]:
        """Result, first and last version by command key."""
        rows = self.record.ask("SELECT key, result, first_version, last_version FROM commands")
        return {key: (result, first, last) for key, result, first, last in rows}

    @cached_property
    def events(self) -> dict[str, int]:
        """How many events each command key has."""
        return dict(self.record.ask("SELECT command_key, count(*) FROM events GROUP BY command_key"))

    @cached_property
    def texts(self) -> list[tuple[str, str]]:
        """Each text, with the command key of its event."""
        joined = "SELECT command_key, text FROM texts JOIN events USING (event_id)"
        return [(key, text) for key, text in self.record.ask(joined)]
