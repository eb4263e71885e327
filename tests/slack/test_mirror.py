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
from tests.slack.faults.scene import DIGEST, Scene, new_scene
from tests.slack.faults.view import view

PAGE = Path(__file__).parents[2] / "docs" / "slack-calls.md"

Does = Callable[[Scene], None]


def does(kind: type[c.Command], **values: Any) -> Does:
    """Ann gives this command."""
    return lambda scene: scene.do(kind, **values)


def opens(**values: Any) -> Does:
    return lambda scene: scene.open(**values)


def unarchive_refused(scene: Scene) -> None:
    scene.slack.team.fault("conversations.unarchive", "error", code="channel_not_found")
    scene.do(c.Reopen, reason="not over")


def assigns_ben(scene: Scene) -> None:
    scene.do(c.Assign, role=TECHNICAL_LEAD, holder=scene.actor("ben"))


def hands_over_to_ben(scene: Scene) -> None:
    scene.do(c.HandOver, to=scene.actor("ben"))


def grants_ben(scene: Scene) -> None:
    scene.do(c.Grant, who=scene.actor("ben"))


def revokes_ben(scene: Scene) -> None:
    scene.do(c.Revoke, who=scene.actor("ben"))


DECLARE, RESOLVE, CLOSE = does(c.Declare), does(c.Resolve), does(c.Close)
ACTIONS: dict[str, tuple[tuple[Does, ...], Does]] = {
    "open": ((), opens()),
    "open a private one": ((), opens(private=True)),
    "open and declare at once": ((), opens(declare=True)),
    "declare": ((opens(),), DECLARE),
    "severity": ((opens(), DECLARE), does(c.SetSeverity, severity=Severity.SEV1)),
    "status": ((opens(), DECLARE), does(c.SetStatus, status=Status.IDENTIFIED)),
    "assign a role to somebody new": ((opens(), DECLARE), assigns_ben),
    "claim a role": ((opens(), DECLARE), does(c.Claim, role=TECHNICAL_LEAD)),
    "hand over to somebody new": ((opens(), DECLARE), hands_over_to_ben),
    "evidence": ((opens(),), does(c.AddEvidence, url="https://acme.slack.com/archives/C1/p1")),
    "update": ((opens(), DECLARE), does(c.SendUpdate, text="We know why.")),
    "task or follow-up": ((opens(), DECLARE), does(c.AddTask, text="Look at the log")),
    "title": ((opens(),), does(c.CorrectTitle, title="API is gone")),
    "grant access to a private one": ((opens(private=True),), grants_ben),
    "revoke access to it": ((opens(private=True), grants_ben), revokes_ben),
    "resolve": ((opens(), DECLARE), RESOLVE),
    "close": ((opens(), DECLARE, RESOLVE), CLOSE),
    "close an investigation": ((opens(),), CLOSE),
    "reopen": ((opens(), DECLARE, RESOLVE, CLOSE), does(c.Reopen, reason="not over")),
    "reopen what is resolved": ((opens(), DECLARE, RESOLVE), does(c.Reopen, reason="not over")),
    "reopen where the channel cannot be taken out": ((opens(), DECLARE, RESOLVE, CLOSE), unarchive_refused),
}


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


def test_the_page_has_every_action_and_no_other() -> None:
    assert list(promised()) == list(ACTIONS)


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


def test_a_channel_that_cannot_be_taken_out_is_replaced_and_both_lead_to_each_other(scene: Scene) -> None:
    scene.open(declare=True)
    scene.do(c.Resolve)
    scene.do(c.Close)
    scene.settle()
    scene.open(declare=True)
    for kind in (c.Resolve, c.Close):
        scene.settle()
        scene.do(kind)
    scene.settle()
    unarchive_refused(scene)
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


def test_who_left_is_not_dragged_back(scene: Scene) -> None:
    scene.open()
    scene.settle()
    scene.slack.person("ann").leave(scene.channel.id)
    assigns_ben(scene)
    scene.settle()
    members = set(scene.channel.members) - {scene.slack.bot_user}
    assert members == {scene.slack.person("ben").id}


def test_somebody_who_cannot_be_invited_does_not_keep_others_out(scene: Scene) -> None:
    scene.slack.team.deactivate("ben")
    gone = next(each.id for each in scene.slack.team.people() if each.name == "ben")
    scene.open()
    scene.do(c.Assign, role=TECHNICAL_LEAD, holder=type(scene.ann)("slack", gone))
    scene.settle()
    assert scene.slack.person("ann").id in scene.channel.members
    assert scene.settled


def test_holders_who_are_not_known_to_slack_are_named_and_not_invited(scene: Scene) -> None:
    scene.open()
    scene.do(c.Assign, role=COMMANDER, holder=type(scene.ann)("cli", "cleo"))
    scene.settle()
    assert "cleo (cli)" in scene.said(scene.channel.id)[0]["text"]
    assert len(scene.channel.members) == 2


def test_a_private_incident_is_known_to_those_who_may_see_it_and_to_nobody_else(scene: Scene) -> None:
    scene.open(private=True, declare=True)
    grants_ben(scene)
    scene.settle()
    people = {scene.slack.person(name).id for name in ("ann", "ben")}
    assert scene.channel.kind == "private_channel"
    assert set(scene.channel.members) == people | {scene.slack.bot_user}
    assert scene.digest == []
    revokes_ben(scene)
    scene.settle()
    assert scene.slack.person("ben").id not in scene.channel.members


def test_without_the_feature_a_private_incident_has_no_channel(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, private=False)
    scene.open(private=True, declare=True)
    scene.settle()
    assert scene.calls() == []
    assert scene.lag.error is None


@pytest.mark.parametrize("size", [1, 100, 101, 350])
def test_all_members_of_the_response_group_come_however_many_they_are(sandbox: Sandbox, size: int) -> None:
    scene = new_scene(sandbox, group=[f"r{number}" for number in range(size)])
    scene.open(declare=True)
    scene.settle()
    assert set(scene.responders) <= set(scene.channel.members)
    assert scene.lag.error is None


def test_a_group_that_is_too_large_for_one_call_in_time_comes_in_several_tries(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, group=[f"r{number}" for number in range(650)], timeout=1.0, total=1.3)
    scene.slack.team.latency(0.1, "conversations.invite")
    scene.slack.team.latency(0.1, "conversations.members")
    scene.open(declare=True)
    scene.settle()
    assert set(scene.responders) <= set(scene.channel.members)
    assert scene.counted()["usergroups.users.list"] > 1


def test_a_group_that_does_not_exist_stops_nothing_else(scene: Scene) -> None:
    scene.slack.workspace.groups.clear()
    scene.open(declare=True)
    scene.settle()
    assert scene.lag.error == "Slack refuses usergroups.users.list (no_such_subteam)."
    assert scene.said(scene.channel.id)[-1]["text"].endswith("declared an incident.")
    scene.do(c.Resolve)
    scene.do(c.Close)
    scene.settle()
    assert scene.channel.archived


@pytest.mark.parametrize("named", ["incidents", "#incidents"])
def test_the_digest_channel_may_be_known_by_its_name(sandbox: Sandbox, named: str) -> None:
    scene = new_scene(sandbox, digest=named)
    scene.open(declare=True)
    scene.settle()
    assert len(scene.digest) == 2
    assert scene.counted()["conversations.list"] == 0


@pytest.mark.parametrize("digest", ["incidents", None], ids=["name", "id"])
def test_a_public_digest_channel_is_joined_once(sandbox: Sandbox, digest: str | None) -> None:
    scene = new_scene(sandbox, in_digest=False, digest=digest)
    scene.open()
    scene.settle()
    scene.open()
    scene.settle()
    assert len(scene.digest) == 2
    assert scene.counted()["conversations.join"] == 1


def test_the_digest_channel_is_found_among_many(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, in_digest=False, digest="zulu")
    for number in range(1100):
        scene.slack.team.add_channel(f"room-{number}")
    scene.slack.team.add_channel("zulu")
    scene.open()
    scene.settle()
    assert scene.lag.error is None
    assert len(scene.said(scene.slack.workspace.names["zulu"])) == 1


@pytest.mark.parametrize("digest", ["nowhere", "C0NOWHERE"])
def test_a_digest_channel_that_is_missing_is_named_with_its_setting(sandbox: Sandbox, digest: str) -> None:
    scene = new_scene(sandbox, digest=digest)
    scene.open()
    scene.settle()
    assert scene.lag.error == (
        f"There is no channel {digest} that the bot can see: make it, or invite the bot to it, "
        "or name another in INCIDENTS_DIGEST_CHANNEL."
    )
    assert "API is slow" in scene.channel.topic


def test_without_a_digest_channel_nobody_misses_it(sandbox: Sandbox) -> None:
    scene = new_scene(sandbox, digest="", group=())
    scene.open(declare=True)
    for kind in (c.Resolve, c.Close):
        scene.settle()
        scene.do(kind)
    scene.settle()
    assert (scene.lag.error, scene.channel.archived, scene.digest) == (None, True, [])


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
