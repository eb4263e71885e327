"""Whatever a method is given, it answers as Slack would: with one of its documented errors, or well."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from adapters.sandbox import blocks, contract
from adapters.sandbox.errors import ApiError
from tests.sandbox.team import Team
from tests.sandbox.test_blocks import LIMITS

JUNK: list[Any] = [
    "",
    " ",
    "x",
    "a" * 5000,
    "{",
    "[]",
    "{}",
    "[[1]]",
    '[{"type":["section"]}]',
    '{"type":"modal","title":1,"blocks":{}}',
    "\u202e\U0001f525\x00\ud7ff",
    "-1",
    -1,
    0,
    10**12,
    2.5,
    True,
    [],
    {},
    [None],
    [{"id": None}],
    {"type": "home", "blocks": [{"type": None}]},
    {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [[]]},
    {"event_type": "a", "event_payload": {"a": [[]]}},
]


def outcome(team: Team, method: str, given: dict[str, Any]) -> str:
    """`ok`, or the error; another status than 200 is told as `HTTP 500`."""
    try:
        team.client.api_call(method, json=given)
    except SlackApiError as error:
        status = error.response.status_code
        return str(error.response["error"]) if status == 200 else f"HTTP {status}"
    return "ok"


@pytest.mark.parametrize("method", sorted(contract.methods().keys() - {"api.test"}))
def test_junk_gets_a_documented_answer(team: Team, method: str) -> None:
    known, channel = contract.methods()[method], team.channel("ops")
    ts = str(team.client.chat_postMessage(channel=channel, text="x")["ts"])
    owner = team.installed.installer
    good: dict[str, Any] = {
        "channel": channel,
        "channel_id": channel,
        "user": owner,
        "users": owner,
        "ts": ts,
    }
    good |= {"timestamp": ts, "message_ts": ts, "text": "x", "user_id": owner, "limit": 5}
    good |= {"view": {"type": "home", "blocks": []}, "name": "fire", "title": "x", "type": "link"}
    fitting = {name: value for name, value in good.items() if name in known.args}
    for name in known.args:
        for junk in JUNK:
            said = outcome(team, method, {**fitting, name: junk})
            assert said == "ok" or known.may_answer(said), (name, junk, said)


def broken(value: Any, spot: Any) -> Iterator[Any]:
    """Copies of a tree, each with `spot` at another place in it, or with something left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {**value, name: spot}
            yield {field: kept for field, kept in value.items() if field != name}
            yield from ({**value, name: other} for other in broken(inner, spot))
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield [*value[:place], spot, *value[place + 1 :]]
            yield from ([*value[:place], other, *value[place + 1 :]] for other in broken(inner, spot))


SPOTS: list[Any] = [None, 7, -1, 2.5, True, "", "x", [], {}, [[]], [{}], {"type": []}]


@pytest.mark.parametrize("limit", LIMITS)
def test_a_block_that_is_broken_anywhere_is_refused_or_kept(limit: str) -> None:
    refusals = 0
    for spot in SPOTS:
        for block in broken(LIMITS[limit][1](1), spot):
            try:
                blocks.for_message([block])
                blocks.for_view({"type": "home", "blocks": [block]}, ("home",))
            except ApiError:
                refusals += 1
    assert refusals > len(SPOTS)


def test_one_of_many_who_want_a_name_at_once_gets_it(team: Team) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: outcome(team, "conversations.create", {"name": "wanted"}), range(24)))
    assert sorted(set(found)) == ["name_taken", "ok"]
    assert found.count("ok") == 1


def test_what_many_post_at_once_is_all_there_in_one_order(team: Team) -> None:
    channel = team.channel()

    def post(number: int) -> str:
        return str(team.client.chat_postMessage(channel=channel, text=str(number))["ts"])

    with ThreadPoolExecutor(8) as pool:
        stamps = list(pool.map(post, range(100)))
    kept = list(team.state(channel).messages)
    assert kept == sorted(kept)
    assert len(set(stamps)) == 100
