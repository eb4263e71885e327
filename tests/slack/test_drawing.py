"""What is drawn of an incident, whatever its history is: literal, and within Slack's limits."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from adapters.sandbox import blocks as block_kit
from adapters.slack.drawing import lines
from adapters.slack.drawing.message import FALLBACK
from adapters.slack.drawing.said import items, reminders
from adapters.slack.drawing.setup import Setup
from adapters.slack.drawing.wanted import wanted
from adapters.slack.parts import filled
from incident_core import commands as c
from incident_core import events as e
from incident_core.events import EVENT_TYPES
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone
from incident_core.model.role import COMMUNICATIONS_LIAISON, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.ports.mirror import Item
from incident_core.ports.reader import Entry
from incident_core.ports.timers import LISTED, Listed, Reminder
from incident_core.testing.simulation.stories import BEGINNING, Story, command, opened, story
from incident_core.testing.values import hostile_text
from tests.slack.test_parts import literal
from tests.slack.texts import ODD, PROSE

SETUP = Setup("U0BOT", digest="C0DIGEST0", group="S0GROUP00", domain="acme")
IDS = {
    "channel": "C0CHANNEL",
    "was:channel": "C0FORMER0",
    "digest": "C0DIGEST0:1.000001",
    "digest-link": "https://x.example",
}
BEN, CLEO = Actor("slack", "U0BEN0000"), Actor("slack", "W0CLEO000")


def of(*commands: c.Command) -> Story:
    """What these commands lead to; the incident is INC-42."""
    told = story(1, commands)
    chapters = tuple(replace(each, incident=replace(each.incident, number=42)) for each in told.chapters)
    return replace(told, chapters=chapters)


def last(told: Story) -> Incident:
    return told.chapters[-1].incident


def content(incident: Incident, slot: str) -> Any:
    """What is wanted of a slot."""
    return next(each.content for each in wanted(SETUP, incident) if each.slot == slot)


def lined(told: Story) -> list[Item]:
    """All that is said in the channel."""
    chapter = told.chapters[-1]
    found = [item for entry in chapter.entries for item in items(SETUP, chapter.incident, entry)]
    return [item for item in found if item.audience == "channel"]


def checked(shown: Any) -> str:
    """The text of a message that Slack takes, with every id in its place."""
    message = filled({"text": shown["text"], "blocks": shown["blocks"]}, IDS)
    block_kit.for_message(message["blocks"])
    assert 0 < len(message["text"]) <= FALLBACK
    assert "\0" not in json.dumps(message)
    text: str = message["text"]
    return text


OPENED = command(c.Open, title="API is slow")
WHOLE = of(
    command(c.Open, title="API is slow", severity=Severity.SEV2),
    command(c.AddEvidence, url="https://acme.slack.com/archives/C1/p1", note="the graph"),
    command(c.Declare),
    command(c.SetStatus, status=Status.IDENTIFIED),
    command(c.SetSeverity, severity=Severity.SEV1),
    command(c.SetSeverity, severity=Severity.SEV3, reason="one region"),
    command(c.Assign, role=TECHNICAL_LEAD, holder=BEN),
    command(c.Claim, role=COMMUNICATIONS_LIAISON),
    command(c.Release, role=TECHNICAL_LEAD),
    command(c.HandOver, to=BEN),
    command(c.SendUpdate, text="We know why.", impact="All of EU", components=("API", "Web"),
            next_due=BEGINNING + timedelta(hours=1)),
    command(c.AddTask, text="Look at the log", owner=BEN),
    command(c.FinishTask, item="t1"),
    command(c.AddFollowUp, text="Index it"),
    command(c.AssignFollowUp, item="f1", owner=BEN),
    command(c.FinishFollowUp, item="f1"),
    command(c.CorrectTitle, title="API is gone"),
    command(c.CorrectMilestone, milestone=Milestone.DETECTED, when=BEGINNING - timedelta(minutes=5)),
    command(c.Retract, entry="e1", reason="wrong graph"),
    command(c.Grant, who=CLEO),
    command(c.SnoozeTimer, timer="stale", until=BEGINNING + timedelta(days=9)),
    command(c.StopTimer, timer="stale"),
    command(c.Resolve),
    command(c.FinishReview),
    command(c.Close),
    command(c.Reopen, reason="not over"),
)  # fmt: skip


def test_each_event_is_one_clear_line_with_who_did_it() -> None:
    assert [checked(item.content) for item in lined(WHOLE)] == [
        "ann (cli) added evidence `e1`: <https://acme.slack.com/archives/C1/p1|https://acme.slack.com/archives/C1/p1>\n"
        "&gt; the graph",
        "ann (cli) declared an incident.",
        "ann (cli) is incident commander now.",
        "ann (cli) set the status to identified.",
        "ann (cli) raised the severity from sev2 to sev1.",
        "ann (cli) lowered the severity from sev1 to sev3:\n&gt; one region",
        "ann (cli) made <@U0BEN0000> technical lead.",
        "ann (cli) is communications liaison now.",
        "ann (cli) released technical lead, which <@U0BEN0000> had: nobody has it now.",
        "ann (cli) handed incident commander over to <@U0BEN0000>.",
        "ann (cli) sent an update:\n&gt; We know why.\nImpact:\n&gt; All of EU\nComponents:\n&gt; API, Web\n"
        "The next update is due <!date^1795340700^{date_short_pretty} at {time}|2026-11-22 09:45 UTC>.",
        "ann (cli) added the task `t1` for <@U0BEN0000>:\n&gt; Look at the log",
        "ann (cli) finished the task `t1`.",
        "ann (cli) added the follow-up `f1`:\n&gt; Index it",
        "ann (cli) gave the follow-up `f1` to <@U0BEN0000>.",
        "ann (cli) finished the follow-up `f1`.",
        "ann (cli) corrected the title:\n&gt; API is gone",
        "ann (cli) corrected when it was detected: "
        "<!date^1795336800^{date_short_pretty} at {time}|2026-11-22 08:40 UTC>.",
        "ann (cli) retracted `e1`:\n&gt; wrong graph",
        "ann (cli) granted access to <@W0CLEO000>.",
        "ann (cli) snoozed the reminder `stale` until "
        "<!date^1796114700^{date_short_pretty} at {time}|2026-12-01 08:45 UTC>.",
        "ann (cli) stopped the reminder `stale`.",
        "ann (cli) resolved this, 20s after it was declared. The channel stays for what is left to do.",
        "ann (cli) says that the review is done.",
        "ann (cli) closed this: fixed. The channel is archived with it.",
        "ann (cli) reopened this; it is an incident again:\n&gt; not over",
    ]


def test_every_event_is_told_but_those_that_opening_shows() -> None:
    assert set(EVENT_TYPES.values()) - lines.TOLD == {e.Opened, e.Imported, e.Looked}


def test_what_happened_long_before_it_was_recorded_is_told_with_its_time() -> None:
    told = of(OPENED, command(c.Declare))
    chapter = told.chapters[-1]
    late = replace(chapter.entries[1], recorded_at=BEGINNING + timedelta(hours=2))
    (first, *_) = items(SETUP, chapter.incident, late)
    assert "\nThat was <!date^" in checked(first.content)


def test_what_happens_to_a_closed_incident_is_not_said_in_an_archived_channel() -> None:
    told = of(
        OPENED, command(c.AddFollowUp, text="x"), command(c.Close), command(c.FinishFollowUp, item="f1")
    )
    assert [checked(item.content).split(" ")[2] for item in lined(told)] == ["added", "closed"]


def test_a_declaration_is_told_below_the_line_of_the_digest_unless_it_is_private() -> None:
    incident = last(of(OPENED, command(c.Declare)))
    assert checked(content(incident, "declared")) == (
        "INC-42 was declared an incident by ann (cli): <#C0CHANNEL>"
    )
    private = last(of(command(c.Open, title="x", private=True), command(c.Declare)))
    assert "declared" not in [each.slot for each in wanted(SETUP, private)]


@pytest.mark.parametrize("chapter", range(len(WHOLE.chapters)))
def test_what_is_shown_is_right_at_every_moment_and_within_the_limits(chapter: int) -> None:
    incident = WHOLE.chapters[chapter].incident
    panel, digest = content(incident, "panel"), content(incident, "digest")
    for shown in (checked(panel), checked(digest), content(incident, "topic")["topic"]):
        assert incident.key in shown
        assert str(incident.title) in shown
        assert f"{incident.severity} · {incident.stage}" in shown
    leader = incident.commander
    named = "nobody yet" if leader is None else "<@U0BEN0000>" if leader == BEN else "ann (cli)"
    assert f"incident commander: {named}" in checked(panel)


STAGES = {
    Stage.INVESTIGATION: (("Declare an incident", "Send an update", "Close"), ("evidence LINK", "declare")),
    Stage.INCIDENT: (("Send an update", "Resolve"), ("update TEXT", "handover WHO")),
    Stage.RESOLVED: (
        ("Send an update", "Close", "Reopen", "Add a follow-up"),
        ("followup add TEXT", "close"),
    ),
    Stage.CLOSED: (("Reopen",), ("reopen INC-42 REASON",)),
}


@pytest.mark.parametrize("stage", Stage)
def test_the_panel_says_what_to_do_next_and_has_a_button_for_it(stage: Stage) -> None:
    chapter = next(each for each in WHOLE.chapters if each.incident.stage is stage)
    *_, actions, _, steps = content(chapter.incident, "panel")["blocks"]
    labels, typed = STAGES[stage]
    assert tuple(button["text"]["text"] for button in actions["elements"]) == labels
    codes = [
        each for item in steps["elements"][0]["elements"] for each in item["elements"] if each.get("style")
    ]
    assert tuple(each["text"] for each in codes) == tuple(f"/incident {words}" for words in typed)
    for button in actions["elements"]:
        assert json.loads(button["value"]) == {"key": "INC-42", "visit": len(chapter.incident.stages)}
        assert button["action_id"].partition(":")[0] in ("move", "update", "followup")


def test_a_panel_that_replaces_another_says_where_it_comes_from() -> None:
    former = content(last(WHOLE), "panel")["former"]
    shown = filled({"text": former["text"], "blocks": [former["block"]]}, IDS)
    assert checked(shown) == "This goes on from <#C0FORMER0>."


def test_a_closed_panel_leads_to_the_digest() -> None:
    closed = next(each.incident for each in WHOLE.chapters if each.incident.stage is Stage.CLOSED)
    onward = content(closed, "panel")["onward"]
    shown = checked({"text": onward["text"], "blocks": [onward["block"]]})
    assert shown.endswith("<https://x.example|its line in the digest>")
    assert "onward" not in content(last(WHOLE), "panel")


def test_what_nobody_looks_at_changes_nothing_that_is_shown() -> None:
    """Evidence and tasks cost no call but their line."""
    before = last(of(OPENED, command(c.Declare)))
    evidence = command(c.AddEvidence, url="https://x.example")
    after = last(of(OPENED, command(c.Declare), command(c.AddTask, text="x"), evidence))
    assert [each.content for each in wanted(SETUP, before)] == [each.content for each in wanted(SETUP, after)]


def test_drills_and_private_incidents_say_so_everywhere() -> None:
    incident = last(of(command(c.Open, title="x", private=True, drill=True)))
    assert checked(content(incident, "panel")).startswith("DRILL PRIVATE INC-42 · x")
    assert content(incident, "topic")["topic"] == "INC-42 DRILL PRIVATE · sev4 · investigation · x"
    assert "digest" not in [each.slot for each in wanted(SETUP, incident)]


def test_who_opens_at_a_severity_is_not_told_again() -> None:
    assert lined(of(command(c.Open, title="x", severity=Severity.SEV1))) == []
    told = of(OPENED, command(c.SetSeverity, severity=Severity.SEV1))
    assert len(lined(told)) == 1


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_titles_are_shown_as_typed(text: str) -> None:
    incident = last(of(command(c.Open, title=text), command(c.Declare)))
    for slot in ("panel", "digest"):
        shown = content(incident, slot)
        checked(shown)
        assert text in literal(shown["blocks"])
    topic = content(incident, "topic")["topic"]
    assert len(topic) <= 250
    assert topic.endswith(text)


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
def test_odd_prose_is_said_as_typed(text: str) -> None:
    told = of(
        OPENED,
        command(c.Declare),
        command(c.SendUpdate, text=text, impact=text, components=("x",)),
        command(c.AddEvidence, url="https://x.example/?a=<b>&c|d", note=text),
        command(c.SetSeverity, severity=Severity.SEV1, reason=text),
        command(c.AddTask, text=text),
    )
    for item in lined(told)[2:]:
        checked(item.content)
        assert text[:2000] in literal(item.content["blocks"])


@given(title=hostile_text(200), prose=hostile_text())
def test_any_text_can_be_drawn(title: str, prose: str) -> None:
    one = " ".join(title.split()) or "x"
    told = of(command(c.Open, title=one), command(c.Declare), command(c.SendUpdate, text=prose, impact=prose))
    for slot in ("panel", "digest"):
        checked(content(last(told), slot))
    for item in lined(told):
        checked(item.content)


def test_texts_that_were_removed_are_named_as_such() -> None:
    told = of(OPENED, command(c.Declare), command(c.SendUpdate, text="secret"))
    chapter = told.chapters[-1]
    bare = replace(chapter.incident, title=None)
    assert "[redacted]" in checked(content(bare, "panel"))
    assert content(bare, "channel")["name"] == "inc-42"
    sent = e.UpdateSent(actor=BEN, at=BEGINNING, update="u1", text=None)
    gone = replace(chapter.entries[-1], event=sent)
    (item,) = items(SETUP, bare, gone)
    assert checked(item.content) == "<@U0BEN0000> sent an update:\n&gt; [redacted]"


def test_a_removal_is_told_without_the_text() -> None:
    event = e.TextRedacted(actor=BEN, at=BEGINNING, version=1, field="title", reason="personal data")
    entry: Entry = replace(WHOLE.chapters[0].entries[0], version=9, event=event)
    (item,) = items(SETUP, WHOLE.chapters[0].incident, entry)
    assert checked(item.content).startswith("<@U0BEN0000> removed a text (title) from the record for good.")
    assert "personal" not in json.dumps(item.content)


def reminder(timer: str, **more: Any) -> Reminder:
    return Reminder(1, timer, BEGINNING, BEGINNING, BEGINNING, **more)


@pytest.mark.parametrize(
    ("timer", "said"),
    [
        ("comms", "No update since DATE. Tell what is known: `/incident update INC-42 TEXT`"),
        ("stale", "Open since DATE. Where it is over: `/incident close INC-42`"),
        (
            "role:technical_lead",
            "Nobody is technical lead since DATE: `/incident claim INC-42 technical_lead`",
        ),
        (
            "followup:f9",
            "INC-42: the follow-up `f9` is overdue since DATE: `/incident followup INC-42 done f9`",
        ),
    ],
)
def test_reminders_say_what_is_missing_and_what_to_type(timer: str, said: str) -> None:
    (item,) = reminders(SETUP, last(WHOLE), reminder(timer))
    date = "<!date^1795337100^{date_short_pretty} at {time}|2026-11-22 08:45 UTC>"
    assert checked(item.content).replace(date, "DATE") == f"<!channel> {said}"
    assert (item.audience, item.needs, item.without) == ("channel", ("channel",), ("archive", "shut"))


def test_a_reminder_about_a_closed_incident_goes_to_the_digest() -> None:
    closed = last(of(OPENED, command(c.Close)))
    (item,) = reminders(SETUP, closed, reminder("followup:f1"))
    assert (item.audience, item.content["to"]) == ("digest", "thread")
    private = last(of(command(c.Open, title="x", private=True), command(c.Close)))
    assert list(reminders(SETUP, private, reminder("followup:f1"))) == []


def test_the_longest_list_fits_in_one_message() -> None:
    each = Listed("INC-1234567", "&" * 200, Severity.SEV1, Stage.INVESTIGATION, BEGINNING)
    (item,) = reminders(SETUP, None, reminder("stale", listed=(each,) * LISTED, more=1234))
    checked(item.content)
    assert literal(item.content["blocks"]).endswith("and 1,234 more")
    assert item.needs == ()


def test_a_list_of_nothing_is_not_said() -> None:
    assert list(reminders(SETUP, None, reminder("stale"))) == []
    assert list(reminders(replace(SETUP, digest=""), None, reminder("stale"))) == []


def test_private_texts_reach_no_place_but_the_private_channel() -> None:
    incident = last(of(opened(private=True), command(c.Declare)))
    assert {each.slot for each in wanted(SETUP, incident)} == {"channel", "members", "topic", "panel", "pin"}
    assert content(incident, "channel")["private"] is True
