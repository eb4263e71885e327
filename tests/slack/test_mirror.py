"""The engine and the mirror keep Slack in step, over real sockets, in as few calls as there can be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from incident_core import commands as c
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from incident_core.ports.mirror import Call, Ended, Kind, Outcome
from tests.slack.faults.scene import DIGEST, WORKSPACE, Scene, new_scene
from tests.slack.faults.view import view

PAGE = Path(__file__).parents[2] / "docs" / "slack-calls.md"

Does = Callable[[Scene], None]


def does(kind: type[c.Command], **values: Any) -> Does:
    """Ann gives this command."""
    return lambda scene: scene.do(kind, **values)


def opens(**values: Any) -> Does:
    return lambda scene: scene.open(**values)


def unarchive_refused(scene: Scene, code: str = "not_in_channel") -> None:
    """What Slack says to every bot: it is no member of a channel that is archived."""
    scene.slack.team.fault("conversations.unarchive", "error", code=code)
    scene.do(c.Reopen, reason="not over")


def claims(role: str) -> Does:
    """Ben takes it, who was not there before."""
    return does(c.Claim, by="ben", role=role)


def assigns_ben(scene: Scene) -> None:
    scene.do(c.Assign, role=TECHNICAL_LEAD, holder=scene.actor("ben"))


def hands_over_to_ben(scene: Scene) -> None:
    scene.do(c.HandOver, to=scene.actor("ben"))


def grants_ben(scene: Scene) -> None:
    scene.do(c.Grant, who=scene.actor("ben"))


def revokes_ben(scene: Scene) -> None:
    scene.do(c.Revoke, who=scene.actor("ben"))


DECLARE, RESOLVE, CLOSE = does(c.Declare), does(c.Resolve), does(c.Close)
UPDATE = does(c.SendUpdate, text="We know why.")
ACTIONS: dict[str, tuple[tuple[Does, ...], Does]] = {
    "open": ((), opens()),
    "open a private one": ((), opens(private=True)),
    "open and declare at once": ((), opens(declare=True)),
    "declare": ((opens(),), DECLARE),
    "severity": ((opens(), DECLARE), does(c.SetSeverity, severity=Severity.SEV1)),
    "status": ((opens(), DECLARE), does(c.SetStatus, status=Status.IDENTIFIED)),
    "assign a role to somebody new": ((opens(), DECLARE), assigns_ben),
    "claim a role": ((opens(), DECLARE), does(c.Claim, role=TECHNICAL_LEAD)),
    "claim a role, somebody new": ((opens(), DECLARE), claims(TECHNICAL_LEAD)),
    "claim the command, somebody new": ((opens(), DECLARE), claims(COMMANDER)),
    "release a role": ((opens(), DECLARE, claims(TECHNICAL_LEAD)), does(c.Release, role=TECHNICAL_LEAD)),
    "hand over to somebody new": ((opens(), DECLARE), hands_over_to_ben),
    "evidence": ((opens(),), does(c.AddEvidence, url="https://acme.slack.com/archives/C1/p1")),
    "update": ((opens(), DECLARE), UPDATE),
    "correct an update": ((opens(), DECLARE, UPDATE), does(c.CorrectUpdate, update="u1", text="No idea.")),
    "retract an update": ((opens(), DECLARE, UPDATE), does(c.Retract, entry="u1", reason="wrong")),
    "task or follow-up": ((opens(), DECLARE), does(c.AddTask, text="Look at the log")),
    "title": ((opens(),), does(c.CorrectTitle, title="API is gone")),
    "grant access to a private one": ((opens(private=True),), grants_ben),
    "revoke access to it": ((opens(private=True), grants_ben), revokes_ben),
    "make it private": ((opens(), DECLARE), does(c.MakePrivate)),
    "correct the title of a private one": ((opens(private=True),), does(c.CorrectTitle, title="API is gone")),
    "resolve": ((opens(), DECLARE), RESOLVE),
    "close": ((opens(), DECLARE, RESOLVE), CLOSE),
    "close an investigation": ((opens(),), CLOSE),
    "reopen": ((opens(), DECLARE, RESOLVE, CLOSE), does(c.Reopen, reason="not over")),
    "reopen what is resolved": ((opens(), DECLARE, RESOLVE), does(c.Reopen, reason="not over")),
    "reopen where the channel cannot be taken out": ((opens(), DECLARE, RESOLVE, CLOSE), unarchive_refused),
}

GROUP, REVIEW = {"invited": "responders"}, {"review_at": frozenset({Severity.SEV4})}
MORE: dict[str, tuple[Any, tuple[Does, ...], Does]] = {
    "open, the first with a group to invite": (GROUP, (), opens()),
    "open, with a group to invite": (GROUP, (opens(),), opens()),
    "resolve, with a channel for the review": (REVIEW, (opens(), DECLARE), RESOLVE),
}
"""What these settings cost."""


def promised() -> dict[str, tuple[int, Counter[str]]]:
    """The table of the page: how many calls each action makes, and which."""
    found: dict[str, tuple[int, Counter[str]]] = {}
    for row in re.findall(r"^\| ([^|]+) \| (\d+) \| ([^|]+) \|$", PAGE.read_text(), re.MULTILINE):
        calls: Counter[str] = Counter()
        for method, times in re.findall(r"`([a-zA-Z.]+)`(?: × (\d+))?", row[2]):
            calls[method] += int(times or 1)
        found[row[0].strip()] = (int(row[1]), calls)
    return found


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_makes_the_calls_that_the_page_says(scene: Scene, action: str) -> None:
    before, act = ACTIONS[action]
    for each in before:
        each(scene)
        scene.settle()
    scene.calls()
    act(scene)
    scene.settle()
    made = scene.counted()
    assert (made.total(), made) == promised()[action]
    assert scene.settled
    assert not scene.calls()


@pytest.mark.parametrize("action", MORE)
def test_what_a_deployment_asks_for_besides_costs_what_the_page_says(sandbox: Sandbox, action: str) -> None:
    setup, before, act = MORE[action]
    scene = new_scene(sandbox, **setup)
    for each in before:
        each(scene)
        scene.settle()
    scene.calls()
    act(scene)
    scene.settle()
    made = scene.counted()
    assert (made.total(), made) == promised()[action]
    assert scene.settled


def test_the_page_has_every_action_and_no_other() -> None:
    assert list(promised()) == [*ACTIONS, *MORE]


MOST = {
    "open": 6, "open a private one": 6, "severity": 4, "status": 4, "claim a role, somebody new": 4,
    "claim the command, somebody new": 5, "resolve": 5, "update": 3, "correct an update": 3,
}  # fmt: skip


@pytest.mark.parametrize("action", MOST)
def test_what_is_done_while_it_burns_takes_few_calls(action: str) -> None:
    assert promised()[action][0] <= MOST[action]


def test_the_opener_is_invited_right_after_the_channel_was_made(scene: Scene) -> None:
    scene.open()
    scene.settle()
    assert scene.calls()[0] == "conversations.create"
    assert [scene.slack.person("ann").id in scene.channel.members, len(scene.channel.members)] == [True, 2]


def test_ten_quick_changes_are_shown_by_one(scene: Scene) -> None:
    scene.open(declare=True)
    scene.settle()
    scene.calls()
    for number in range(5):
        scene.do(c.SetStatus, status=(Status.IDENTIFIED, Status.MONITORING)[number % 2])
    scene.settle()
    made = scene.counted()
    assert (made["chat.update"], made["conversations.setTopic"], made["chat.postMessage"]) == (2, 1, 5)


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "restricted_action"])
def test_a_channel_that_cannot_be_taken_out_is_replaced_and_both_lead_to_each_other(
    scene: Scene, code: str
) -> None:
    scene.open(declare=True)
    scene.do(c.Resolve)
    scene.do(c.Close)
    scene.settle()
    scene.open(declare=True)
    for kind in (c.Resolve, c.Close):
        scene.settle()
        scene.do(kind)
    scene.settle()
    unarchive_refused(scene, code)
    scene.settle()
    old, new = scene.channels()[-2:]
    digests = [each for each in scene.digest if each["thread"] is None and scene.key in each["text"]]
    assert (old.archived, new.archived) == (True, False)
    assert new.name == f"{old.name}-2"
    assert f"This goes on from <#{old.id}>." in scene.said(new.id)[0]["text"]
    assert len(digests) == 1
    assert f"<#{new.id}>" in digests[0]["text"]
    stamp = digests[0]["ts"].replace(".", "")
    address = f"https://acme.slack.com/archives/{scene.slack.workspace.names[DIGEST]}/p{stamp}"
    assert address in scene.said(old.id)[0]["text"]


def test_what_is_opened_and_closed_before_anybody_looks_gets_no_channel(scene: Scene) -> None:
    scene.open()
    scene.do(c.Close)
    scene.settle()
    assert scene.calls() == []
    assert scene.lag.error is None


def test_a_name_that_somebody_has_gets_a_number(scene: Scene) -> None:
    scene.slack.team.add_channel("inc-1-api-is-slow")
    scene.slack.team.add_channel("inc-1-api-is-slow-2")
    scene.open()
    scene.settle()
    assert scene.channel.name == "inc-1-api-is-slow-3"


def test_where_all_names_are_taken_it_says_so(scene: Scene) -> None:
    for end in ("", "-2", "-3", "-4", "-5"):
        scene.slack.team.add_channel(f"inc-1-api-is-slow{end}")
    scene.open()
    scene.settle()
    assert scene.lag.error == "All names that the channel could have are taken in Slack."


def test_a_corrected_title_renames_the_channel_unless_it_has_that_name(scene: Scene) -> None:
    scene.slack.team.add_channel("inc-1-api-is-gone")
    scene.open()
    scene.settle()
    scene.do(c.CorrectTitle, title="API is gone")
    scene.settle()
    assert scene.channel.name == "inc-1-api-is-gone-2"
    scene.do(c.CorrectTitle, title="API is gone!")
    scene.settle()
    assert scene.channel.name == "inc-1-api-is-gone-2"
    assert len(scene.channels()) == 1


def test_a_panel_that_somebody_deleted_is_made_again_and_pinned(scene: Scene) -> None:
    scene.open()
    scene.settle()
    panel = scene.said(scene.channel.id)[0]["ts"]
    assert scene.api.call("chat.delete", channel=scene.channel.id, ts=panel).ok
    scene.do(c.Declare)
    scene.settle()
    (again,) = view(scene).channels[0].panels
    assert view(scene).channels[0].pinned == (again,)
    assert "sev4 · incident: investigating" in again


def test_a_channel_that_somebody_archived_stops_only_what_is_in_it(scene: Scene) -> None:
    scene.open()
    scene.settle()
    scene.slack.person("ann").archive(scene.channel.id)
    scene.do(c.Declare)
    scene.settle()
    assert re.search("is_archived|is_inactive", str(scene.lag.error))
    assert "incident: investigating" in scene.digest[0]["text"]


def test_a_bot_that_was_removed_from_its_channel_joins_again(scene: Scene) -> None:
    scene.open()
    scene.settle()
    scene.slack.person("ann").remove(scene.channel.id, scene.slack.bot_user)
    scene.do(c.Declare)
    scene.settle()
    assert scene.slack.bot_user in scene.channel.members
    assert scene.lag.error is None
    assert view(scene).channels[0].lines[-1].startswith("<@ann> is incident commander now.")


def test_a_missing_scope_is_named(scene: Scene) -> None:
    scene.slack.team.fault("pins.add", "error", code="missing_scope")
    scene.open()
    scene.settle()
    assert scene.lag.error == ("Slack refuses pins.add: the bot has not been given the scope that it needs.")


def test_an_unreachable_slack_is_tried_again(scene: Scene, sandbox: Sandbox) -> None:
    scene.slack.team.fault("conversations.create", "error", code="service_unavailable", times=3)
    scene.open()
    scene.settle()
    assert scene.lag.error is None
    assert scene.counted()["conversations.create"] == 4


def test_a_name_that_only_the_channel_itself_has_is_left_as_it_is(scene: Scene) -> None:
    scene.open()
    scene.settle()
    scene.slack.team.fault("conversations.rename", "error", code="name_taken")
    content = {"name": scene.channel.name, "private": False}
    again = Call(
        "key", Kind.CHANGE, "channel", "conversations.rename", content, {"channel": scene.channel.id}
    )
    assert scene.mirror.perform(again) == Outcome(Ended.DONE, scene.channel.id)
    assert scene.channel.name == "inc-1-api-is-slow"


@pytest.mark.parametrize("code", ["missing_scope", "token_revoked"])
def test_a_bot_that_may_not_do_it_makes_no_new_channel_either(scene: Scene, code: str) -> None:
    scene.open()
    scene.settle()
    scene.do(c.Close)
    scene.settle()
    scene.slack.team.fault("conversations.unarchive", "error", code=code)
    scene.do(c.Reopen, reason="not over")
    scene.settle()
    assert len(scene.channels()) == 1
    assert str(scene.lag.error).startswith("Slack refuses conversations.unarchive")
    assert scene.store.backlog.retry(WORKSPACE, scene.key, None, scene.clock.now()) == 1
    scene.settle()
    assert not scene.channel.archived
    assert scene.settled
