"""Whatever a call ends with, Slack shows in the end what the record says, once, as far as it can be told."""

from __future__ import annotations

import os

import pytest

from adapters.sandbox import Sandbox
from tests.slack.faults.enumerating import STORY, cases, faults, played, smooth

ALL = os.environ.get("INCIDENT_CRASHES") == "all"


@pytest.mark.parametrize("history", [True, False], ids=["history", "no history"])
@pytest.mark.parametrize("step", STORY)
def test_every_failure_of_every_call_is_put_right(sandbox: Sandbox, step: str, history: bool) -> None:
    expected, calls = smooth(sandbox, step)
    wrong, count = [], 0
    for case in cases(sandbox, step, history=history, sample=not ALL):
        found, repeats = played(sandbox, case, history=history)
        wrong += [f"{case}: {each}" for each in faults(expected, found, repeats=repeats)]
        count += 1
    assert not wrong, "\n".join(wrong)
    assert count >= (8 * len(calls) if ALL else len(calls) // 2 - 1)
