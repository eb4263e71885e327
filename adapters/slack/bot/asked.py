"""One request of one person: who asks for what, where, under which command key, and where the answer goes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.slack.bot.desk import CHANNEL, MIRROR, Desk
from adapters.slack.bot.following import Following
from adapters.slack.bot.gate import Gate
from adapters.slack.bot.outbound import Outbound
from adapters.slack.bot.people import person
from adapters.slack.bot.pool import Pool
from adapters.slack.bot.recent import Recent
from incident_core.errors import Invalid, NotFound
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy


@dataclass(frozen=True)
class Bot:
    """What outlives a request."""

    desk: Desk
    out: Outbound
    pool: Pool
    gate: Gate
    recent: Recent
    following: Following


@dataclass(frozen=True)
class Asked:
    """`user` is a Slack id, `program` what was typed before the verb. `command_key` makes repeats harmless.

    `key` was typed, or is that of the channel's incident; None where there is neither. `rest` is what came
    after the verb, as Slack sent it. `typed` is all of it. `trigger` opens a form; empty: none can be opened.
    """

    bot: Bot
    user: str
    channel: str
    program: str
    command_key: str
    now: datetime
    key: str | None = None
    rest: str = ""
    typed: str = ""
    reply_to: str = field(default="", repr=False)
    trigger: str = field(default="", repr=False)

    @property
    def desk(self) -> Desk:
        return self.bot.desk

    @property
    def actor(self) -> Actor:
        """Who gives the command."""
        return self.desk.actor(self.user)

    @property
    def rules(self) -> Policy:
        """The rules, with the members of the user groups that they name as they are known now."""
        return self.desk.perform.rules()

    def person(self, word: str) -> Actor:
        """Whom a word means; raises Invalid."""
        return self.desk.known(person(self.desk.directory, word))

    def of(self, key: str | None, rest: str) -> Asked:
        """The same request about this incident, with this behind the verb."""
        return replace(self, key=key, rest=rest)

    def needed(self) -> str:
        """The key; raises Invalid where there is none."""
        if self.key is None:
            verb, *_ = (*self.typed.split(), "status")
            raise Invalid(
                "key",
                "Which incident? This channel is not one of an incident: "
                f"add its key, as in {self.program} {verb} INC-42.",
            )
        return self.key

    def incident(self) -> Incident:
        """The incident as it is now; raises Invalid without a key, NotFound where they can see none."""
        key = self.needed()
        found = self.desk.reader.show(self.desk.workspace, key, self.actor)
        if found is None:
            raise NotFound(key)
        return found

    def rooms(self, *keys: str) -> dict[str, str]:
        """The channels of these incidents, as far as there are any."""
        return dict(self.desk.whereabouts.outside(self.desk.workspace, MIRROR, CHANNEL, keys)) if keys else {}


def incident_here(desk: Desk, channel: str, actor: Actor) -> str | None:
    """The key of the incident whose channel this is; None where there is none that this person may see."""
    if not channel:
        return None
    key = desk.whereabouts.incident(desk.workspace, MIRROR, CHANNEL, channel)
    if key is None or desk.reader.show(desk.workspace, key, actor) is None:
        return None
    return key
