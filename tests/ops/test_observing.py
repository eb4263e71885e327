"""What is observed: every command and every call, once each, with how it ended; and it changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from incident_core import commands as c
from incident_core.errors import IncidentError, Invalid, NotFound
from incident_core.testing.contracts.desk import Desk
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.testing.memory_observer import MemoryObserver
from incident_core.testing.simulation.outside import Fate
from tests.worker.test_drive import Place


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore.over(Memory()))


def test_every_command_is_seen_with_how_it_ended(desk: Desk) -> None:
    seen = MemoryObserver()
    perform = replace(desk.perform, observer=seen)
    opening = desk.command(c.Open, title="slow")
    assert perform(opening) == replace(perform(opening), repeated=False)
    resolving = desk.command(c.Resolve)
    assert perform(resolving, "INC-1").reasons
    for _ in range(2):
        perform(desk.command(c.Declare), "INC-1")
    late = desk.command(c.SendUpdate, text="x", at=desk.clock.now() + timedelta(days=1))
    failing: list[tuple[c.Command, str, type[IncidentError], bool]] = [
        (desk.command(c.Declare), "INC-9", NotFound, False),
        (late, "INC-1", Invalid, True),
    ]
    for command, key, kind, at_given in failing:
        with pytest.raises(kind):
            perform(command, key, at_given=at_given)
    assert dict(seen.commands) == {
        ("open", "cli", "accepted"): 1,
        ("open", "cli", "repeated"): 1,
        ("resolve", "cli", "refused"): 1,
        ("declare", "cli", "accepted"): 1,
        ("declare", "cli", "unchanged"): 1,
        ("declare", "cli", "NotFound"): 1,
        ("update", "cli", "Invalid"): 1,
    }


def test_every_call_of_a_mirror_is_seen_with_the_incident_and_its_version() -> None:
    place, seen = Place(), MemoryObserver()
    place.fates["board"] = [Fate.REFUSED_BEFORE]
    place.tell()
    place.work(observer=seen)
    version = place.now.incident.version
    key = place.now.incident.key
    assert {each[:3] for each in seen.calls} == {("diorama", key, version)}
    assert seen.calls["diorama", key, version, "later"] == 1
    assert sum(seen.calls.values()) == place.outside.calls
