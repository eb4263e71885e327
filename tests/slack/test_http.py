"""The server of HTTP mode: only what is signed is answered, and machines can ask how the bot is."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import enumerate as threads
from urllib.parse import urlencode

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from adapters.sandbox.delivery import signing
from adapters.slack.http import LARGEST, PATH, Http
from adapters.slack.turns import Turns
from incident_core.errors import Unavailable
from tests.servers.watchdog import wait_until

SECRET = "a secret that only two know"
COMMAND = urlencode(
    {
        "command": "/incident",
        "text": "x",
        "team_id": "T1",
        "user_id": "U1",
        "trigger_id": "1",
        "api_app_id": "A1",
    }
).encode()


@dataclass
class Served:
    """A server over a bot that says hello; `fault` is what stands in its way, `told` what was heard."""

    fault: str | None = None
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        app = App(signing_secret=SECRET, authorize=_authorize, process_before_response=True)
        app.command("/incident")(lambda ack: ack("Hello."))
        turns = Turns(lambda: self.told.append("woken"), lambda: None)
        self.http = Http(app, "127.0.0.1", 0, turns, lambda: self.fault)

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.http.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        found = answer.status, answer.read().decode()
        connection.close()
        return found

    def post(self, secret: str = SECRET, body: bytes = COMMAND, path: str = PATH) -> signing.Reply:
        url = f"http://127.0.0.1:{self.http.port}{path}"
        return signing.Sender().send(signing.Request(url, secret, body, signing.FORM))


def _authorize() -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="UB"
    )


@pytest.fixture
def served() -> Iterator[Served]:
    found = Served()
    found.http.start()
    yield found
    found.http.stop()


def test_a_signed_command_is_answered_and_work_follows(served: Served) -> None:
    assert served.post().body == b"Hello."
    assert wait_until(lambda: served.told == ["woken"], 30)


def test_what_is_signed_with_another_secret_is_refused(served: Served) -> None:
    reply = served.post(secret="another")
    assert (reply.status, b"Hello" in reply.body) == (401, False)


def test_nothing_else_is_served(served: Served) -> None:
    assert (served.get("/")[0], served.post(path="/slack/install").status) == (404, 404)


def test_a_request_that_is_far_too_large_is_refused(served: Served) -> None:
    reply = served.post(body=b"x" * (LARGEST + 1))
    assert reply.status == 413 or reply.failure is not None


def test_it_lives_and_says_whether_it_is_ready(served: Served) -> None:
    assert (served.get("/healthz"), served.get("/readyz")) == ((200, "ok"), (200, "ok"))
    served.fault = "The database is away."
    assert (served.get("/healthz"), served.get("/readyz")) == ((200, "ok"), (503, "The database is away."))


def test_a_port_that_is_taken_is_a_clear_sentence(served: Served) -> None:
    turns = Turns(lambda: None, lambda: None)
    other = Http(
        App(signing_secret=SECRET, authorize=_authorize), "127.0.0.1", served.http.port, turns, lambda: None
    )
    with pytest.raises(Unavailable, match="cannot listen at"):
        other.start()


def test_when_it_is_stopped_nothing_of_it_is_left() -> None:
    found = Served()
    before = len(threads())
    found.http.start()
    found.http.stop()
    assert wait_until(lambda: len(threads()) <= before, 30)
