"""Holds: what Slack wants to hear no more of is called by no worker of any process, nor by the bot."""

from __future__ import annotations

from collections import Counter
from contextlib import closing, suppress
from datetime import timedelta

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.control.facts import Called
from adapters.slack.bot.answer import say
from adapters.slack.bot.manners import Manners
from adapters.slack.bot.outbound import CannotSend, Outbound, only_to
from adapters.slack.words import shipped_words
from incident_core import commands as c
from incident_core.errors import Unavailable
from incident_core.model.severity import Severity
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.testing.memory_clock import FrozenClock
from tests.databases import opened
from tests.slack.crew import crew
from tests.slack.faults.scene import Scene, new_scene

STORM, AT_ONCE, EVERY = 24, 20, 3.0
"""Incidents, of which Slack makes so many at once, and then one in so many seconds."""
IN_A_CHANNEL = 5
"""Messages that one channel takes at once, and then one a second."""
WORKERS = 2


def test_two_processes_keep_to_what_slack_asks_for_and_to_its_pace(
    sandbox: Sandbox, database_url: str
) -> None:
    with closing(opened(database_url, mirrors=("slack",))) as database:
        scene = new_scene(sandbox, store=database)
        scene.slack.team.tiers(True)
        began = scene.slack.control.freeze()
        for _ in range(STORM):
            scene.open("Storm", severity=Severity.SEV4)
        with crew(scene, database_url, WORKERS) as workers:
            workers.settle()
        calls = scene.slack.team.calls()
        took = scene.slack.control.now() - began
        scene.slack.control.thaw()
        assert not database.backlog.lags("default", None, 100)
    _nobody_asks_before_its_time(calls)
    refused = Counter(call.method for call in calls if call.status == 429)
    done = Counter(call.method for call in calls if call.outcome == "ok")
    assert done["conversations.create"] == STORM
    assert 1 <= refused["conversations.create"] <= WORKERS, "each may have one under way"
    assert sum(refused.values()) <= 0.2 * sum(done.values())
    made, told = (STORM - AT_ONCE) * EVERY, STORM - IN_A_CHANNEL
    assert made - EVERY <= took <= max(made, told) + 6, "channels, and lines in the digest, one by one"


def _nobody_asks_before_its_time(calls: list[Called]) -> None:
    """But those whose call was under way: the sandbox's clock stands still meanwhile."""
    for call in calls:
        if call.status == 429:
            at = call.answered or 0.0
            same = [each for each in calls if _counted(each) == _counted(call)]
            early = [each for each in same if at < each.arrived < at + 0.999]
            assert not early, (call, early)


def _counted(call: Called) -> tuple[str, str]:
    return call.method, call.args["channel"] if call.method == "chat.postMessage" else ""


def test_an_invitation_that_is_held_holds_those_of_other_incidents_too(scene: Scene) -> None:
    """Whoever invites a group takes two methods, and the second of them is held."""
    scene.slack.control.freeze()
    scene.open("First")
    scene.settle()
    scene.slack.team.fault("conversations.invite", "ratelimited", seconds=30.0, times=1)
    scene.do(c.Declare)
    scene.work()
    scene.slack.team.clear_calls()
    scene.open("Second")
    scene.work()
    assert "conversations.invite" not in scene.calls()
    scene.slack.control.move(31)
    scene.settle()
    scene.slack.control.thaw()
    assert scene.counted()["conversations.invite"] == 2


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


def _outbound(scene: Scene, store: MemoryStore | None, clock: FrozenClock) -> Outbound:
    """As of another process each time."""
    holds = None if store is None else store.mirrors
    manners = Manners(holds, "default", clock)
    return Outbound(scene.slack.bot_token, scene.slack.api_url, shipped_words(), manners)


CALLS = {
    "views.open": lambda out, scene: out.open("1.2.3", {"type": "modal"}),
    "views.publish": lambda out, scene: out.publish(scene.ann.id, {"type": "home", "blocks": []}),
    "chat.postEphemeral": lambda out, scene: out.reply(only_to(scene.ann.id, scene.slack.general), say("x")),
    "conversations.open": lambda out, scene: out.send_file(scene.ann.id, "x.csv", b"x", "x"),
    "files.getUploadURLExternal": lambda out, scene: out.share_file(scene.slack.general, "x.csv", b"x", "x"),
}


@pytest.mark.parametrize("method", CALLS)
def test_what_the_bot_itself_is_told_to_wait_for_no_other_bot_calls_either(
    scene: Scene, clock: FrozenClock, method: str
) -> None:
    store = MemoryStore.over(Memory(), ("slack",))
    scene.slack.team.fault(method, "ratelimited", seconds=7.0, times=1)

    def call() -> None:
        with suppress(CannotSend):
            CALLS[method](_outbound(scene, store, clock), scene)

    call()
    assert scene.counted()[method] == 1
    call()
    clock.move(timedelta(seconds=6.9))
    call()
    assert scene.counted()[method] == 0
    clock.move(timedelta(seconds=0.2))
    call()
    assert scene.counted()[method] == 1


def test_whoever_asks_for_a_form_is_told_when_slack_opens_one_again(scene: Scene, clock: FrozenClock) -> None:
    scene.slack.team.fault("views.open", "ratelimited", seconds=7.0, times=1)
    out = _outbound(scene, MemoryStore.over(Memory(), ("slack",)), clock)
    for _ in range(2):
        with pytest.raises(CannotSend, match=r"^Slack opens no more forms for 7 s; nothing was changed\. Do"):
            out.open("1.2.3", {"type": "modal"})


def test_a_worker_does_not_call_what_the_bot_was_told_to_wait_for(scene: Scene) -> None:
    assert isinstance(scene.store, MemoryStore)
    Manners(scene.store.mirrors, "default", scene.clock).hear("conversations.create", 60.0)
    scene.open("Held")
    scene.work()
    assert scene.calls() == []


class Gone:
    """Holds of a database that is away."""

    def held(self, *_: object) -> None:
        """Nobody knows."""
        raise Unavailable("The database is away.")

    def hold(self, *_: object) -> None:
        """Nobody hears of it."""
        raise Unavailable("The database is away.")


def test_without_a_database_each_process_keeps_to_what_it_heard_itself(clock: FrozenClock) -> None:
    manners = Manners(Gone(), "default", clock)
    assert manners.left("views.open") == 0
    manners.hear("views.open", 7.0)
    assert manners.left("views.open") == 7


def test_what_was_heard_of_many_channels_is_forgotten_once_it_is_over(clock: FrozenClock) -> None:
    manners = Manners(None, "default", clock)
    for number in range(100):
        manners.hear(f"chat.postMessage C{number}", 7.0)
        clock.move(timedelta(seconds=3.5))
    assert manners.heard == {"chat.postMessage C98", "chat.postMessage C99"}
    assert manners.left("chat.postMessage C99") == 3.5
