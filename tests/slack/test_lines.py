"""Frames, greetings and farewells of one line, with a test at the other end of it."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from time import monotonic, process_time

import pytest
import trustme
from websockets.frames import Frame, Opcode

from adapters.slack.socket_line import Line
from adapters.slack.sockets import Sockets
from incident_core.errors import Unavailable
from tests.servers.watchdog import wait_until
from tests.slack.links import SOON, End, Link, asked, linked
from tests.slack.test_sockets import NEVER, Deed, bot

LARGE = 300_000
"""Characters, more than a length of 16 bits can tell."""
HUGE = 16_000_000
"""Characters, more than the kernel keeps for a line that nobody reads."""

JUNK = {
    "no JSON": "no JSON",
    "a list": "[1]",
    "null": "null",
    "nothing": "{}",
    "an odd hello": '{"type": "hello", "num_connections": null}',
    "an odd envelope": '{"type": "events_api", "envelope_id": 7, "payload": [1]}',
}


@contextmanager
def connected(
    link: Link, deed: Deed = lambda text: text, ping: float = NEVER, turned: Callable[[str], object] = id
) -> Iterator[tuple[Sockets, End]]:
    """The bot, and the first line of it, greeted."""
    with bot("xapp-1", link.api_url, deed, ping=ping, turned=turned) as front:
        end = link.next()
        end.greet()
        yield front, end


@pytest.fixture
def link() -> Iterator[Link]:
    with linked() as made:
        yield made


def pauses(link: Link) -> list[float]:
    """Seconds between two questions where a line can be had; the first was right after the cut."""
    return [later - earlier for earlier, later in pairwise(link.asked)]


def answer(number: int, text: str) -> dict[str, object]:
    return {"envelope_id": str(number), "payload": {"text": text}}


def frame(opcode: Opcode, data: bytes, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=False)


def test_what_came_whole_before_the_cut_is_answered_over_the_next_line(link: Link) -> None:
    """What was cut in the middle is not."""
    may = Event()

    def slow(text: str) -> str:
        assert may.wait(SOON)
        return text

    frames = [frame(Opcode.TEXT, json.dumps(asked(number)).encode()) for number in range(50)]
    with connected(link, slow) as (front, first):
        first.raw(b"".join(frames)[:-5])
        first.cut()
        second = link.next()
        assert front.fault() == "It is not connected to Slack."
        second.greet()
        may.set()
        assert {second.next()["envelope_id"] for _ in range(49)} == {str(each) for each in range(49)}
        assert first.rest() == []


def test_an_answer_waits_for_the_next_line(link: Link) -> None:
    came, may = Event(), Event()

    def slow(text: str) -> str:
        came.set()
        assert may.wait(SOON)
        return text

    with connected(link, slow) as (front, first):
        first.ask(1, "x")
        assert came.wait(SOON)
        link.refusing = 503
        first.cut()
        assert wait_until(lambda: front.fault() is not None, SOON)
        may.set()
        link.refusing = None
        second = link.next()
        second.greet()
        assert second.next() == answer(1, "x")


def test_while_slack_is_away_it_is_tried_again_without_spinning_and_then_found(link: Link) -> None:
    """At once, and after pauses that grow; who watches hears of each turn meanwhile."""
    turns: list[str] = []
    with connected(link, ping=0.5, turned=turns.append) as (front, end):
        link.refusing = 503
        began, used = monotonic(), process_time()
        end.cut()
        assert wait_until(lambda: len(link.asked) > 3, SOON, every=0.1)
        assert process_time() - used < (monotonic() - began) / 4
        assert front.fault() == "It is not connected to Slack."
        assert turns.count("socket") > 3
        assert "deliveries" in turns
        link.refusing = None
        link.next().greet()
        assert wait_until(lambda: front.fault() is None, SOON)
    assert all(pause >= least for pause, least in zip(pauses(link)[1:], (0.49, 0.99, 1.99), strict=True))


def test_slack_is_not_asked_before_it_wants_to_be(link: Link) -> None:
    with connected(link) as (_, end):
        link.refusing, link.wait = 429, "2"
        end.cut()
        assert wait_until(lambda: len(link.asked) > 1, SOON)
        link.refusing = None
        link.next().greet()
    assert pauses(link)[1] >= 1.99


def test_a_large_answer_goes_out_whole(link: Link) -> None:
    with connected(link, lambda text: text * LARGE) as (_, end):
        end.ask(1, "é")
        assert end.next() == answer(1, "é" * LARGE)


def test_a_frame_may_come_in_pieces_with_others_between_and_beside_it(link: Link) -> None:
    text = json.dumps(asked(1, "x" * LARGE)).encode()
    with connected(link) as (_, end):
        for byte in frame(Opcode.TEXT, json.dumps(asked(0, "bytes")).encode()):
            end.raw(bytes([byte]))
        assert end.next() == answer(0, "bytes")
        end.raw(frame(Opcode.TEXT, text[:10], fin=False))
        end.raw(frame(Opcode.PING, b"between"))
        end.raw(frame(Opcode.CONT, text[10:1000], fin=False))
        end.raw(frame(Opcode.CONT, text[1000:]) + frame(Opcode.TEXT, json.dumps(asked(2)).encode()))
        assert sorted([end.next(), end.next()], key=lambda each: str(each["envelope_id"])) == [
            answer(1, "x" * LARGE),
            {"envelope_id": "2"},
        ]


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_what_cannot_be_understood_harms_nobody(link: Link, junk: str) -> None:
    with connected(link) as (front, end):
        end.socket.send(junk)
        end.socket.send(b"\0 bytes")
        end.ask(1, "after it")
        assert end.next() == answer(1, "after it")
        assert front.fault() is None


def test_the_line_before_serves_until_slack_has_greeted_the_next(link: Link) -> None:
    """And then it is left with a proper close."""
    with connected(link) as (front, first):
        first.say({"type": "disconnect", "reason": "warning"})
        second = link.next()
        first.ask(1, "before")
        assert first.next() == answer(1, "before")
        assert front.fault() is None
        second.greet()
        assert first.next() is None
        assert first.code == 1000
        second.ask(2, "after")
        assert second.next() == answer(2, "after")


def test_where_slack_has_no_room_for_the_next_line_the_one_before_serves_on(link: Link) -> None:
    """Slack may have room when that one ends."""
    with connected(link) as (front, first):
        first.say({"type": "disconnect", "reason": "warning"})
        for _ in range(2):
            refused = link.next()
            refused.say({"type": "disconnect", "reason": "too_many_websockets"})
            refused.socket.close()
        first.ask(1, "before")
        assert first.next() == answer(1, "before")
        first.cut()
        third = link.next()
        third.greet()
        assert wait_until(lambda: front.fault() is None, SOON)
        third.ask(2, "after")
        assert third.next() == answer(2, "after")


def test_lines_that_do_not_hold_are_not_opened_in_a_rush(link: Link) -> None:
    with connected(link) as (_, first):
        first.cut()
        for _ in range(3):
            short = link.next()
            short.greet()
            short.cut()
        link.next()
    assert all(pause >= least for pause, least in zip(pauses(link)[1:], (0.49, 0.99, 1.99), strict=True))


@pytest.mark.parametrize("writing", [False, True], ids=["idle", "writing"])
def test_a_line_whose_end_is_frozen_is_given_up(link: Link, writing: bool) -> None:
    """What was being written to it in vain is written to the next."""
    ping = 1.0 if writing else 0.4
    with connected(link, lambda text: text * HUGE, ping) as (_, first), first.frozen():
        if writing:
            first.socket.socket.sendall(frame(Opcode.TEXT, json.dumps(asked(1, "x")).encode()))
        second = link.next()
        second.greet()
        if writing:
            assert len(second.next()["payload"]["text"]) == HUGE
        second.ask(2, "")
        assert second.next() == {"envelope_id": "2"}


def test_a_bot_that_is_told_to_end_while_it_connects_ends_and_leaves_no_line(link: Link) -> None:
    with connected(link) as (front, first):
        link.held.clear()
        before = len(link.asked)
        first.cut()
        assert wait_until(lambda: len(link.asked) > before, SOON)
        stopping = Thread(target=front.stop)
        stopping.start()
        stopping.join(5.0)
        assert not stopping.is_alive()
        link.held.set()
        assert link.next().rest() == []


@pytest.mark.parametrize("size", [0, HUGE], ids=["idle", "writing"])
def test_a_bot_that_is_told_to_end_while_its_line_is_frozen_ends(link: Link, size: int) -> None:
    came = Event()

    def large(text: str) -> str:
        came.set()
        return text * size

    with connected(link, large) as (front, first), first.frozen():
        first.socket.socket.sendall(frame(Opcode.TEXT, json.dumps(asked(1, "x")).encode()))
        assert came.wait(SOON)
        stopping = Thread(target=front.stop)
        stopping.start()
        stopping.join(SOON)
        assert not stopping.is_alive()


def test_what_slack_encrypts_is_read_and_its_cut_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with linked(context) as link, connected(link, lambda text: text * LARGE) as (_, first):
        first.ask(1, "x")
        assert first.next() == answer(1, "x" * LARGE)
        first.cut()
        second = link.next()
        second.greet()
        second.ask(2, "y")
        assert second.next() == answer(2, "y" * LARGE)


@pytest.mark.parametrize("proxy", ["me:hush@127.0.0.1:9", "ftp://me:hush@127.0.0.1:9", "http://me:hush@:x"])
def test_what_is_no_proxy_is_said_without_its_password(proxy: str) -> None:
    with pytest.raises(
        Unavailable, match=r"^HTTPS_PROXY is not the address of a proxy: write http://HOST:PORT\.$"
    ):
        Line("ws://127.0.0.1:9/", ping=NEVER, proxy=proxy, logger=logging.getLogger(__name__))
