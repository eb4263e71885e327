"""A line that ends, however it ends, is followed by another at once, and nothing is lost that can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from adapters.sandbox import Sandbox, Slack, new_slack
from adapters.sandbox.slack import default_manifest
from adapters.slack.sockets import Sockets
from adapters.slack.turns import Turns
from incident_core.errors import Unavailable
from tests.servers.watchdog import wait_until

SOON, NEVER = 30.0, 600.0
"""Seconds for what comes at once; and for looks at the other end, where they must not be what notices."""

Deed = Callable[[str], str]


@contextmanager
def bot(
    token: str,
    api_url: str,
    deed: Deed = lambda text: text,
    *,
    ping: float = NEVER,
    told: Callable[[int], object] = lambda _: None,
    turned: Callable[[str], object] = lambda _: None,
) -> Iterator[Sockets]:
    """It answers /incident by what `deed` makes of the text."""
    allowed = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1")
    app = App(signing_secret="x", process_before_response=True, authorize=lambda: allowed)
    app.command("/incident")(lambda ack, command: ack(deed(command.get("text", ""))))
    turns = Turns(lambda: None, lambda: None)
    sockets = Sockets(app, token, api_url, turns, told=told, turned=turned, ping=ping)
    sockets.start()
    try:
        yield sockets
    finally:
        sockets.stop()


@pytest.fixture
def slack(sandbox: Sandbox) -> Slack:
    return new_slack(sandbox, default_manifest(), people=("ann",))


def lines(slack: Slack) -> list[str]:
    return slack.control.connections(slack.app.id)


def anew(slack: Slack, before: list[str]) -> bool:
    return bool(set(lines(slack)) - set(before))


@pytest.mark.parametrize("ghosts", [False, True], ids=["known", "unknown"])
@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
def test_a_line_that_is_cut_is_opened_anew_at_once(slack: Slack, ghosts: bool, reset: bool) -> None:
    """Nothing but the end of the connection tells it: no look at the other end comes before ten minutes."""
    counts: list[int] = []
    with bot(slack.app_token, slack.api_url, told=counts.append) as front:
        assert wait_until(lambda: counts == [1], SOON)
        before = lines(slack)
        assert slack.control.drop(slack.app.id, ghosts=ghosts, reset=reset) == 1
        assert wait_until(lambda: anew(slack, before), SOON)
        assert wait_until(lambda: counts == [1, 2 if ghosts else 1], SOON)
        assert (front.fault(), front.connections) == (None, counts[-1])


def test_what_people_type_right_after_a_cut_is_answered(slack: Slack) -> None:
    with bot(slack.app_token, slack.api_url, ping=3.0):
        slack.wait_for_socket(SOON)
        before = lines(slack)
        slack.control.drop(slack.app.id)
        assert wait_until(lambda: anew(slack, before), 3.0)
        assert slack.person("ann").command("/incident", "still there", "general").acked


def test_where_the_line_cannot_be_opened_the_bot_does_not_begin(slack: Slack) -> None:
    slack.control.revoke(slack.app_token)
    refused = r"^Slack does not let this app connect: token_revoked \(SLACK_APP_TOKEN\)\.$"
    with pytest.raises(Unavailable, match=refused), bot(slack.app_token, slack.api_url):
        raise AssertionError
    nobody = "^Slack cannot be reached; nothing was connected.$"
    with pytest.raises(Unavailable, match=nobody), bot("xapp-1", "http://127.0.0.1:9/api/"):
        raise AssertionError


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_a_stopped_bot_leaves_no_line(slack: Slack, reason: str) -> None:
    with bot(slack.app_token, slack.api_url):
        slack.wait_for_socket(SOON)
        slack.control.disconnect(slack.app.id, reason)
    assert wait_until(lambda: not lines(slack), SOON)


def test_answers_are_finished_before_the_bot_hangs_up(slack: Slack) -> None:
    came, may = Event(), Event()

    def slow(text: str) -> str:
        came.set()
        assert may.wait(SOON)
        return text

    ann = slack.person("ann")
    with bot(slack.app_token, slack.api_url, slow) as front:
        slack.wait_for_socket(SOON)
        sent = ann.command("/incident", "hello", "general", wait=False)
        assert came.wait(SOON)
        stopping = Thread(target=front.stop)
        stopping.start()
        assert not wait_until(lambda: front.fault() is not None, 0.3)
        may.set()
        stopping.join(SOON)
        assert ann.outcome(sent).acked
