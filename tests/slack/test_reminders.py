"""Reminders in Slack: they call whom they should, and can be snoozed and stopped where they stand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.drawing.said import reminders
from incident_core import commands as c
from incident_core.model.timer import COMMS
from incident_core.testing.simulation.stories import command
from tests.slack.test_drawing import BEN, CLEO, OPENED, SETUP, WHOLE, checked, last, of, reminder

QUIET = replace(SETUP, alarm=False)
NOBODYS = ("comms", "stale", "role:technical_lead", "followup:f9")
TIMERS = ("comms", "stale", "role:technical_lead", "followup:f1")


def row(shown: Any) -> Any:
    """What can be pressed."""
    (found,) = (block for block in shown["blocks"] if block["type"] == "actions")
    return found


@pytest.mark.parametrize("timer", NOBODYS)
def test_everybody_in_the_channel_is_called_unless_the_deployment_does_not_want_it(timer: str) -> None:
    (loud,), (quiet,) = (list(reminders(setup, last(WHOLE), reminder(timer))) for setup in (SETUP, QUIET))
    first = loud.content["blocks"][0]["elements"][0]["elements"][0]  # type: ignore[index]
    assert first == {"type": "broadcast", "range": "channel"}
    assert checked(loud.content) == f"<!channel> {checked(quiet.content)}"


@pytest.mark.parametrize("timer", TIMERS)
def test_each_can_be_snoozed_and_stopped_where_it_stands(timer: str) -> None:
    incident = last(WHOLE)
    (item,) = reminders(SETUP, incident, reminder(timer))
    found = row(item.content)
    visit = len(incident.stages)
    assert found["block_id"] == f"timer|INC-42|{visit}|{timer}"
    buttons = {each["action_id"]: each for each in found["elements"]}
    minutes = [each["value"] for each in buttons["timer:snooze"]["options"]]
    assert minutes == ["15", "30", "60", "240"]
    value = json.loads(buttons["timer:stop"]["value"])
    assert value == {"key": "INC-42", "visit": visit, "timer": timer}
    assert ("update:send" in buttons) is (timer == COMMS)


def test_the_longest_name_of_a_role_fits() -> None:
    (item,) = reminders(SETUP, last(WHOLE), reminder(f"role:{'x' * 64}"))
    checked(item.content)


def test_the_digest_channel_is_not_called() -> None:
    closed = last(of(OPENED, command(c.Close)))
    (item,) = reminders(SETUP, closed, reminder("followup:f1"))
    assert "<!channel>" not in checked(item.content)
    assert row(item.content)["block_id"] == "timer|INC-42|2|followup:f1"


def test_an_overdue_follow_up_calls_its_owner_and_nobody_else() -> None:
    (item,) = reminders(SETUP, last(WHOLE), reminder("followup:f1"))
    owner = last(WHOLE).follow_ups[0].owner
    assert owner is not None
    said = checked(item.content)
    assert "<!channel>" not in said
    assert f"of <@{owner.id}> is overdue" in said
    first = row(item.content)["elements"][0]
    assert (first["action_id"], json.loads(first["value"])["item"]) == ("followup:done", "f1")


@pytest.mark.parametrize("private", [True, False], ids=["private", "without a digest"])
def test_of_what_is_closed_where_no_digest_may_say_it_its_owner_is_told_directly(private: bool) -> None:
    """Nobody else: not whoever owns one in what they may not see, and nobody where it is nobody's."""
    setup = SETUP if private else replace(SETUP, digest="")
    owners = (CLEO, None, BEN)
    added = [command(c.AddFollowUp, text="x", owner=owner) for owner in owners]
    opened = command(c.Open, title="x", private=private)
    closed = last(of(opened, command(c.Grant, who=CLEO), *added, command(c.Close)))
    (item,) = reminders(setup, closed, reminder("followup:f1"))
    assert (item.audience, item.needs) == (f"direct:{CLEO.id}", ())
    assert "is overdue" in checked({name: item.content[name] for name in ("text", "blocks")})
    assert list(reminders(setup, closed, reminder("followup:f2"))) == []
    assert len(list(reminders(setup, closed, reminder("followup:f3")))) == (0 if private else 1)


def test_drills_and_private_incidents_say_so() -> None:
    unusual = last(of(command(c.Open, title="x", drill=True, private=True)))
    (item,) = reminders(QUIET, unusual, reminder("stale"))
    assert checked(item.content).startswith("DRILL PRIVATE Open since ")
