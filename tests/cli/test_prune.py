"""Pruning from the command line: first said, then done, and never noticed by anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from adapters.bootstrap import app
from adapters.cli.app import App
from adapters.settings import Settings
from adapters.system import SystemClock
from incident_core.errors import Unavailable
from incident_core.ports.pruning import Pruned, Pruning
from incident_core.testing.memory import FrozenClock
from tests.cli.running import Program

NOTHING = "unchanged: nothing is there that nobody needs"


def later(days: float) -> FrozenClock:
    """A clock that is so many days ahead."""
    clock = FrozenClock()
    clock.move_to(SystemClock().now() + timedelta(days=days))
    return clock


@pytest.fixture
def old(incident: Program) -> Program:
    """The incident, with three more commands, as it is seen 91 days later."""
    incident("update 1 'We are on it'")
    incident("severity 1 sev2 --key raised")
    incident("reopen 1 --reason x")
    incident.compose = lambda settings: replace(app(settings), clock=later(91))
    return incident


def test_what_would_go_is_said_first_and_goes_when_asked_once(old: Program) -> None:
    before = old("timeline 1").out, old("show 1 --json").json["version"]
    would = old("db prune").out
    assert would == f"3 answers to commands would go; add --write to remove them ({old.file}).\n"
    assert old("db prune").out == would
    assert old("db prune --write").out == f"3 answers to commands removed ({old.file}).\n"
    assert old("db prune --write").out == f"{NOTHING} ({old.file}).\n"
    assert (old("timeline 1").out, old("show 1 --json").json["version"]) == before
    assert old("audit verify").out.startswith("the whole log: ")
    assert "none differed" in old("db rebuild --dry-run").out
    assert old("db check").code == 0


def test_what_is_younger_than_asked_for_stays_and_is_answered_as_before(old: Program) -> None:
    assert old("db prune --older-than 92").out.startswith(NOTHING)
    old("db prune --older-than 92 --write")
    assert "first answer" in old("severity 1 sev2 --key raised").out
    old("db prune --older-than 91 --write")
    assert old("severity 1 sev2 --key raised").out.startswith("unchanged: ")


def test_pruned_and_then_acted_on_all_is_as_it_would_have_been(old: Program) -> None:
    for line in ("resolve 1", "close 1"):
        old(line)
    old.compose = lambda settings: replace(app(settings), clock=later(182))
    old("db prune --write")
    assert old("reopen 1 --reason 'errors are back'").out.startswith("INC-1 reopened")
    assert old("open 'Another one'").out.startswith("INC-2 opened")


def test_json_has_every_kind_of_row(old: Program) -> None:
    counts = {"answers": 3, "said": 0, "reminders": 0, "holds": 0}
    assert old("db prune --json").json == {"older_than_days": 90, "written": False, **counts}
    assert old("db prune --json --write").json == {"older_than_days": 90, "written": True, **counts}


@pytest.mark.parametrize("days", ["0", "-1", "x", "36501"])
def test_a_length_that_is_none_is_wrong_usage_and_removes_nothing(old: Program, days: str) -> None:
    assert "--older-than" in old(f"db prune --older-than {days} --write", code=2).err
    assert old("db prune").out.startswith("3 answers")


@dataclass
class Ending:
    """The pruning of a database that ends early, after one batch."""

    pruning: Pruning
    fault: BaseException

    def count(self, before: datetime, now: datetime) -> Pruned:
        return self.pruning.count(before, now)

    def prune(self, before: datetime, now: datetime) -> Iterator[Pruned]:
        yield from self.pruning.prune(before, now)
        raise self.fault


@pytest.mark.parametrize(
    ("fault", "code", "begins"),
    [
        (KeyboardInterrupt(), 130, "Interrupted; 3 rows were removed so far"),
        (Unavailable("It is away."), 6, "error: It is away. 3 rows were removed so far"),
    ],
)
def test_ended_early_it_says_how_far_it_came_and_that_the_rest_is_as_it_was(
    old: Program, fault: BaseException, code: int, begins: str
) -> None:
    def compose(settings: Settings) -> App:
        made = app(settings)
        return replace(made, clock=later(91), pruning=lambda: Ending(made.pruning(), fault))

    old.compose = compose
    err = old("db prune --write", code).err
    assert err == f"{begins}, and the rest is as it was. The same command goes on from there.\n"
    assert old("db prune").out.startswith(NOTHING)
