"""Every payload that Slack sends may come three times more, and all at once: nothing is done again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random
from threading import Barrier
from typing import Any

import pytest
from slack_bolt import BoltResponse

from adapters.sandbox import Sandbox
from adapters.slack.bot.app import request
from incident_core.model.policy import Policy
from incident_core.usecases.verify import verify
from tests.databases import opened
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import House, drawn, house, value
from tests.slack.bot.test_reactions import ON, client, event
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import SOON, Town
from tests.slack.stories.workflow import KEY, played

TIMES = 3
AT_ONCE = 4
KINDS = {"events_api", "slash_commands", "interactive"}
DECLARE = "move:declare"


def shown(home: Town) -> dict[str, object]:
    """What people see of the incident, and what the bot has made."""
    kinds = ("conversations.create", "pins.add", "chat.postMessage", "conversations.invite")
    calls = Counter(call.method for call in home.slack.team.calls() if call.outcome == "ok")
    return {
        "channels": sorted(each.name for each in home.slack.team.channels()),
        "panel": home.shown(home.panel(KEY)),
        "lines": home.lines(KEY),
        "digest": home.digest(),
        "members": home.members(KEY),
        "made": {kind: calls[kind] for kind in kinds},
    }


def test_everything_that_came_in_a_whole_story_comes_three_times_more_in_any_order(
    new_town: Founding, chance: Random, figure: Callable[[str], None]
) -> None:
    with new_town() as home:
        home.slack.person("ann").open_home(home.slack.app.id)
        assert list(played(home))
        home.quiet()
        came = [each for each in home.slack.team.deliveries() if each.acked is not None]
        assert {each.kind for each in came} >= KINDS
        before, events = shown(home), home.events()
        again = [each.id for each in came for _ in range(TIMES)]
        chance.shuffle(again)
        sent = {home.slack.team.deliver_again(each).id for each in again}

        def answered() -> bool:
            acked = {each.id for each in home.slack.team.deliveries() if each.acked is not None}
            return sent <= acked

        assert wait_until(answered, SOON)
        home.quiet()
        assert home.events() == events
        assert shown(home) == before
        assert "none differed" in home.program("db rebuild --dry-run").out
        figure(f"{len(came)} payloads, {len(sent)} repeats")


@pytest.fixture
def real(sandbox: Sandbox, database_url: str) -> Iterator[House]:
    """A house over a real database, in which :fire: opens incidents; the bot is in #general."""
    with closing(opened(database_url, 30.0, ("slack",), Policy())) as database:
        with house(sandbox, store=database, features=ON, emoji="fire") as made:
            client(made).conversations_join(channel=made.general)
            yield made
        assert verify(database.ledger).finding is None


def command(home: House, key: str) -> dict[str, Any]:
    """A command that was typed."""
    return home.ann.command("/incident", f"update {key} We look", home.general).payload


def press(home: House, key: str) -> dict[str, Any]:
    """A button that was pressed."""
    carried = value(home, key)
    came = home.ann.press(drawn(home, home.general, {"action_id": DECLARE, "value": carried}), DECLARE)
    assert came is not None
    return came.payload


def form(home: House, key: str) -> dict[str, Any]:
    """A form that was sent."""
    message = drawn(home, home.general, {"action_id": "update:send", "value": value(home, key)})
    opens = home.form(lambda: home.ann.press(message, "update:send"))
    return home.ann.submit(opens, {"text": "News"}).payload


def reaction(home: House, _: str) -> dict[str, Any]:
    """A reaction."""
    message = home.slack.person("ben").post(home.general, "It burns")
    body = event(home, message, f"Ev-{message.ts}")
    assert home.app.dispatch(request(body)).status == 200
    return body


def renewed(home: House, body: dict[str, Any], key: str, about: str) -> dict[str, Any]:
    """The same about another incident, or on another message, as it comes when it is done once more."""
    text = json.dumps(body).replace(key, about)
    if "event" in body:
        message = home.slack.person("ben").post(home.general, "It burns again")
        return event(home, message, f"Ev-{message.ts}")
    new: dict[str, Any] = {**json.loads(text), "trigger_id": f"{about}.first.time"}
    return {**new, "view": {**new["view"], "id": f"V{about}"}} if "view" in new else new


@pytest.mark.parametrize("made", [command, press, form, reaction])
def test_what_comes_for_the_first_time_four_times_at_the_same_moment_is_done_once(
    real: House, made: Callable[[House, str], dict[str, Any]]
) -> None:
    """Each in a thread of its own; one such was done before, to see how many events it is."""
    key, about = real.opened("done before"), real.opened("done now")
    before = _count(real)
    body = made(real, key)
    assert wait_until(lambda: _count(real) > before, SOON)
    each, barrier = _count(real) - before, Barrier(AT_ONCE)
    body, before = renewed(real, body, key, about), _count(real)

    def dispatch() -> BoltResponse:
        barrier.wait(SOON)
        return real.app.dispatch(request(body))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [each.result() for each in [pool.submit(dispatch) for _ in range(AT_ONCE)]]
    assert {answer.status for answer in answers} == {200}
    if made is command:
        assert len({answer.body for answer in answers}) == 1
    real.pool.release()
    assert wait_until(lambda: _count(real) >= before + each, SOON)
    real.pool.close()
    assert _count(real) == before + each


def _count(home: House) -> int:
    store: Any = home.store
    with store.ledger.read() as pages:
        head: int = pages.head().seq
    return head
