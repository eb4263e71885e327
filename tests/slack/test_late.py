"""A worker may begin while Slack is away: everything comes later, and comes by itself."""

from __future__ import annotations

from adapters.sandbox import Sandbox, new_slack
from adapters.settings import Settings
from adapters.slack.api import Api
from adapters.slack.drawing.setup import Setup
from adapters.slack.everybody import Everybody
from adapters.slack.identity import Identity, identify
from adapters.slack.late import LateMirror
from adapters.slack.mirror import SlackMirror
from incident_core.ports.mirror import Call, Ended, Kind, Paced
from incident_core.testing.memory_clock import NOON

MADE = Call("k", Kind.MAKE, "channel", "conversations.create", {"name": "inc-1", "private": False})


def _late(api: Api, **settings: str) -> LateMirror:
    found = Settings(database_url="sqlite://", **settings)  # type: ignore[arg-type]
    return LateMirror(api, Setup(bot_user=""), lambda: identify(api, found))


def test_while_slack_is_away_calls_come_later_and_their_ends_are_not_known() -> None:
    mirror = _late(Api("xoxb-1", "http://127.0.0.1:9/api/"))
    outcome = mirror.perform(MADE)
    assert outcome.ended is Ended.LATER
    assert "auth.test" in (outcome.error or "")
    assert mirror.check(MADE, NOON).ended is Ended.UNKNOWN


def test_it_does_whatever_a_mirror_of_slack_does() -> None:
    """What it forgot would be taken for what this outside does not have, as its pace is."""
    mirror = _late(Api("xoxb-1", "http://127.0.0.1:9/api/"))
    assert {name for name in dir(SlackMirror) if name[0] != "_"} <= set(dir(mirror))
    assert isinstance(mirror, Paced)
    assert mirror.pace("conversations.create") == 3.0


def test_who_the_bot_is_is_asked_once(sandbox: Sandbox) -> None:
    slack = new_slack(sandbox)
    mirror = _late(Api(slack.bot_token, slack.api_url))
    assert mirror.perform(MADE).ended is Ended.DONE
    assert mirror.check(MADE, NOON).ended is Ended.DONE
    assert len(slack.team.calls("auth.test")) == 1


def test_the_identity_is_that_of_the_token(sandbox: Sandbox) -> None:
    slack = new_slack(sandbox)
    found = identify(Api(slack.bot_token, slack.api_url), Settings(database_url="sqlite://"))
    assert isinstance(found, Identity)
    assert (found.team_id, found.bot_user) == (slack.workspace.id, slack.bot_user)


def test_a_token_of_another_workspace_is_refused_and_no_call_is_made_with_it(sandbox: Sandbox) -> None:
    slack = new_slack(sandbox)
    outcome = _late(Api(slack.bot_token, slack.api_url), slack_workspace="T0OTHER").perform(MADE)
    assert outcome.ended is Ended.LATER
    assert "SLACK_WORKSPACE_ID says T0OTHER" in (outcome.error or "")
    assert not slack.team.calls("conversations.create")


def test_a_token_that_slack_does_not_know_is_said_to_be_that(sandbox: Sandbox) -> None:
    slack = new_slack(sandbox)
    outcome = _late(Api("xoxb-nobody", slack.api_url)).perform(MADE)
    assert "SLACK_BOT_TOKEN" in (outcome.error or "")


def test_everybody_is_known_by_name_page_by_page_but_for_bots_and_who_has_left(sandbox: Sandbox) -> None:
    slack = new_slack(sandbox, people=["ann", "ben"])
    for number in range(250):
        slack.team.add_user(f"p{number}")
    slack.team.deactivate("ben")
    known: dict[str, tuple[str, ...]] = {}
    bots: set[str] = set()
    zones: dict[str, str] = {}

    class Names:
        def learn(self, user: str, *names: str) -> None:
            known[user] = names

        def learn_zone(self, user: str, zone: str) -> None:
            zones[user] = zone

        def learn_bot(self, user: str) -> None:
            bots.add(user)

    count = Everybody(Api(slack.bot_token, slack.api_url), Names()).look()
    assert count == len(known)
    assert slack.person("ann").id in known
    assert {name for names in known.values() for name in names} >= {"ann", "p0", "p249"}
    assert zones == dict.fromkeys(known, "Etc/UTC")
    assert slack.bot_user not in known
    assert slack.bot_user in bots
    assert all("ben" not in names for names in known.values())
    assert len(slack.team.calls("users.list")) == 2
