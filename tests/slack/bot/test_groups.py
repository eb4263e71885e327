"""Who is in the user groups that the policy names is asked of Slack, and asked again when that changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.sandbox import Sandbox, Slack, new_slack
from adapters.slack.api import Api
from adapters.slack.bot.app import request
from adapters.slack.features import Features
from adapters.slack.groups import Members
from incident_core.errors import Unavailable
from incident_core.model.actor import Actor
from incident_core.testing.memory_clock import FrozenClock
from incident_core.testing.memory_groups import MemoryGroups
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, WORKSPACE, house, manifest

LONG = 3_600.0


def slack_actor(user: str) -> Actor:
    return Actor("slack", user)


@pytest.fixture
def slack(sandbox: Sandbox) -> Slack:
    return new_slack(sandbox, manifest(), people=("ann", "ben", "cleo"))


def members(slack: Slack, groups: MemoryGroups, *wanted: str, clock: FrozenClock | None = None) -> Members:
    api = Api(slack.bot_token, slack.api_url)
    clock = clock or FrozenClock()
    return Members(api, groups, WORKSPACE, wanted, slack_actor, clock, every=LONG, pause=0.0)


def known(slack: Slack, groups: MemoryGroups, group: str) -> set[str] | None:
    """The names of those who are known to be in it; None where nothing is known."""
    names = {slack.person(name).id: name for name in ("ann", "ben", "cleo", "owner")}
    found = groups.members(WORKSPACE, [group]).get(group)
    return None if found is None else {names[actor.id] for actor in found}


def test_one_call_tells_the_members_of_all_groups_that_matter_and_of_no_other(slack: Slack) -> None:
    sre, dba = slack.team.add_group("sre", ["ann", "ben"]), slack.team.add_group("dba", ["cleo"])
    other, groups = slack.team.add_group("fans", ["owner"]), MemoryGroups()
    assert members(slack, groups, sre, dba).look() == 2
    assert (known(slack, groups, sre), known(slack, groups, dba)) == ({"ann", "ben"}, {"cleo"})
    assert known(slack, groups, other) is None
    assert [call.method for call in slack.team.calls()] == ["usergroups.list"]


def test_people_have_the_names_that_the_deployment_gives_them(slack: Slack) -> None:
    sre, groups = slack.team.add_group("sre", ["ann"]), MemoryGroups()
    api = Api(slack.bot_token, slack.api_url)
    named = Members(api, groups, WORKSPACE, [sre], lambda _: Actor("oidc", "ann"), FrozenClock())
    assert named.look() == 1
    assert groups.members(WORKSPACE, [sre])[sre] == {Actor("oidc", "ann")}


def test_in_a_group_that_is_gone_or_off_is_nobody(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    sre, groups = slack.team.add_group("sre", ["ann"]), MemoryGroups()
    looking = members(slack, groups, sre, "S0NOTHERE")
    assert looking.look() == 1
    slack.team.switch_group("sre", False)
    assert looking.look() == 0
    assert known(slack, groups, sre) == known(slack, groups, "S0NOTHERE") == set()
    assert f"There is no user group '{sre}', or it is switched off" in caplog.text


@pytest.mark.parametrize("kind", ["ratelimited", "error", "drop"])
def test_where_slack_does_not_answer_they_stay_as_they_were(slack: Slack, kind: str) -> None:
    sre, groups, clock = slack.team.add_group("sre", ["ann"]), MemoryGroups(), FrozenClock()
    looking = members(slack, groups, sre, clock=clock)
    looking.look()
    slack.team.set_group("sre", ["ben"])
    clock.move(timedelta(minutes=10))
    slack.team.fault("usergroups.list", kind)  # type: ignore[arg-type]
    assert looking.look() == 0
    assert known(slack, groups, sre) == {"ann"}
    assert looking.look() == 1
    assert known(slack, groups, sre) == {"ben"}


class Away(MemoryGroups):
    """Groups whose database is away at first."""

    away = True

    def keep(self, *args: object, **more: object) -> None:
        """As the others do, the second time."""
        if self.away:
            self.away = False
            raise Unavailable("The database is away.")
        super().keep(*args, **more)  # type: ignore[arg-type]


def test_the_thread_lives_on_where_the_record_is_away(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    sre, groups = slack.team.add_group("sre", ["ann"]), Away()
    looking = members(slack, groups, sre)
    looking.start()
    try:
        assert wait_until(lambda: "are not kept: The database is away." in caplog.text, SOON)
        looking.soon()
        assert wait_until(lambda: known(slack, groups, sre) == {"ann"}, SOON)
    finally:
        looking.stop()


def test_a_change_is_heard_of_at_once(sandbox: Sandbox, slack: Slack) -> None:
    sre, groups = slack.team.add_group("sre", ["ann"]), MemoryGroups()
    looking = members(slack, groups, sre)
    with house(sandbox, slack=slack, regroup=looking.soon, features=Features(groups=True)):
        looking.start()
        assert wait_until(lambda: known(slack, groups, sre) == {"ann"}, SOON)
        slack.team.set_group("sre", ["ben", "cleo"])
        assert wait_until(lambda: known(slack, groups, sre) == {"ben", "cleo"}, SOON)
        slack.team.switch_group("sre", False)
        assert wait_until(lambda: known(slack, groups, sre) == set(), SOON)
        looking.stop()


@pytest.mark.parametrize(("on", "team", "heard"), [(True, "", 2), (False, "", 0), (True, "T0OTHER", 0)])
def test_only_changes_of_this_workspace_are_heeded_and_only_where_it_matters(
    sandbox: Sandbox, on: bool, team: str, heard: int
) -> None:
    asked: list[int] = []
    with house(sandbox, regroup=lambda: asked.append(1), features=Features(groups=on)) as home:
        for name in ("subteam_members_changed", "subteam_updated", "subteam_created"):
            envelope = {
                "type": "event_callback",
                "team_id": team or home.slack.workspace.id,
                "event_id": name,
            }
            told = home.app.dispatch(request({**envelope, "event": {"type": name, "subteam_id": "S1"}}))
            assert told.status == 200
    assert len(asked) == heard
