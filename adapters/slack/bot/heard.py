"""An event as it comes: what happened, to whom and where, read without trust like every payload."""

from __future__ import annotations

from functools import cached_property

from adapters.slack.bot.payload import Payload, command_key
from adapters.slack.bot.people import USER

_SLACKBOT = "USLACKBOT"
_OF = ("team", "user_team", "source_team")


class Heard(Payload):
    """The event inside its envelope."""

    @property
    def id(self) -> str:
        """Slack's name for it: it is the same when it comes again."""
        return self.text("event_id")

    @property
    def key(self) -> str:
        """The command key of what it makes the bot do."""
        return command_key("event", self.id)

    @property
    def mark(self) -> str:
        """What tells that it was heard before; its command key tells that something was done about it."""
        return f"heard:{self.id}"

    @property
    def name(self) -> str:
        """What kind of event it is."""
        return self.text("event", "type")

    @cached_property
    def user(self) -> str:
        """The id of whoever did it; empty where it is none."""
        found = self.text("event", "user")
        return found if USER.fullmatch(found) and found != _SLACKBOT else ""

    @property
    def channel(self) -> str:
        """The id of the channel; empty where there is none."""
        return _channel(self.text("event", "channel")) or _channel(self.text("event", "channel", "id"))

    @property
    def marked(self) -> tuple[str, str]:
        """Channel and ts of the message that it is about; empty where it is about none."""
        if self.text("event", "item", "type") != "message":
            return "", ""
        return _channel(self.text("event", "item", "channel")), self.text("event", "item", "ts")

    @property
    def thread(self) -> str:
        """The ts of the thread that it was said in; empty outside of any."""
        return self.text("event", "thread_ts")

    @property
    def shared(self) -> bool:
        """Whether people of other workspaces are in that channel."""
        return bool(self.find("is_ext_shared_channel"))

    @property
    def teams(self) -> frozenset[str]:
        """Every workspace that it names as its own, or as that of the person."""
        inner = (self.text("event", name) for name in _OF)
        return frozenset(filter(None, (self.text("team_id"), *inner)))


def _channel(found: str) -> str:
    return Payload({"channel_id": found}).channel
