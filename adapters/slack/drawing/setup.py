"""What a deployment's Slack looks like: who the bot is, what things are called, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.slack.definitions import NOTHING, Definitions
from adapters.slack.words import Words, shipped_words
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity


@dataclass(frozen=True, slots=True)
class Setup:
    """`bot_user` is the id of the bot, `domain` the foobar of foobar.slack.com, where it is known.

    `digest` is a channel, by name or id, and `group` the id of a user group; empty: none. `command` is what
    people type. `private`: private incidents get a channel; `history`: the bot may read its channels.

    `policy` is what the moves that are shown are asked of. `guide` and `postmortems` are addresses, and
    `about` a text for the topic of every channel; empty: none. `invited` is the handle of a user group that
    is invited to every incident that is not private. An incident that is resolved at one of the severities
    in `review_at` gets a channel for its review. `alarm`: a reminder calls everybody in the channel. `words`
    are what is said.
    """

    bot_user: str
    prefix: str = "inc"
    digest: str = ""
    group: str = ""
    command: str = "/incident"
    domain: str = ""
    private: bool = True
    history: bool = False
    policy: Policy = field(default_factory=Policy)
    guide: str = ""
    postmortems: str = ""
    about: str = ""
    invited: str = ""
    review_at: frozenset[Severity] = frozenset()
    alarm: bool = True
    definitions: Definitions = NOTHING
    words: Words = field(default_factory=shipped_words, repr=False)
