"""The stories that are told while workers die: after the last command of each, every point is tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.testing.simulation.stories import Story, command, opened, story

Told = tuple[type[c.Command], Mapping[str, Any]]

STORIES: Mapping[str, Sequence[Told]] = {
    "open": [],
    "declare": [(c.Declare, {})],
    "severity": [(c.SetSeverity, {"severity": Severity.SEV1})],
    "resolve": [(c.Declare, {}), (c.Resolve, {})],
    "close": [(c.Close, {})],
    "reopen": [(c.Close, {}), (c.Reopen, {"reason": "not over"})],
}


def told(name: str) -> Story:
    """The story with this name: an incident is opened, and then its commands are given."""
    return story(1, [opened(), *(command(kind, **values) for kind, values in STORIES[name])])
