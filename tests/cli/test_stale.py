"""Closing what nothing has happened to: first said, then done, each by the rules, and nothing twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from adapters.bootstrap import app
from adapters.cli.app import App, Performing
from adapters.settings import Settings
from incident_core.commands import Command
from incident_core.errors import NotFound, OutcomeUnknown, Unavailable
from tests.cli.running import Program
from tests.cli.test_prune import later

DAYS = 30


def ahead(settings: Settings) -> App:
    """The App a month and a day later."""
    return replace(app(settings), clock=later(DAYS + 1))


@pytest.fixture
def quiet(program: Program) -> Program:
    """INC-1 an investigation, INC-2 resolved, INC-3 an incident, INC-4 closed; a month later."""
    program("open 'API is slow'")
    program("open 'Checkout fails' --severity sev2 --declare")
    program("resolve 2")
    program("open 'All is down' --declare")
    program("open 'It was nothing'")
    program("close 4")
    program.compose = ahead
    return program


def stages(program: Program) -> list[str]:
    """Of each incident, the oldest first."""
    return [each["stage"] for each in reversed(program("list --all --json").json)]


def test_it_says_first_what_it_would_close_and_what_has_to_be_resolved_first(quiet: Program) -> None:
    before = stages(quiet)
    assert quiet(f"close --stale {DAYS}").out == (
        "INC-1  investigation, sev4: API is slow\n"
        "INC-2  resolved, sev2: Checkout fails\n"
        "INC-3  incident, sev4: All is down; resolve it first: incident resolve INC-3\n"
        f"2 incidents to be closed, and 1 incident to be resolved first; add --write to close them "
        f"({quiet.file}).\n"
    )
    assert stages(quiet) == before


def test_it_closes_them_with_the_usual_outcomes_and_finds_nothing_the_second_time(quiet: Program) -> None:
    assert quiet(f"close --stale {DAYS} --write").out == (
        "INC-1  investigation, sev4: API is slow; closed\n"
        "INC-2  resolved, sev2: Checkout fails; closed\n"
        "INC-3  incident, sev4: All is down; resolve it first: incident resolve INC-3\n"
        f"2 incidents closed, and 1 incident to be resolved first ({quiet.file}).\n"
    )
    assert stages(quiet) == ["closed", "closed", "incident", "closed"]
    assert [quiet.document(key)["outcome"] for key in "12"] == ["no_action", "fixed"]
    again = quiet(f"close --stale {DAYS} --write").out.splitlines()
    assert again[-1].startswith("unchanged: nothing quiet can be closed, and 1 incident to be resolved first")


def test_what_something_was_recorded_of_since_is_let_be(quiet: Program) -> None:
    assert quiet("close --stale 32").out.startswith("unchanged: nothing quiet can be closed")
    quiet.compose = app
    assert quiet("close --stale 1 --write").out.startswith("unchanged: nothing quiet can be closed (")
    assert stages(quiet) == ["investigation", "resolved", "incident", "closed"]


def test_a_rule_that_stands_against_one_of_them_stops_no_other(quiet: Program) -> None:
    quiet.settings["INCIDENT_REVIEW_TO_CLOSE"] = "true"
    lines = quiet(f"close --stale {DAYS} --write", code=3).out.splitlines()
    assert lines[0].endswith("API is slow; closed")
    assert "Checkout fails; refused: " in lines[1]
    assert "→ incident review INC-2 done" in lines[1]
    assert lines[-1].startswith("1 incident closed, 1 not, and 1 incident to be resolved first")
    assert stages(quiet)[:2] == ["closed", "resolved"]
    found = quiet(f"close --stale {DAYS} --write --json", code=3).json
    assert [(each["key"], each["result"]) for each in found["close"]] == [("INC-2", "refused")]
    assert "review" in found["close"][0]["why"]


def test_private_incidents_of_others_are_neither_named_nor_closed(quiet: Program) -> None:
    quiet("private 1")
    assert "INC-1" not in quiet(f"close --stale {DAYS} --as bob --write").out
    assert stages(quiet)[:2] == ["investigation", "closed"]


def test_json_says_what_would_be_and_what_was(quiet: Program) -> None:
    would = quiet(f"close --stale {DAYS} --json").json
    assert (would["days"], would["written"]) == (DAYS, False)
    first = {"key": "INC-1", "stage": "investigation", "title": "API is slow"}
    assert would["close"][0] == first
    assert [each["key"] for each in would["resolve_first"]] == ["INC-3"]
    done = quiet(f"close --stale {DAYS} --json --write").json
    assert done["written"]
    assert done["close"][0] == {**first, "result": "closed", "why": ""}


@pytest.mark.parametrize(
    "line",
    [
        "close 1 --stale 30", "close --stale 30 --outcome fixed", "close --stale 30 --override x",
        "close --stale 30 --at '1h ago'", "close --stale 30 --duplicate-of 2", "close --write",
        "close 1 --write", "close --stale 0", "close --stale x", "close",
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_wrong_usage_and_closes_nothing(quiet: Program, line: str) -> None:
    before = stages(quiet)
    assert quiet(line, code=2).err.startswith("error: ")
    assert stages(quiet) == before


@dataclass
class Ending:
    """A Perform in which INC-2 fares like this."""

    perform: Performing
    fault: BaseException

    def __call__(self, command: Command, key: str | None = None, **more: Any) -> Any:
        if key == "INC-2":
            raise self.fault
        return self.perform(command, key, **more)


def faring(quiet: Program, fault: BaseException) -> None:
    def compose(settings: Settings) -> App:
        made = ahead(settings)
        return replace(made, perform=Ending(made.perform, fault))

    quiet.compose = compose


@pytest.mark.parametrize(
    ("fault", "code", "begins"),
    [
        (KeyboardInterrupt(), 130, "Interrupted; "),
        (Unavailable("It is away."), 6, "error: It is away. "),
        (OutcomeUnknown("k"), 6, "error: Whether the last one was closed is not known; before it, "),
    ],
)
def test_ended_early_it_says_how_far_it_came_and_the_same_run_goes_on(
    quiet: Program, fault: BaseException, code: int, begins: str
) -> None:
    faring(quiet, fault)
    err = quiet(f"close --stale {DAYS} --write --key monday", code).err
    assert err == (
        f"{begins}1 incident closed so far. The same command, with --key monday, goes on from there.\n"
    )
    quiet.compose = ahead
    rest = quiet(f"close --stale {DAYS} --write --key monday").out.splitlines()
    assert rest[0].endswith("Checkout fails; closed")
    assert rest[-1].startswith("1 incident closed, and 1 incident to be resolved first")


def test_one_that_others_have_taken_away_meanwhile_stops_no_other(quiet: Program) -> None:
    faring(quiet, NotFound("INC-2"))
    lines = quiet(f"close --stale {DAYS} --write").out.splitlines()
    assert lines[0].endswith("closed")
    assert "not closed: There is no incident INC-2" in lines[1]
    assert lines[-1].startswith("1 incident closed, 1 not")
