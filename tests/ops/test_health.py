"""Whether a process lives and is ready: told in time, with every reason, whatever hangs."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Event
from threading import enumerate as threads
from time import monotonic

import pytest

from adapters.ops.asking import Asking
from adapters.ops.attended import Attended
from adapters.ops.health import Health, Phase
from adapters.ops.pulse import LIMIT, Pulse
from adapters.ops.server import AT_ONCE, Page, Server, verdict
from incident_core.errors import Unavailable
from tests.slack.stories.process import free_address, health


class Clock:
    """Seconds, moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def over() -> Iterator[Event]:
    """What hangs ends with the test."""
    event = Event()
    yield event
    event.set()


def test_a_loop_that_does_not_turn_any_more_is_named_until_it_turns_again() -> None:
    clock = Clock()
    pulse = Pulse(now=clock)
    checked = Health(pulse, lambda: None)
    clock.now = LIMIT * 9
    assert checked.live() == (), "what has never turned is not watched"
    pulse.beat()
    clock.now += LIMIT
    assert checked.live() == ()
    clock.now += 1
    assert checked.live() == ("MainThread has not turned for 61 s.",)
    pulse.beat("ear")
    assert checked.loops() == {"MainThread": 61.0, "ear": 0.0}
    checked.phase = Phase.STOPPING
    assert checked.live() == ()
    checked.phase = Phase.RUNNING
    pulse.beat()
    assert checked.live() == ()


def test_it_is_ready_where_nothing_stands_against_it_and_tells_all_that_does() -> None:
    wrong: list[str | None] = [None, None]
    checked = Health(Pulse(), lambda: wrong[0], [lambda: wrong[1]])
    assert checked.ready() == ("The process is starting.",)
    checked.phase = Phase.RUNNING
    assert checked.ready() == ()
    wrong[:] = ["No tables.", "Not connected."]
    checked = Health(Pulse(), lambda: wrong[0], [lambda: wrong[1]])
    checked.phase = Phase.RUNNING
    assert checked.ready() == ("No tables.", "Not connected.")
    checked.phase = Phase.STOPPING
    assert checked.ready() == ("The process is stopping.",)


def test_while_the_database_hangs_it_is_asked_once_and_nobody_waits_for_it(over: Event) -> None:
    asked: list[int] = []

    def hangs() -> str | None:
        asked.append(1)
        over.wait(60)
        return None

    checked = Health(Pulse(), hangs)
    checked.phase = Phase.RUNNING
    began = monotonic()
    for _ in range(20):
        assert checked.ready() == ("The database does not answer.",)
    assert monotonic() - began < 20, "the first waits a moment"
    assert (asked, sum(each.name == "asking" for each in threads())) == ([1], 1)


def test_an_answer_is_kept_for_a_while_and_so_is_a_failure() -> None:
    asked: list[int] = []

    def fails() -> int:
        asked.append(1)
        raise Unavailable("It is gone.")

    asking = Asking(fails, keep=60, patience=30)
    assert (asking(), asking(), asked) == (None, None, [1])
    known = Asking(lambda: 7, keep=60, patience=30)
    assert (known(), known()) == (7, 7)


def test_pages_are_served_with_their_status_and_anything_else_is_not_there() -> None:
    address = free_address()
    host, _, port = address.rpartition(":")
    wrong: list[str] = []
    pages = {
        "/live": lambda: verdict(wrong),
        "/more": lambda: verdict((), loops={}),
        "/x": lambda: Page(200, "a/b", b"x"),
    }
    server = Server(host, int(port), pages)
    server.start()
    try:
        assert health(address, "live") == (200, '{"status": "ok", "reasons": []}\n')
        wrong.append("It hangs.")
        assert health(address, "live?now") == (503, '{"status": "unavailable", "reasons": ["It hangs."]}\n')
        assert health(address, "more") == (200, '{"status": "ok", "reasons": [], "loops": {}}\n')
        assert health(address, "x") == (200, "x")
        assert health(address, "etc/passwd") == (404, "Not found.\n")
        with pytest.raises(Unavailable, match=rf"^OPS_ADDRESS cannot be used: {address} \(Address already"):
            Server(host, int(port), {}).start()
    finally:
        server.stop()
    assert health(address, "live") == (0, "")


def test_whoever_says_nothing_takes_no_room_for_ever() -> None:
    address = free_address()
    host, _, port = address.rpartition(":")
    server = Server(host, int(port), {"/live": lambda: verdict(())})
    server.start()
    silent = [socket.create_connection((host, int(port))) for _ in range(AT_ONCE)]
    try:
        with closing(socket.create_connection((host, int(port)), timeout=30)) as one_more:
            assert one_more.recv(1) == b""
    finally:
        for each in silent:
            each.close()
    try:
        assert any(health(address, "live")[0] == 200 for _ in range(1000))
    finally:
        server.stop()


def test_a_service_that_cannot_begin_leaves_nobody_listening() -> None:
    class Fails:
        def start(self) -> None:
            raise Unavailable("No.")

        def stop(self) -> None: ...

    address = free_address()
    host, _, port = address.rpartition(":")
    checked = Health(Pulse(), lambda: None)
    with pytest.raises(Unavailable, match="No"):
        Attended(Fails(), Server(host, int(port), {"/live": lambda: verdict(())}), checked).start()
    assert health(address, "live") == (0, "")
