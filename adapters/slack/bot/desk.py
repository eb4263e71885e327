"""What the bot works with: the use cases, what they answer from, and what this deployment has decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from adapters.slack.bot.people import Directory
from adapters.slack.definitions import NOTHING, Definitions
from adapters.slack.features import Features
from adapters.slack.words import Words, shipped_words
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.ports.backlog import Backlog
from incident_core.ports.clock import Clock
from incident_core.ports.mirrors import Holds
from incident_core.ports.reader import Reader
from incident_core.ports.statistics import Statistics
from incident_core.ports.timers import Timers
from incident_core.ports.whereabouts import Whereabouts
from incident_core.record.reviewed import Review
from incident_core.usecases.perform import Perform

MIRROR, CHANNEL = "slack", "channel"
"""The mirror and the slot in which an incident's channel is known."""


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace in Slack that the bot belongs to; `domain` is the first part of its address.

    `bot_name` is what people write behind an @ to mention it.
    """

    team_id: str
    domain: str
    bot_user: str
    enterprise: str | None = None
    bot_id: str | None = None
    bot_name: str = "incidents"

    @property
    def mention(self) -> str:
        """What people write to mention the bot."""
        return f"@{self.bot_name}"


@dataclass(frozen=True)
class Desk:
    """Everything a verb needs. `workspace` is the record's, `team` is Slack's.

    `allowed` are ids of workspaces (T…) or organisations (E…); empty means the bot's own only. `export_users`
    are those who may export; empty means everybody. `people` are pairs of names of one person.
    `per_minute`: how often one person may ask. `directory` may be told more names at any time. `emoji`: the
    reaction that opens an incident; empty: none does. `database` is its kind, such as sqlite. `definitions`
    say what roles and severities mean. `review` writes a review document; raises Invalid for its template.
    `holds` are what all processes know of methods that Slack wants to hear no more of.
    """

    perform: Perform
    reader: Reader
    whereabouts: Whereabouts
    statistics: Statistics
    timers: Timers
    backlog: Backlog
    policy: Policy
    clock: Clock
    workspace: str
    team: Team
    review: Callable[[Review], str]
    allowed: frozenset[str] = frozenset()
    export_users: frozenset[str] = frozenset()
    commands: tuple[str, ...] = ("/incident",)
    per_minute: int = 30
    prefix: str = "inc"
    features: Features = field(default_factory=lambda: Features(private=True))
    timezone: str = "UTC"
    people: tuple[tuple[str, str], ...] = ()
    emoji: str = ""
    version: str = ""
    database: str = ""
    definitions: Definitions = NOTHING
    directory: Directory = field(default_factory=Directory)
    holds: Holds | None = None
    words: Words = field(default_factory=shipped_words, repr=False)

    @property
    def program(self) -> str:
        """What people type before a verb."""
        return self.commands[0] if self.commands else "/incident"

    def actor(self, user: str) -> Actor:
        """The person behind a Slack id, under the name that this deployment has for them."""
        return self.known(Actor("slack", user))

    def known(self, actor: Actor) -> Actor:
        """The same person, under the name that INCIDENT_PEOPLE maps this one to, if it does."""
        other = self._elsewhere.get(str(actor))
        if other is not None:
            return Actor.parse(other)
        return Actor("slack", actor.id, workspace=self.team.team_id) if actor.kind == "slack" else actor

    @cached_property
    def _elsewhere(self) -> Mapping[str, str]:
        return dict(self.people)
