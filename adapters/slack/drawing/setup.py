"""What a deployment's Slack looks like: who the bot is, what things are called, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setup:
    """`bot_user` is the id of the bot, `domain` the foobar of foobar.slack.com, where it is known.

    `digest` is a channel, by name or id, and `group` the id of a user group; empty: none. `command` is what
    people type. `private`: private incidents get a channel; `history`: the bot may read its channels.
    """

    bot_user: str
    prefix: str = "inc"
    digest: str = ""
    group: str = ""
    command: str = "/incident"
    domain: str = ""
    private: bool = True
    history: bool = False
