"""The stories that are told while workers die: after the last act of each, every point is tried.

The last act is a commit, or that time passes until a timer fires.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.model.times import Due
from incident_core.testing.simulation.stories import BEGINNING, Story, command, opened, story

Told = tuple[type[c.Command], Mapping[str, Any]]

_STALE_IS_QUIET: Told = (c.StopTimer, {"timer": "stale"})
_TODAY = Due(BEGINNING.date())


@dataclass(frozen=True, slots=True)
class Tale:
    """What is told: a story, and then so many seconds pass, once or more often; at each end a timer fires."""

    story: Story
    waits: tuple[int, ...] = ()

    @property
    def later(self) -> tuple[timedelta, ...]:
        """How long to wait, each time after all is quiet."""
        return tuple(timedelta(seconds=each) for each in self.waits)

    def recorded(self, story: Story) -> Tale:
        """The same, as the record has the story."""
        return replace(self, story=story)


STORIES: Mapping[str, tuple[Sequence[Told], tuple[int, ...]]] = {
    "open": ([], ()),
    "declare": ([(c.Declare, {})], ()),
    "severity": ([(c.SetSeverity, {"severity": Severity.SEV1})], ()),
    "resolve": ([(c.Declare, {}), (c.Resolve, {})], ()),
    "close": ([(c.Close, {})], ()),
    "reopen": ([(c.Close, {}), (c.Reopen, {"reason": "not over"})], ()),
    "timer: role": ([(c.Declare, {})], (12,)),
    "timer: comms": ([(c.Declare, {}), (c.SendUpdate, {"text": "slow"})], (24,)),
    "timer: comms, again": ([(c.Declare, {}), _STALE_IS_QUIET], (24, 15)),
    "timer: stale": ([], (30,)),
    "timer: stale, again": ([], (30, 40)),
    "timer: followup": ([(c.AddFollowUp, {"text": "index it", "due": _TODAY}), (c.Close, {})], (86_400,)),
}
"""By name: what is done after an incident is opened, and then how many seconds pass."""

FIRES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "timer: role": ((), ("role:technical_lead",)),
    "timer: comms": ((), ("comms", "role:technical_lead")),
    "timer: comms, again": (("comms", "role:technical_lead"), ("comms", "comms", "role:technical_lead")),
    "timer: stale": ((), ("stale",)),
    "timer: stale, again": (("stale",), ("stale", "stale")),
    "timer: followup": ((), ("followup:f1",)),
}
"""By name: the timers that have fired before its last act, and after it, if nobody dies."""


def told(name: str) -> Tale:
    """The tale with this name."""
    commands, waits = STORIES[name]
    return Tale(story(1, [opened(), *(command(kind, **values) for kind, values in commands)]), waits)
