"""What listens to Slack is watched: the loop that keeps its line or port, and those who answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from adapters.ops.pulse import LIMIT, Pulse
from adapters.sandbox import Sandbox
from adapters.sandbox.delivery import signing
from adapters.slack import http, sockets
from adapters.slack.http import PATH, Http
from adapters.slack.sockets import Sockets
from adapters.slack.turns import Turns
from tests.ops.asked import until
from tests.slack.stories.town import SOON, founded

SECRET = "a secret that only two know"
COMMAND = b"command=%2Fincident&text=x&team_id=T1&user_id=U1&trigger_id=1&api_app_id=A1"
LATER = LIMIT + 1


@dataclass
class Clock:
    """Seconds, moved by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Listening:
    """What listens, and its pulse; `ask` gives it something to answer, which hangs until `over`."""

    clock: Clock
    pulse: Pulse
    over: Event
    hanging: list[int]
    ask: Callable[[], object] = lambda: None
    stop_loop: Callable[[], object] = lambda: None
    stack: ExitStack = field(default_factory=ExitStack)

    def turns_again(self, name: str) -> None:
        """It has turned at the time that it is now."""
        until(lambda: self.pulse.loops()[name] == 0)

    def ask_in_vain(self, count: int) -> None:
        """Give all who answer something that hangs."""
        for _ in range(count):
            Thread(target=self.ask, daemon=True).start()
        until(lambda: len(self.hanging) == count)


def _app(made: Listening, **options: object) -> App:
    def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="UB"
        )

    app = App(authorize=authorize, process_before_response=True, **options)  # type: ignore[arg-type]

    def hangs(ack: Callable[[str], object]) -> None:
        made.hanging.append(1)
        made.over.wait(SOON)
        ack("At last.")

    app.command("/incident")(hangs)
    return app


@contextmanager
def over_http(made: Listening, _: Sandbox) -> Iterator[None]:
    turns = Turns(lambda: None, lambda: None)
    app = _app(made, signing_secret=SECRET)
    front = Http(app, "127.0.0.1", 0, turns, lambda: None, turned=made.pulse.beat)
    front.start()
    url = f"http://127.0.0.1:{front.port}{PATH}"
    made.ask = lambda: signing.Sender().send(signing.Request(url, SECRET, COMMAND, signing.FORM))
    made.stop_loop = front.stop
    try:
        yield
    finally:
        made.over.set()
        front.stop()


@contextmanager
def over_sockets(made: Listening, sandbox: Sandbox) -> Iterator[None]:
    slack = founded(sandbox)
    app = _app(made, client=WebClient("xoxb-1", base_url=slack.api_url))
    turns = Turns(lambda: None, lambda: None)
    front = Sockets(app, slack.app_token, slack.api_url, turns, turned=made.pulse.beat)
    front.start()
    slack.wait_for_socket(SOON)
    made.ask = lambda: slack.person("ann").command("/incident", "x", slack.general)
    made.stop_loop = front.stop
    try:
        yield
    finally:
        made.over.set()
        front.stop()


WAYS = {"http": (over_http, http.AT_ONCE), "socket": (over_sockets, sockets.AT_ONCE)}


@pytest.fixture(params=WAYS)
def name(request: pytest.FixtureRequest) -> str:
    """Of the loop that listens."""
    return str(request.param)


@pytest.fixture
def listening(name: str, sandbox: Sandbox) -> Iterator[Listening]:
    clock = Clock()
    made = Listening(clock, Pulse(now=clock), Event(), [])
    with WAYS[name][0](made, sandbox):
        until(lambda: set(made.pulse.loops()) == {name, "deliveries"})
        yield made


def test_who_answers_is_found_to_hang_while_what_listens_turns_and_to_live_again(
    name: str, listening: Listening
) -> None:
    listening.clock.now = LATER
    listening.turns_again("deliveries")
    listening.turns_again(name)
    listening.ask_in_vain(WAYS[name][1])
    listening.clock.now += LATER
    listening.turns_again(name)
    assert listening.pulse.stopped() == ("deliveries has not turned for 61 s.",)
    listening.over.set()
    listening.turns_again("deliveries")
    assert listening.pulse.stopped() == ()


def test_what_listens_is_found_to_have_ended(name: str, listening: Listening) -> None:
    listening.turns_again(name)
    listening.stop_loop()
    listening.clock.now = LATER
    assert f"{name} has not turned for 61 s." in listening.pulse.stopped()
