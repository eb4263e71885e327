"""Control over HTTP refuses whatever it does not understand, in a sentence, and goes on."""

from __future__ import annotations

import http.client
import inspect
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.control import Control, Team
from adapters.sandbox.control.routes import ROOT, verbs
from adapters.sandbox.person import Person
from tests.sandbox.bots import Bot, new_bot

JUNK: list[Any] = [None, 7, -1.5, "", "x" * 5000, "a\x00b", [], [[]], {}, {"ts": 1}, {"view": []}, True]
WAITS = frozenset(("freeze", "thaw"))


@pytest.fixture(scope="module")
def bot() -> Iterator[Bot]:
    """In a sandbox of its own: junk may stop its clock."""
    with Sandbox() as sandbox:
        yield new_bot(sandbox, events=())


def posted(bot: Bot, path: str, body: bytes, kind: str = "application/json") -> tuple[int, dict[str, Any]]:
    """The status and the answer."""
    connection = http.client.HTTPConnection(urlsplit(bot.sandbox.url).netloc, timeout=30)
    connection.request("POST", ROOT + path, body, {"Content-Type": kind})
    answer = connection.getresponse()
    read: dict[str, Any] = json.loads(answer.read())
    connection.close()
    return answer.status, read


def prefix(bot: Bot, kind: type) -> str:
    """Where the verbs of a kind are."""
    team = f"/teams/{bot.workspace.id}"
    return {Control: "", Team: team, Person: f"{team}/people/owner"}[kind]


@pytest.mark.parametrize("kind", [Control, Team, Person])
@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_in_any_argument_is_done_or_refused_in_a_sentence(bot: Bot, kind: type, junk: Any) -> None:
    for verb in set(verbs(kind)) - WAITS:
        method = getattr(kind, verb)
        names = [] if isinstance(method, property) else list(inspect.signature(method).parameters)[1:]
        given = dict.fromkeys(names, junk) | ({"wait": False} if "wait" in names else {})
        status, answer = posted(bot, f"{prefix(bot, kind)}/{verb}", json.dumps(given).encode())
        assert status in (200, 400, 404, 409), (verb, answer)
        assert answer["ok"] or answer["message"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/no_such_verb", b"{}", 404),
        ("/_app", b"{}", 404),
        ("/__class__", b"{}", 404),
        ("/teams/T0/calls", b"{}", 404),
        ("/now", b"[]", 400),
        ("/now", b"{no", 400),
        ("/now", b'{"more": 1}', 400),
        ("/move", b"{}", 400),
        ("/move", b'{"seconds": Infinity}', 400),
        ("/move", b'{"seconds": NaN}', 400),
        ("/now", b"\xff\xfe", 400),
    ],
)
def test_what_is_not_there_or_not_json_is_refused(bot: Bot, path: str, body: bytes, status: int) -> None:
    assert posted(bot, path, body)[0] == status


def test_a_page_in_a_browser_cannot_send_what_is_no_json(bot: Bot) -> None:
    assert posted(bot, "/now", b"{}", "text/plain")[0] == 415
