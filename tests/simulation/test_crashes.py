"""Every single point at which a worker can die, and every second one while another recovers."""

from __future__ import annotations

import pytest

from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.testing.simulation.crashes import crash_points, played
from incident_core.testing.simulation.invariants import faults
from incident_core.testing.simulation.stories import command, opened, story

VERBS: dict[str, list[c.Command]] = {
    "open": [],
    "declare": [command(c.Declare)],
    "severity": [command(c.SetSeverity, severity=Severity.SEV1)],
    "resolve": [command(c.Declare), command(c.Resolve)],
    "close": [command(c.Close)],
    "reopen": [command(c.Close), command(c.Reopen, reason="not over")],
}


@pytest.mark.parametrize("verb", VERBS)
def test_no_crash_loses_or_doubles_anything(verb: str) -> None:
    told = story(1, [opened(), *VERBS[verb]])
    points = list(crash_points(told))
    wrong = {points_: found for points_ in points if (found := faults(played(told, points_)))}
    assert not wrong
    assert len(points) > 30
