"""A call is made once, and what its end means is told: certainly not done, done, or nobody knows."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import trustme

from adapters.sandbox.conditions import FaultKind
from adapters.slack.api import CODES, HELD, LONGEST, Api, Kind, Reply
from tests.slack.faults.scene import Scene

GARBAGE: list[tuple[int, str, str, Kind]] = [
    (200, "text/html", "<html>hello</html>", Kind.UNKNOWN),
    (200, "application/json", "[]", Kind.UNKNOWN),
    (200, "application/json", '[{"ok": true}]', Kind.UNKNOWN),
    (200, "application/json", "null", Kind.UNKNOWN),
    (200, "application/json", '{"ok": false}', Kind.UNKNOWN),
    (200, "application/json", '{"ok": false, "error": "Nonsense: a & b"}', Kind.UNKNOWN),
    (200, "application/json", '{"ok": true, "channel"', Kind.UNKNOWN),
    (200, "application/json", '{"ok": false, "error": "brand_new_error"}', Kind.REFUSED),
    (200, "application/json; charset=nonsense", '{"ok": true}', Kind.UNKNOWN),
    (404, "text/html", "not here", Kind.LATER),
    (403, "text/html", "not you", Kind.LATER),
    (502, "text/html", "bad gateway", Kind.UNKNOWN),
    (503, "text/html", "<secret>", Kind.UNKNOWN),
]


@contextmanager
def serving(status: int, kind: str, body: str, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """The address of a server that always answers this."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Retry-After", "7")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    scheme = "http" if tls is None else "https"
    try:
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}/api/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def asked(url: str) -> Reply:
    return Api("xoxb-1", url, timeout=2.0).call("chat.postMessage", channel="C1", text="secret")


@pytest.mark.parametrize(("status", "kind", "body", "ended"), GARBAGE)
def test_what_is_no_answer_of_slack_is_told_as_such(status: int, kind: str, body: str, ended: Kind) -> None:
    with serving(status, kind, body) as url:
        reply = asked(url)
    assert reply.kind is ended
    assert reply.sentence.endswith(".")
    assert not any(word in reply.sentence for word in ("secret", "Nonsense", "hello"))


@pytest.mark.parametrize("asks", ["7", "0", "soon", "99999999", "-1", ""])
def test_a_wait_that_is_asked_for_is_a_number_of_seconds(asks: str) -> None:
    seconds = {"7": 7.0, "99999999": LONGEST}.get(asks, HELD)
    answer = f"HTTP/1.1 429 Too Many Requests\r\nRetry-After: {asks}\r\nContent-Length: 0\r\n\r\n"

    def answering(line: socket.socket) -> None:
        line.recv(65_536)
        line.sendall(answer.encode())

    with listening(answering) as url:
        reply = asked(url)
    assert (reply.kind, reply.retry_after) == (Kind.HELD, seconds)


@contextmanager
def listening(then: Callable[[socket.socket], object]) -> Iterator[str]:
    """The address of a listener that does this with the first who connects, and hangs up."""

    def serve() -> None:
        with closing(listener.accept()[0]) as line:
            then(line)

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/"
        thread.join()


def test_who_hangs_up_may_have_done_it() -> None:
    with listening(lambda line: line.recv(65_536)) as url:
        assert asked(url).unknown


def test_nobody_there_has_done_nothing() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    reply = asked(f"http://127.0.0.1:{port}/api/")
    assert reply.kind is Kind.LATER
    assert reply.sentence == "Slack cannot take chat.postMessage now (Connection refused)."


def test_a_host_that_does_not_exist_has_done_nothing() -> None:
    assert asked("http://slack.invalid/api/").kind is Kind.LATER


def test_a_certificate_that_is_not_valid_is_named_and_nothing_was_sent() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serving(200, "application/json", '{"ok": true}', context) as url:
        reply = asked(url)
    assert reply.kind is Kind.LATER
    assert "its certificate is not valid" in reply.sentence


FAULTS: list[tuple[FaultKind, Kind]] = [
    ("error", Kind.UNKNOWN),
    ("status", Kind.UNKNOWN),
    ("hang", Kind.UNKNOWN),
    ("drop", Kind.UNKNOWN),
    ("ratelimited", Kind.HELD),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
@pytest.mark.parametrize("after", [True, False])
def test_each_call_is_made_once_whatever_it_ends_with(
    scene: Scene, fault: FaultKind, kind: Kind, after: bool
) -> None:
    api = Api(scene.slack.bot_token, scene.slack.api_url, timeout=0.2)
    scene.slack.team.fault("conversations.create", fault, after=after, seconds=1.0)
    assert api.call("conversations.create", name="inc-1").kind is kind
    assert scene.calls() == ["conversations.create"]


@pytest.mark.parametrize(
    ("code", "kind"), [(code, kind) for kind, codes in CODES.items() for code in sorted(codes)]
)
def test_each_code_has_its_meaning(scene: Scene, code: str, kind: Kind) -> None:
    scene.slack.team.fault("pins.add", "error", code=code)
    reply = scene.api.call("pins.add", channel="C1", timestamp="1.000001")
    assert reply.kind is kind
    assert bool(reply.sentence) is (kind is not Kind.DONE)


def test_the_scope_that_is_missing_is_named(scene: Scene) -> None:
    scene.slack.team.fault("pins.add", "error", code="missing_scope")
    reply = scene.api.call("pins.add", channel="C1", timestamp="1.000001")
    assert reply.sentence == "Slack refuses pins.add: the bot has not been given the scope that it needs."
    told = Reply("pins.add", Kind.CONFIG, {"needed": "pins:write"}, "missing_scope")
    assert told.sentence == "Slack refuses pins.add: the bot has not been given the scope pins:write."


def test_lists_and_objects_arrive_as_they_are_and_none_is_left_out(scene: Scene) -> None:
    made = scene.api.call("conversations.create", name="inc-1", is_private=False, team_id=None)
    metadata = {"event_type": "x", "event_payload": {"key": "ä & b"}}
    blocks = [{"type": "divider"}]
    channel = made.named("channel", "id")
    posted = scene.api.call(
        "chat.postMessage", channel=channel, text="ä & b", blocks=blocks, metadata=metadata
    )
    assert posted.ok
    assert scene.said(str(channel))[0]["metadata"] == metadata
    assert scene.slack.team.calls()[0].args == {"name": "inc-1", "is_private": "0"}


def test_many_threads_may_call(scene: Scene) -> None:
    names = [f"inc-{number}" for number in range(20)]
    threads = [
        threading.Thread(target=scene.api.call, args=("conversations.create",), kwargs={"name": name})
        for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(place.name for place in scene.channels()) == sorted(names)


def test_an_answer_without_what_was_asked_for_has_no_name() -> None:
    reply = Reply("x", Kind.DONE, {"channel": "C1", "empty": "", "number": 3})
    found = [
        reply.named(*path) for path in (("channel",), ("channel", "id"), ("empty",), ("number",), ("no",))
    ]
    assert found == ["C1", None, None, None, None]
