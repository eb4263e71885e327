"""A payload of Slack's, read without trust: what is missing, or of another shape, is an empty text."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from adapters.slack.bot.people import USER

_LONGEST_KEY = 150
_CHANNEL = re.compile(r"[A-Z][A-Z0-9]{2,30}")


class Payload:
    """The fields that the bot uses; `body` is whatever came."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body

    def find(self, *path: str | int) -> Any:
        """What stands there, or None."""
        found: Any = self.body
        for step in path:
            if isinstance(found, Mapping) and isinstance(step, str):
                found = found.get(step)
            elif isinstance(found, list) and isinstance(step, int) and step < len(found):
                found = found[step]
            else:
                return None
        return found

    def text(self, *path: str | int) -> str:
        """The text that stands there, or an empty one."""
        found = self.find(*path)
        return found if isinstance(found, str) else ""

    @cached_property
    def user(self) -> str:
        """The id of whoever did it; empty where it is none."""
        found = self.text("user_id") or self.text("user", "id")
        return found if USER.fullmatch(found) else ""

    @property
    def user_name(self) -> str:
        return self.text("user_name") or self.text("user", "username") or self.text("user", "name")

    @property
    def channel(self) -> str:
        """The id of the channel; empty where there is none."""
        found = self.text("channel_id") or self.text("channel", "id") or self.text("container", "channel_id")
        return found if _CHANNEL.fullmatch(found) else ""

    @property
    def teams(self) -> frozenset[str]:
        """Every workspace that it names as its own, or as that of the person."""
        places = (("team_id",), ("team", "id"), ("user", "team_id"))
        return frozenset(filter(None, (self.text(*place) for place in places)))

    @property
    def enterprise(self) -> str:
        return self.text("enterprise_id") or self.text("enterprise", "id")

    @property
    def trigger(self) -> str:
        return self.text("trigger_id")

    @property
    def response_url(self) -> str:
        return self.text("response_url")

    @property
    def kind(self) -> str:
        """What Slack calls it: command has no type."""
        return "command" if "command" in self.body else self.text("type")


def command_key(*parts: str) -> str:
    """A key for a command made of what came with it; the same parts are the same command."""
    key = ":".join(("slack", *parts))
    if len(key) <= _LONGEST_KEY and key.isprintable():
        return key
    return f"slack:{hashlib.sha256(key.encode(errors='replace')).hexdigest()}"


def fields(value: str) -> dict[str, Any]:
    """The object that a button or a form carries; empty where it is something else."""
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def carried(**fields: object) -> str:
    """What a button or a form carries."""
    return json.dumps(
        {name: value for name, value in fields.items() if value is not None}, ensure_ascii=False
    )
