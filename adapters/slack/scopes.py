"""Which of Slack's scopes the bot asks for, and why: one table, a row for each scope."""

from __future__ import annotations

from typing import NamedTuple

from adapters.slack.features import Features

ALWAYS = "always"


class Scope(NamedTuple):
    """A bot scope by Slack's name. It is asked for while all of `features` are on; none: always."""

    name: str
    features: tuple[str, ...]
    reason: str

    @property
    def feature(self) -> str:
        """What asks for it, in a word or two: `always`, `files`, `history and private`."""
        return " and ".join(self.features) or ALWAYS


SCOPES = (
    Scope("commands", (), "take its slash commands, and Collect Evidence"),
    Scope("chat:write", (), "say what happens in the channels of incidents and in the digest"),
    Scope(
        "channels:manage",
        (),
        "make the channel of an incident, set its topic, invite the responders, archive it",
    ),
    Scope("channels:read", (), "find its channels again, and see who is in them"),
    Scope("channels:join", (), "join the digest channel"),
    Scope("pins:write", (), "pin the panel of an incident"),
    Scope("groups:write", ("private",), "make and archive the private channel of a private incident"),
    Scope("groups:read", ("private",), "find its private channels again, and see who is in them"),
    Scope(
        "channels:history",
        ("history",),
        "find its own message again after a crash, and write the log of an incident's channel",
    ),
    Scope("groups:history", ("history", "private"), "do that in the channels of private incidents"),
    Scope("files:write", ("files",), "send an export, or the log of a channel, as a file"),
    Scope("im:write", ("files",), "send the file in a direct message"),
    Scope("users:read", ("names",), "look up who @name is"),
    Scope("usergroups:read", ("groups",), "know who is in the user groups that the settings name"),
    Scope("app_mentions:read", ("mentions",), "answer those who mention it"),
    Scope("reactions:read", ("reactions",), "open an incident where somebody reacts with its emoji"),
)


def needed(features: Features) -> tuple[Scope, ...]:
    """The scopes of what is switched on, in the table's order."""
    return tuple(scope for scope in SCOPES if all(getattr(features, name) for name in scope.features))
