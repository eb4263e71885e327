"""A house: a Slack of its own, a record, and the bot between them, connected over a real socket.

Channels are put where the mirror would have put them: the mirror itself has tests of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from adapters.review.renderer import NAME, Reviews
from adapters.sandbox import Sandbox, Slack, new_slack
from adapters.sandbox.control.facts import Delivered
from adapters.sandbox.person import Person
from adapters.sandbox.person.seen import SeenMessage, SeenView
from adapters.sandbox.slack import default_manifest
from adapters.shipped import templates_directory
from adapters.slack.bot.app import bolt_app
from adapters.slack.bot.desk import Desk, Team
from adapters.slack.bot.pool import Pool
from adapters.slack.features import Features
from adapters.slack.manifest import BOT_EVENTS
from adapters.slack.sockets import Sockets
from adapters.slack.turns import Turns
from adapters.system import SystemIds
from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.ports.log import Answer, Result
from incident_core.ports.mirrors import Effect
from incident_core.testing.memory import FrozenClock, Memory, MemoryStore
from incident_core.usecases.perform import Perform
from tests.servers.watchdog import wait_until

WORKSPACE = "default"
SOON = 30.0
"""Seconds for what happens at once, on a busy machine."""
ENOUGH = 100_000
"""Commands a minute, where a test is not about how many."""
_LINK = re.compile(r"^INC-\d+ has (its channel|no channel yet)")
_KEYS = count(1)


def manifest() -> dict[str, Any]:
    """An app with a command, a shortcut and events that the bot knows, and some that it does not."""
    made = default_manifest()
    features = made["features"]
    extra = ("/case", "/elsewhere")
    features["slash_commands"] += [
        {"command": name, "description": "Another", "should_escape": True} for name in extra
    ]
    features["shortcuts"] = [
        _shortcut("Collect Evidence", "message", "collect_evidence"),
        _shortcut("Add a follow-up", "message", "add_follow_up"),
        _shortcut("Old one", "message", "old_one"),
        _shortcut("Old everywhere", "global", "old_everywhere"),
        _shortcut("Start a new incident", "global", "start_incident"),
        _shortcut("Provide incident update", "global", "incident_update"),
    ]
    made["settings"]["event_subscriptions"]["bot_events"] = [*BOT_EVENTS, "channel_created"]
    return made


def _shortcut(name: str, kind: str, callback: str) -> dict[str, str]:
    return {"name": name, "type": kind, "callback_id": callback, "description": "Something to do"}


@dataclass(repr=False)
class House:
    """`app` is what Bolt dispatches to; `store` the record; `clock` that of the record."""

    slack: Slack
    desk: Desk
    store: MemoryStore
    clock: FrozenClock
    pool: Pool
    app: App

    @property
    def ann(self) -> Person:
        """Who does most things."""
        return self.slack.person("ann")

    @property
    def general(self) -> str:
        """A channel of no incident."""
        return self.slack.general

    def say(
        self, text: str, *, by: str = "ann", channel: str | None = None, command: str = "/incident"
    ) -> str:
        """Type a command; what its answer says."""
        came = self.slack.person(by).command(command, text, channel or self.general)
        assert came.acked, came
        return words(came.answer)

    def blocks(self, text: str, *, by: str = "ann", channel: str | None = None) -> list[dict[str, Any]]:
        """Type a command; the blocks of its answer."""
        came = self.slack.person(by).command("/incident", text, channel or self.general)
        assert came.acked, came
        blocks: list[dict[str, Any]] = came.answer["blocks"]
        return blocks

    def seen(self, by: str = "ann", channel: str | None = None, *, links: bool = False) -> list[SeenMessage]:
        """What somebody sees; but for `links` to channels, which come whenever they are there."""
        found = self.slack.person(by).sees(channel or self.general)
        return [each for each in found if links or not _LINK.search(words(each.raw))]

    def newest(self, by: str = "ann", channel: str | None = None, *, links: bool = False) -> SeenMessage:
        """The newest message that somebody sees."""
        return self.seen(by, channel, links=links)[-1]

    def told(
        self,
        done: Callable[[], object],
        *,
        by: str = "ann",
        channel: str | None = None,
        links: bool = False,
    ) -> str:
        """Do something that is answered with a new message; what that says."""
        before = len(self.seen(by, channel, links=links))
        done()
        assert wait_until(lambda: len(self.seen(by, channel, links=links)) > before, SOON)
        return words(self.newest(by, channel, links=links).raw)

    def turned(self, message: SeenMessage, name: str, *, by: str = "ann", **more: Any) -> str:
        """Press a button whose answer takes the message's place; what that says."""
        person = self.slack.person(by)

        def now() -> SeenMessage:
            return next(each for each in person.sees(message.channel) if each.ts == message.ts)

        person.press(message, name, **more)
        assert wait_until(lambda: now().blocks != message.blocks, SOON)
        return words(now().raw)

    def form(self, done: Callable[[], object], *, by: str = "ann") -> SeenView:
        """Do something that opens a form; the form."""
        person = self.slack.person(by)
        before = {each.id for each in person.modals}
        done()

        def new() -> SeenView | None:
            return next((each for each in reversed(person.modals) if each.id not in before), None)

        assert wait_until(lambda: new() is not None, SOON)
        found = new()
        assert found is not None
        return found

    def shown(self, form: SeenView, *, by: str = "ann") -> str:
        """What stands in that form now; it is closed then."""
        person = self.slack.person(by)
        now = next(each for each in person.modals if each.id == form.id)
        person.close(now)
        return words({"blocks": now.blocks})

    def beside(self, form: SeenView, *, by: str = "ann") -> dict[str, str]:
        """What is said beside the fields of that form, which is still open."""
        now = next(each for each in self.slack.person(by).modals if each.id == form.id)
        return dict(now.errors)

    def delivered(self, delivery: str) -> Delivered:
        """What became of what was sent to the bot."""
        return next(each for each in self.slack.team.deliveries() if each.id == delivery)

    def again(self, delivery: str) -> Delivered:
        """Deliver it a second time, and wait until it is answered."""
        sent = self.slack.team.deliver_again(delivery)
        assert wait_until(lambda: self.delivered(sent.id).acked is not None, SOON)
        return self.delivered(sent.id)

    def actor(self, name: str = "ann") -> Actor:
        """A person, as the record calls them."""
        return Actor("slack", self.slack.person(name).id)

    def do(self, kind: type[c.Command], key: str | None = None, *, by: str = "ann", **values: Any) -> Answer:
        """Give a command without Slack, which has to be allowed."""
        command = kind(actor=self.actor(by), at=self.clock.now(), key=f"test-{next(_KEYS)}", **values)
        answer = self.desk.perform(command, key)
        assert answer.result is not Result.REFUSED, answer
        return answer

    def opened(
        self, title: str = "API is slow", *, by: str = "ann", room: bool = False, **values: Any
    ) -> str:
        """The key of a new incident; with `room` it has a channel, in which that person is."""
        key = self.do(c.Open, title=title, by=by, **values).key
        if room:
            self.give_room(key, by)
        return key

    def give_room(self, key: str, *people: str) -> str:
        """The id of a new channel, which is this incident's."""
        room = self.slack.team.add_channel(f"{key.lower()}-{next(_KEYS)}")
        for name in people:
            self.slack.person(name).join(room)
        self.remember(key, room)
        return room

    def remember(self, key: str, room: str, slot: str = "channel") -> None:
        """What the mirror remembers when it has made a channel."""
        mirrors, now = self.store.mirrors, self.clock.now()
        wanted = self.store.memory.find(WORKSPACE, key)
        claims = mirrors.claim(("slack",), now, now + timedelta(seconds=1), 10_000)
        for claim in claims:
            gap = mirrors.gap(claim)
            if claim.incident_id == wanted:
                mirrors.save(claim, [Effect(slot, done=True, external_id=room)], {})
            mirrors.settle(claim, gap.revision, gap.wanted, now, None)

    def room_of(self, key: str) -> str:
        """The channel of this incident."""
        return self.store.whereabouts.outside(WORKSPACE, "slack", "channel", [key])[key]

    def incident(self, key: str, by: str = "ann") -> Incident:
        """As it is now, as somebody sees it."""
        found = self.store.reader.show(WORKSPACE, key, self.actor(by))
        assert found is not None
        return found

    def events(self) -> int:
        """How many events there are: what was changed so far."""
        return len(self.store.memory.events)


def speaks_of(key: str, text: str) -> bool:
    """Whether the text speaks of this incident: INC-42 does not speak of INC-4."""
    return re.search(rf"\b{re.escape(key)}\b", text) is not None


def words(message: dict[str, Any]) -> str:
    """Everything that somebody reads in a message or a view; mentions as <@U…>, channels as <#C…>."""
    return "".join(_words(message.get("blocks", [])))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _words(each)
    elif isinstance(value, dict):
        shown = _SHOWN.get(value.get("type", ""))
        if shown is not None:
            yield shown(value)
        elif isinstance(value.get("text"), str):
            yield value["text"]
        else:
            yield from _words(list(value.values()))


_SHOWN: dict[str, Callable[[dict[str, Any]], str]] = {
    "user": lambda value: f"<@{value['user_id']}>",
    "usergroup": lambda value: f"<!subteam^{value['usergroup_id']}>",
    "broadcast": lambda value: f"<!{value['range']}>",
    "channel": lambda value: f"<#{value['channel_id']}>",
    "date": lambda value: str(value["fallback"]),
    "link": lambda value: f"{value['text']} ({value['url']})",
}


def buttons(message: SeenMessage | list[dict[str, Any]]) -> list[str]:
    """What the buttons say."""
    blocks = message if isinstance(message, list) else message.blocks
    rows = (block["elements"] for block in blocks if block["type"] == "actions")
    return [element["text"]["text"] for row in rows for element in row]


@contextmanager
def house(
    sandbox: Sandbox,
    *,
    store: Any = None,
    slack: Slack | None = None,
    regroup: Callable[[], object] = lambda: None,
    **changes: Any,
) -> Iterator[House]:
    """A house whose desk is as usual but for `changes`; the bot listens inside the block."""
    slack = slack or new_slack(sandbox, manifest(), people=("ann", "ben", "cleo"))
    clock, rules = FrozenClock(), changes.get("policy", Policy())
    made = store or MemoryStore.over(Memory(), ("slack",))
    desk = replace(_desk(slack, made, clock, rules), **changes)
    pool = Pool(4)
    app = bolt_app(desk, slack.bot_token, slack.api_url, pool, regroup=regroup)
    sockets = Sockets(app, slack.app_token, slack.api_url, Turns(lambda: None, pool.release))
    sockets.start()
    slack.wait_for_socket()
    try:
        yield House(slack, desk, made, clock, pool, app)
    finally:
        sockets.stop()
        pool.close()


def _desk(slack: Slack, store: Any, clock: FrozenClock, rules: Policy) -> Desk:
    team = slack.workspace
    return Desk(
        perform=Perform(store.log, clock, SystemIds(), rules, WORKSPACE, "slack", groups=store.groups),
        reader=store.reader,
        whereabouts=store.whereabouts,
        statistics=store.statistics,
        timers=store.timers,
        backlog=store.backlog,
        holds=store.mirrors,
        policy=rules,
        clock=clock,
        workspace=WORKSPACE,
        team=Team(team.id, team.domain, slack.bot_user),
        review=Reviews(templates_directory() / "review" / NAME).written,
        commands=("/incident", "/case"),
        per_minute=ENOUGH,
        features=Features(private=True),
    )


def panel(home: House, key: str, *moves: str, visit: int | None = None, by: str = "ann") -> SeenMessage:
    """A message with buttons for these moves in the incident's channel, as the mirror draws its panel."""
    carried = value(home, key, visit=visit, by=by)
    elements = ({"action_id": f"move:{move}", "value": carried} for move in moves)
    return drawn(home, home.room_of(key), *elements, by=by)


def drawn(
    home: House, room: str, *elements: dict[str, Any], by: str = "ann", block: str | None = None
) -> SeenMessage:
    """A message of the app's with these elements, buttons unless they say otherwise; `block`: a block_id."""
    row: dict[str, Any] = {"type": "actions", "elements": [_element(each) for each in elements]}
    return posted(home, room, row if block is None else {**row, "block_id": block}, by=by)


def posted(home: House, room: str, *blocks: dict[str, Any], by: str = "ann") -> SeenMessage:
    """A message of the app's with these blocks."""
    client = WebClient(home.slack.bot_token, base_url=home.slack.api_url)
    client.conversations_join(channel=room)
    ts = client.chat_postMessage(channel=room, text="x", blocks=list(blocks))["ts"]
    return next(each for each in home.slack.person(by).sees(room) if each.ts == ts)


def _element(shape: dict[str, Any]) -> dict[str, Any]:
    if "type" in shape:
        return shape
    return {"type": "button", "text": {"type": "plain_text", "text": shape["action_id"]}, **shape}


def select(action: str, *values: str) -> dict[str, Any]:
    """A select that offers these."""
    options = [{"text": {"type": "plain_text", "text": each}, "value": each} for each in values]
    return {"type": "static_select", "action_id": action, "options": options}


def named(home: House, kind: str, key: str, *more: str, visit: int | None = None, by: str = "ann") -> str:
    """The name of a block with something to choose: what the incident is, and the stage it is in."""
    stages = len(home.incident(key, by).stages) if visit is None else visit
    return "|".join((kind, key, str(stages), *more))


def value(home: House, key: str, *, visit: int | None = None, by: str = "ann", **more: str) -> str:
    """What a button carries that is drawn now."""
    stages = len(home.incident(key, by).stages) if visit is None else visit
    return json.dumps({"key": key, "visit": stages, **more})
