"""Rate tiers, latency and faults: each on request, and seen as a client sees it."""

from __future__ import annotations

import time
from http.client import RemoteDisconnected

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler

from adapters.sandbox import Fault, contract
from adapters.sandbox.rates import PER_MINUTE, SPECIAL, Rates
from tests.sandbox.team import Team, code, refused


@pytest.fixture
def limited(team: Team) -> Team:
    """A workspace that keeps the rate tiers."""
    team.workspace.conditions.limited = True
    return team


def allowed(team: Team, method: str, most: int, **args: str) -> int:
    """How many calls go through before the first that is limited, while the clock stands still."""
    for count in range(most):
        try:
            team.client.api_call(method, json=args)
        except SlackApiError as error:
            if error.response.status_code == 429:
                return count
    return most


class TestTiers:
    """A bucket for each method, refilled evenly."""

    @pytest.mark.parametrize(
        ("method", "tier"),
        [
            ("conversations.list", "t2"),
            ("conversations.info", "t3"),
            ("users.info", "t4"),
            ("auth.test", "auth.test"),
        ],
    )
    def test_a_tier_allows_so_many_at_once(self, limited: Team, method: str, tier: str) -> None:
        most = SPECIAL.get(tier) or PER_MINUTE[tier]
        with limited.world.clock.stopped():
            assert allowed(limited, method, most + 5) == most

    def test_it_is_refilled_evenly_and_says_when(self, limited: Team) -> None:
        with limited.world.clock.stopped():
            allowed(limited, "conversations.list", 21)
            with pytest.raises(SlackApiError) as caught:
                limited.client.conversations_list()
            answer = caught.value.response
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
            assert answer.data == {"ok": False, "error": "ratelimited"}
            limited.world.clock.move(2.9)
            assert code(limited.client, "conversations.list") == "ratelimited"
            limited.world.clock.move(0.2)
            assert limited.client.conversations_list()["ok"]
            assert code(limited.client, "conversations.list") == "ratelimited"

    def test_a_limited_call_has_no_effect(self, limited: Team) -> None:
        with limited.world.clock.stopped():
            for number in range(20):
                limited.client.conversations_create(name=f"room-{number}")
            assert code(limited.client, "conversations.create", name="one-more") == "ratelimited"
        assert "one-more" not in limited.workspace.names

    def test_each_method_and_each_app_has_its_own(self, limited: Team) -> None:
        other = limited.speak(limited.add_app(("channels:read",)).bot_token)
        with limited.world.clock.stopped():
            allowed(limited, "conversations.list", 21)
            assert limited.client.users_conversations()["ok"]
            assert other.conversations_list()["ok"]

    def test_a_channel_takes_a_message_a_second_after_a_small_burst(self, limited: Team) -> None:
        first, second = limited.channel("first"), limited.channel("second")
        with limited.world.clock.stopped():
            assert allowed(limited, "chat.postMessage", 10, channel=first, text="x") == 5
            assert limited.client.chat_postMessage(channel=second, text="x")["ok"]
            limited.world.clock.move(1.001)
            assert limited.client.chat_postMessage(channel=first, text="x")["ok"]
            assert code(limited.client, "chat.postMessage", channel=first, text="x") == "ratelimited"

    def test_what_a_channel_refuses_is_not_counted_for_the_workspace(self) -> None:
        rates = Rates()

        def wait(channel: str) -> int:
            return rates.wait("T1", "A1", "chat.postMessage", "t5", channel, 1.7e9)

        assert [wait("C1") for _ in range(500)].count(0) == 5
        assert wait("C2") == 0

    def test_they_can_be_filled_again_or_switched_off(self, limited: Team) -> None:
        with limited.world.clock.stopped():
            allowed(limited, "conversations.list", 21)
            limited.world.rates.refill(limited.workspace.id)
            assert limited.client.conversations_list()["ok"]
            limited.workspace.conditions.limited = False
            assert allowed(limited, "conversations.list", 50) == 50


class TestFaults:
    """What goes wrong on request, before or after the effect."""

    @pytest.mark.parametrize("after", [False, True])
    def test_an_error_before_the_effect_and_one_after_it(self, team: Team, after: bool) -> None:
        team.workspace.conditions.faults.append(Fault("conversations.create", "error", after=after))
        assert code(team.client, "conversations.create", name="new") == "fatal_error"
        assert ("new" in team.workspace.names) is after
        assert team.last().fault == f"error {'after' if after else 'before'}"
        assert team.client.conversations_create(name="next")["ok"]

    @pytest.mark.parametrize("after", [False, True])
    def test_a_connection_that_is_dropped(self, team: Team, after: bool) -> None:
        team.workspace.conditions.faults.append(Fault("conversations.create", "drop", after=after))
        with pytest.raises((RemoteDisconnected, ConnectionError)):
            team.client.conversations_create(name="new")
        assert ("new" in team.workspace.names) is after
        assert (team.last().outcome, team.last().answered) == ("drop", None)

    def test_a_client_that_tries_again_by_itself_does_it_twice(self, team: Team) -> None:
        channel = team.channel()
        retrying = WebClient(
            team.installed.bot_token,
            base_url=team.sandbox.api_url,
            retry_handlers=[ConnectionErrorRetryHandler(max_retry_count=1)],
        )
        team.workspace.conditions.faults.append(Fault("chat.postMessage", "drop", after=True))
        retrying.chat_postMessage(channel=channel, text="twice")
        said = [message.text for message in team.state(channel).messages.values()]
        assert said.count("twice") == 2

    @pytest.mark.parametrize("after", [False, True])
    def test_no_answer_in_time(self, team: Team, after: bool) -> None:
        team.workspace.conditions.faults.append(
            Fault("conversations.create", "hang", after=after, seconds=60)
        )
        impatient = WebClient(
            team.installed.bot_token, base_url=team.sandbox.api_url, retry_handlers=[], timeout=1
        )
        with pytest.raises(TimeoutError):
            impatient.conversations_create(name="new")
        assert ("new" in team.workspace.names) is after
        assert team.last().outcome == "hang"

    @pytest.mark.parametrize("status", [500, 503])
    def test_another_status(self, team: Team, status: int) -> None:
        team.workspace.conditions.faults.append(Fault("*", "status", status=status))
        with pytest.raises(SlackApiError) as caught:
            team.client.auth_test()
        assert caught.value.response.status_code == status

    def test_a_limit_before_its_time(self, team: Team) -> None:
        team.workspace.conditions.faults.append(Fault("users.list", "ratelimited", seconds=7))
        with pytest.raises(SlackApiError) as caught:
            team.client.users_list()
        assert caught.value.response.headers["Retry-After"] == "7"

    def test_some_calls_go_well_before_and_only_so_many_do_not(self, team: Team) -> None:
        fault = Fault("users.list", "error", code="internal_error", skip=1, times=2)
        team.workspace.conditions.faults.append(fault)
        outcomes = []
        for _ in range(5):
            try:
                outcomes.append(str(team.client.users_list()["ok"]))
            except SlackApiError as error:
                outcomes.append(str(error.response["error"]))
        assert outcomes == ["True", "internal_error", "internal_error", "True", "True"]

    @pytest.mark.parametrize("method", sorted(contract.methods()))
    def test_every_documented_error_of_a_method_can_be_asked_for(self, team: Team, method: str) -> None:
        for error in sorted(contract.methods()[method].errors):
            team.workspace.conditions.faults.append(Fault(method, "error", code=error))
            assert code(team.client, method) == error

    def test_every_common_error_can_be_asked_for(self, team: Team) -> None:
        for error in sorted(contract.common_errors()):
            team.workspace.conditions.faults.append(Fault("auth.test", "error", code=error))
            assert code(team.client, "auth.test") == error


class TestLatency:
    """How long a call takes on its way."""

    def test_a_call_takes_as_long_as_was_asked_and_others_do_not(self, team: Team) -> None:
        team.workspace.conditions.latency["users.list"] = 0.5
        began = time.monotonic()
        team.client.users_list()
        assert time.monotonic() - began >= 0.5
        assert team.last().took >= 0.5
        team.client.auth_test()
        assert team.last().took < 0.5

    def test_all_others_have_a_common_one(self, team: Team) -> None:
        team.workspace.conditions.latency.update({"*": 0.1, "users.list": 0.0})
        team.client.auth_test()
        assert team.last().took >= 0.1
        call = team.last()
        assert call.began is not None
        assert call.answered is not None
        assert call.arrived < call.began < call.answered


def test_a_refused_call_is_journalled_where_its_token_belongs(team: Team) -> None:
    refused(team.client, "conversations.info", channel="C0")
    assert (team.last().outcome, team.last().app_id) == ("channel_not_found", team.app.id)
    refused(team.speak("xoxb-none"), "auth.test")
    assert team.world.strays[-1].outcome == "invalid_auth"
    assert "token" not in team.world.strays[-1].args
