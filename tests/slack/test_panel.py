"""The panel: what can be chosen and pressed is what can be done, and it fits however much there is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.definitions import Definitions
from adapters.slack.drawing.panel import MOST, SIZE
from adapters.slack.drawing.setup import Setup
from adapters.slack.drawing.topic import topic
from adapters.slack.drawing.wanted import wanted
from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.permit import Permit
from incident_core.model.policy import Policy
from incident_core.model.role import COMMANDER, STANDARD_ROLES, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.testing.simulation.stories import command
from incident_core.testing.values import hostile_text
from tests.slack.test_drawing import BEN, OPENED, SETUP, WHOLE, checked, last, of
from tests.slack.test_parts import literal
from tests.slack.texts import ODD

DECLARE = command(c.Declare)
STRICT = replace(SETUP, policy=Policy(required_roles=STANDARD_ROLES[:2]))


def panel(incident: Incident, setup: Setup = SETUP) -> Any:
    """What is wanted of it, which Slack takes."""
    found = next(each.content for each in wanted(setup, incident) if each.slot == "panel")
    checked(found)
    assert len(json.dumps(found["blocks"], ensure_ascii=False)) <= SIZE
    return found


def elements(shown: Any) -> list[tuple[str, Any]]:
    """Everything that can be pressed or chosen, with the block_id of its row."""
    return [(row.get("block_id", ""), each) for row in shown["blocks"] for each in row["elements"]
            if "action_id" in each]  # fmt: skip


def found(shown: Any, action: str) -> list[tuple[str, Any]]:
    return [(row, each) for row, each in elements(shown) if each["action_id"] == action]


def test_status_and_severity_show_what_they_are_and_are_named_after_it() -> None:
    incident = last(of(OPENED, DECLARE, command(c.SetStatus, status=Status.IDENTIFIED)))
    ((named, status),) = found(panel(incident), "set:status")
    assert named == "status|INC-42|2|identified"
    assert [each["value"] for each in status["options"]] == ["investigating", "identified", "monitoring"]
    assert status["initial_option"]["value"] == "identified"
    ((named, severity),) = found(panel(incident), "set:severity")
    assert named == "severity|INC-42|2|sev4"
    assert [each["value"] for each in severity["options"]] == ["sev1", "sev2", "sev3", "sev4"]
    assert severity["initial_option"]["value"] == "sev4"


@pytest.mark.parametrize(
    ("stage", "chosen"),
    [
        (Stage.INVESTIGATION, ["set:severity"]),
        (Stage.INCIDENT, ["set:status", "set:severity"]),
        (Stage.RESOLVED, ["set:severity"]),
        (Stage.CLOSED, []),
    ],
)
def test_only_what_can_be_set_at_a_stage_can_be_chosen(stage: Stage, chosen: list[str]) -> None:
    incident = next(each.incident for each in WHOLE.chapters if each.incident.stage is stage)
    actions = [each["action_id"] for _, each in elements(panel(incident))]
    assert [each for each in actions if each.startswith("set:")] == chosen
    assert ("role:claim" in actions) is (stage is not Stage.CLOSED)


def test_severities_have_the_meaning_that_the_deployment_gives_them_cut_to_fit() -> None:
    setup = replace(
        SETUP, definitions=Definitions(severities={"sev1": "x" * 90, "sev2": "Bad.", "sev3": " "})
    )
    ((_, severity),) = found(panel(last(of(OPENED)), setup), "set:severity")
    said = [each.get("description", {}).get("text") for each in severity["options"]]
    assert said == ["x" * 74 + "…", "Bad.", None, None]


def test_every_role_has_its_holder_and_a_row_that_is_named_after_them() -> None:
    shown = panel(last(of(OPENED, DECLARE, command(c.Assign, role=TECHNICAL_LEAD, holder=BEN))))
    rows = {row.split("|")[3]: row for row, _ in found(shown, "role:claim")}
    assert list(rows) == list(STANDARD_ROLES)
    assert rows[TECHNICAL_LEAD] == "role|INC-42|2|technical_lead|U0BEN0000"
    assert rows["communications_liaison"] == "role|INC-42|2|communications_liaison|nobody"
    assert all("ann" not in row for row in rows.values()), "ids from elsewhere may have any signs"
    chosen = {row: each.get("initial_user") for row, each in found(shown, "role:assign")}
    assert [chosen[row] for row in rows.values()] == [None, "U0BEN0000", None]
    for line in ("incident commander: ann (cli)", "technical lead: <@U0BEN0000>", "liaison: nobody yet"):
        assert line in shown["text"]
    for _, button in found(shown, "role:claim"):
        assert json.loads(button["value"]).keys() == {"key", "visit", "role"}


def test_a_role_can_be_released_where_the_rules_let_it_go() -> None:
    """The commander of an incident can only be handed over; a role that nobody has cannot be released."""
    lead = command(c.Assign, role=TECHNICAL_LEAD, holder=BEN)
    declared = panel(last(of(OPENED, DECLARE, lead)))
    assert [row.split("|")[3] for row, _ in found(declared, "role:release")] == [TECHNICAL_LEAD]
    before = panel(last(of(OPENED, command(c.Claim, role=COMMANDER))))
    assert [row.split("|")[3] for row, _ in found(before, "role:release")] == [COMMANDER]


def test_a_role_that_the_policy_has_no_longer_is_shown_while_somebody_has_it() -> None:
    incident = replace(last(of(OPENED, DECLARE)), roles={COMMANDER: BEN, "scribe": BEN})
    assert "scribe: <@U0BEN0000>" in panel(incident)["text"]


def test_who_may_do_it_is_asked_when_it_is_pressed_not_when_it_is_drawn() -> None:
    nobody = dict.fromkeys((Move.RESOLVE, Move.UPDATE, Move.CLAIM), Permit())
    incident = last(of(OPENED, DECLARE))
    assert panel(incident, replace(SETUP, policy=Policy(permits=nobody))) == panel(incident)


def test_what_is_missing_for_the_next_move_is_said_with_what_mends_it() -> None:
    incident = last(of(OPENED, DECLARE))
    said = literal(panel(incident, STRICT)["blocks"])
    assert (
        "Before you resolve: Nobody holds technical_lead in INC-42. /incident claim INC-42 technical_lead"
        in said
    )
    assert found(panel(incident, STRICT), "move:resolve"), "it can be overridden with a reason"
    assert "Before you" not in literal(panel(incident)["blocks"])


def test_the_guide_and_the_post_mortems_are_linked_where_they_are_known() -> None:
    setup = replace(SETUP, guide="https://guide.example", postmortems="https://pm.example")
    said = json.dumps(panel(last(of(OPENED)), setup)["blocks"])
    assert '"url": "https://guide.example", "text": "Incident guide"' in said
    assert '"url": "https://pm.example", "text": "Post-mortems"' in said
    assert '"link"' not in json.dumps(panel(last(of(OPENED)))["blocks"])


@pytest.mark.parametrize("number", [11, 12, 13, 24, 60])
@pytest.mark.parametrize("length", [8, 64])
def test_however_many_roles_there_are_the_panel_fits(number: int, length: int) -> None:
    roles = (COMMANDER, *(f"r{place:02}" + "x" * (length - 3) for place in range(number)))
    held = {role: Actor("cli", "ä" * 128) for role in roles}
    for holders in ({}, {COMMANDER: BEN}, held):
        incident = replace(last(of(command(c.Open, title="é" * 200), DECLARE)), roles=holders)
        shown = panel(incident, replace(SETUP, policy=Policy(roles=roles, required_roles=(COMMANDER,))))
        rows = [row for row, _ in found(shown, "role:claim")]
        said = literal(shown["blocks"]).partition("Before you")[0]
        more = re.search(r"and (\d+) more roles: /incident show INC-42", said)
        assert 3 <= len(set(rows)) == len(rows) <= MOST
        assert len(rows) + said.count("/incident claim") + int(more[1] if more else 0) == len(roles)
        assert found(shown, "move:resolve")


def test_the_roles_that_there_is_no_room_for_are_lines_with_what_to_type() -> None:
    roles = (COMMANDER, *(f"role_{place}" for place in range(MOST + 2)))
    shown = panel(last(of(OPENED, DECLARE)), replace(SETUP, policy=Policy(roles=roles)))
    said = literal(shown["blocks"])
    rows = [row.split("|")[3] for row, _ in found(shown, "role:claim")]
    for role in roles[len(rows) :]:
        assert f"{role.replace('_', ' ')}: nobody yet · /incident claim INC-42 {role}" in said
    assert len(rows) == MOST


@settings(max_examples=60)
@given(
    title=hostile_text(200),
    chapter=st.sampled_from(WHOLE.chapters),
    holder=st.from_regex(r"[!-~]{1,128}", fullmatch=True),
    count=st.integers(0, 30),
)
def test_whatever_is_in_the_record_slack_takes_the_panel(
    title: str, chapter: Any, holder: str, count: int
) -> None:
    roles = (COMMANDER, *(f"role{place}" for place in range(count)))
    held = dict.fromkeys(roles[: count // 2], Actor("cli", holder))
    incident = replace(chapter.incident, title=" ".join(title.split()) or "x", roles=held)
    panel(incident, replace(STRICT, policy=Policy(roles=roles, required_roles=roles)))


def test_a_block_is_named_otherwise_as_soon_as_it_shows_something_else() -> None:
    """Slack keeps what somebody chose for as long as the block has its name."""
    first = last(of(OPENED, DECLARE))
    later = (
        last(of(OPENED, DECLARE, command(c.SetStatus, status=Status.IDENTIFIED))),
        last(of(OPENED, DECLARE, command(c.SetSeverity, severity=Severity.SEV1))),
        last(of(OPENED, DECLARE, command(c.Assign, role=TECHNICAL_LEAD, holder=BEN))),
    )
    before = {row for row, _ in elements(panel(first)) if row}
    changed = [before - {row for row, _ in elements(panel(each))} for each in later]
    assert changed == [
        {"status|INC-42|2|investigating"},
        {"severity|INC-42|2|sev4"},
        {"role|INC-42|2|technical_lead|nobody"},
    ]


ABOUT = "https://meet.example/" + "m" * 40


def test_the_topic_has_what_the_deployment_wants_to_be_in_it() -> None:
    incident = last(of(OPENED, DECLARE))
    assert topic(replace(SETUP, about=ABOUT), incident) == (
        f"INC-42 · sev4 · incident: investigating · API is slow · {ABOUT}"
    )


@pytest.mark.parametrize("about", ["", ABOUT, "x" * 300])
@pytest.mark.parametrize("title", ODD.values(), ids=ODD)
def test_severity_and_status_are_always_in_the_topic_and_the_title_is_cut_first(
    title: str, about: str
) -> None:
    said = topic(replace(SETUP, about=about), last(of(command(c.Open, title=title, drill=True), DECLARE)))
    assert len(said) <= 250
    assert said.startswith("INC-42 DRILL · sev4 · incident: investigating · ")
    assert title[:30] in said
    if about == ABOUT:
        assert said.endswith(f" · {ABOUT}")
