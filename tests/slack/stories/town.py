"""A town: a Slack of its own, a database, and the whole bot between them, as `incident slack run` has it.

The app in the workspace is the one of the bot's own manifest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.bootstrap_bot import Bot, made
from adapters.sandbox import Sandbox, Slack, new_slack
from adapters.sandbox.control.facts import Delivered, Place
from adapters.sandbox.person.seen import Interaction, SeenMessage, SeenView
from adapters.settings import Settings
from adapters.slack.http import Http
from adapters.slack.manifest import BOT_NAME, manifest
from adapters.storage import Database
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from tests.cli.running import Program
from tests.servers.watchdog import wait_until
from tests.slack.stories.reading import plain, read

WORKSPACE = "default"
DIGEST = "incidents"
PEOPLE = ("ann", "ben", "cleo")
SOON = 60.0
"""Seconds for what happens at once, on a busy machine."""
USUAL = {"SLACK_COMMANDS_PER_MINUTE": "600", "INCIDENTS_DIGEST_CHANNEL": DIGEST}
_LINK = " has its channel: "
_BY_SLACK = ("channel_", "group_", "tombstone", "pinned_item")


@dataclass
class Town:
    """`program` is the command line over the same database."""

    slack: Slack
    bot: Bot
    program: Program

    @property
    def database(self) -> Database:
        """The record, through the bot's own connections."""
        return self.bot.database

    @property
    def general(self) -> str:
        """A channel of no incident."""
        return self.slack.general

    def typed(
        self, text: str, by: str = "ann", channel: str | None = None, command: str = "/incident"
    ) -> Interaction:
        """Type a command; what came of it, which has to be an answer."""
        came = self.slack.person(by).command(command, text, channel or self.general)
        assert came.acked, came
        return came

    def say(self, text: str, by: str = "ann", channel: str | None = None, command: str = "/incident") -> str:
        """Type a command; what the answer says."""
        return self.plain(read(self.typed(text, by, channel, command).answer))

    def opened(self, title: str = "API is slow", by: str = "ann", options: str = "") -> str:
        """The key of a new incident, once its channel is there, and the link to it has been said."""
        said = self.say(f"open {options} {title}", by)
        key = said.partition(" ")[0]
        assert re.fullmatch("INC-[0-9]+", key), said
        wait_for(lambda: key in self.linked(by))
        self.quiet()
        return key

    def linked(self, by: str = "ann") -> dict[str, str]:
        """The names of the channels that somebody was told, by the keys of the incidents."""
        told = (self.shown(each).partition(_LINK) for each in self.alone(by, self.general, links=True))
        return {key: channel[2:-1] for key, found, channel in told if found}

    def close(self, key: str, by: str = "ann", channel: str | None = None) -> str:
        """Close it: type that, and press the button that the answer has; what stands there then."""
        self.say(f"close {key}", by, channel)
        message = self.alone(by, channel or self.general)[-1]
        return self.pressed(message, f"Close {key}", by)

    def pressed(self, message: SeenMessage, button: str, by: str = "ann") -> str:
        """Press a button whose answer takes the message's place; what stands there then."""
        person = self.slack.person(by)

        def now() -> SeenMessage:
            return next(each for each in person.sees(message.channel) if each.ts == message.ts)

        person.press(message, button)
        assert wait_until(lambda: now().blocks != message.blocks, SOON)
        return self.plain(read(now().raw))

    def told(self, person: str, channel: str, since: int) -> str:
        """The first message that only this person sees there beyond `since` of them."""
        assert wait_until(lambda: len(self.alone(person, channel)) > since, SOON)
        return self.plain(read(self.alone(person, channel)[since].raw))

    def alone(self, person: str, channel: str, *, links: bool = False) -> list[SeenMessage]:
        """What only this person sees there, and `links` to new channels, which come when they are there."""
        seen = [each for each in self.slack.person(person).sees(channel) if each.ephemeral]
        return seen if links else [each for each in seen if _LINK not in read(each.raw)]

    def collect(self, message: SeenMessage, by: str = "ann", channel: str | None = None) -> str:
        """Choose Collect Evidence on a message, which is answered at once; what is said."""
        place = channel or message.channel
        before = len(self.alone(by, place))
        self.slack.person(by).message_shortcut("Collect Evidence", message)
        return self.told(by, place, before)

    def mention(self, text: str, by: str = "ann", channel: str | None = None) -> str:
        """Mention the bot, which comes into the channel if it is not there; what is said to whoever did."""
        place, person = channel or self.general, self.slack.person(by)
        if self.slack.bot_user not in self.place(place).members:
            person.invite(place, self.slack.bot_user)
        before = len(self.alone(by, place))
        person.post(place, f"@{BOT_NAME} {text}")
        return self.told(by, place, before)

    def tab(self, by: str = "ann") -> SeenView:
        """Open the bot's home; as it is drawn then."""
        person, app = self.slack.person(by), self.slack.app.id

        def drawn() -> int:
            calls = self.slack.team.calls("views.publish")
            return sum(each.args.get("user_id") == person.id and each.outcome == "ok" for each in calls)

        before = drawn()
        person.open_home(app)
        assert wait_until(lambda: drawn() > before, SOON)
        shown = person.home(app)
        assert shown is not None
        return shown

    def form(self, by: str = "ann") -> SeenView:
        """The form that opens; not what is left of one that was sent."""
        person = self.slack.person(by)

        def new() -> SeenView | None:
            return next((each for each in reversed(person.modals) if each.raw.get("submit")), None)

        assert wait_until(lambda: new() is not None, SOON)
        found = new()
        assert found is not None
        return found

    def quiet(self) -> None:
        """Wait until everything is in Slack that should be, as far as it can be."""
        assert wait_until(self.settled, SOON), self.database.backlog.lags(WORKSPACE, None, 10)

    def settled(self) -> bool:
        """Whether nothing is under way, and nothing waits to be tried again."""
        lags = self.database.backlog.lags(WORKSPACE, None, 500)
        return all(lag.next_at is None and not lag.unsaid for lag in lags)

    def actor(self, name: str = "ann") -> Actor:
        """A person, as the record calls them."""
        return Actor("slack", self.slack.person(name).id, workspace=self.slack.workspace.id)

    def incident(self, key: str, by: str = "ann") -> Incident:
        """As it is now."""
        found = self.database.reader.show(WORKSPACE, key, self.actor(by))
        assert found is not None
        return found

    def events(self) -> int:
        """How many events there are."""
        with self.database.ledger.read() as pages:
            return pages.head().seq

    def room(self, key: str) -> Place:
        """The channel of this incident as it is now."""
        found = self.database.whereabouts.outside(WORKSPACE, "slack", "channel", [key])[key]
        return next(place for place in self.slack.team.channels() if place.id == found)

    def room_id(self, key: str) -> str | None:
        """The id of the channel of this incident, where it has one."""
        return self.database.whereabouts.outside(WORKSPACE, "slack", "channel", [key]).get(key)

    def place(self, name: str) -> Place:
        """The channel of this name."""
        return next(place for place in self.slack.team.channels() if name in (place.name, place.id))

    def members(self, key: str) -> set[str]:
        """The names of those who are in the incident's channel."""
        names = {each.id: each.name for each in self.slack.team.people()}
        return {names[each] for each in self.room(key).members}

    def panel(self, key: str) -> SeenMessage:
        """The pinned message of the incident's channel."""
        channel = self.slack.workspace.channels[self.room(key).id]
        (pinned,) = channel.pins
        return next(each for each in self._said(channel.id) if each.ts == pinned)

    def lines(self, key: str) -> list[str]:
        """What the bot has said in the incident's channel besides its panel, oldest first."""
        return [self.shown(each) for each in self.messages(key)]

    def messages(self, key: str) -> list[SeenMessage]:
        """The same as messages."""
        panel = self.panel(key).ts
        return [each for each in self._said(self.room(key).id) if each.ts != panel]

    def digest(self, channel: str = DIGEST) -> list[str]:
        """What the bot has said in the digest channel; what is below something else begins with ↳."""
        return [f"{'↳ ' if _reply(each) else ''}{self.shown(each)}" for each in self._said(channel)]

    def digest_of(self, key: str, channel: str = DIGEST) -> str:
        """The one line that the digest channel has of it."""
        (line,) = [each for each in self.digest(channel) if re.match(rf"(DRILL )?{key} · ", each)]
        return line

    def _said(self, channel: str) -> list[SeenMessage]:
        place = self.place(channel)
        watcher = next(each for each in place.members if each != self.slack.bot_user)
        seen = self.slack.team.person(watcher).sees(place.id)
        return [each for each in seen if each.user == self.slack.bot_user and _spoken(each)]

    def shown(self, message: SeenMessage | SeenView) -> str:
        """What people read in it."""
        return self.plain(read(message.raw))

    def plain(self, text: str) -> str:
        """The same with names for ids, and without times."""
        names = {each.id: each.name for each in self.slack.team.people()}
        names |= {each.id: each.name for each in self.slack.team.channels()}
        return plain(text, names | {self.slack.workspace.domain: "acme"})

    def again(self, delivery: str) -> Delivered:
        """Deliver something a second time, and wait until it is answered."""
        sent = self.slack.team.deliver_again(delivery)

        def now() -> Delivered:
            return next(each for each in self.slack.team.deliveries() if each.id == sent.id)

        assert wait_until(lambda: now().acked is not None, SOON)
        return now()


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait for it; fails where it does not come true."""
    assert wait_until(condition, SOON)


def _reply(message: SeenMessage) -> bool:
    return message.thread_ts is not None and message.thread_ts != message.ts


def _spoken(message: SeenMessage) -> bool:
    """Whether the bot has said it, and to everybody: Slack's own lines carry the name of whoever did it."""
    return not message.ephemeral and not message.raw.get("subtype", "").startswith(_BY_SLACK)


def founded(
    sandbox: Sandbox,
    options: Mapping[str, str] | None = None,
    people: Iterable[str] = PEOPLE,
    *,
    digest: bool = True,
) -> Slack:
    """A workspace with the app of the manifest that the bot prints for these settings."""
    settings = Settings.read({"DATABASE_URL": "sqlite:///unused.db", **(options or {})}, Path("/nowhere"))
    slack = new_slack(sandbox, manifest(settings), people=people)
    if digest:
        slack.person("ann").create_channel(DIGEST)
    return slack


@contextmanager
def town(
    sandbox: Sandbox,
    url: str,
    folder: Path,
    *,
    http: bool = False,
    slack: Slack | None = None,
    **options: str,
) -> Iterator[Town]:
    """A town whose bot listens inside the block; `options` are settings of its environment."""
    chosen = {**USUAL, **options}
    slack = slack or founded(sandbox, chosen)
    environ = {**slack.settings, **chosen}
    settings = Settings.read({**environ, "DATABASE_URL": url}, folder)
    bot = made(settings, http=("127.0.0.1", 0) if http else None)
    bot.start()
    try:
        _listening(slack, bot, settings)
        yield Town(slack, bot, Program(url, environ, folder))
    finally:
        bot.stop()


def _listening(slack: Slack, bot: Bot, settings: Settings) -> None:
    if isinstance(bot.front, Http):
        address = f"http://127.0.0.1:{bot.front.port}"
        slack.control.change_app(slack.app.id, manifest(settings, address))
    else:
        slack.wait_for_socket()
