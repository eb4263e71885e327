"""A question to a server that answers like Slack, and its answer as plain data."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

Data = dict[str, Any]
Trigger = Callable[[str | None], str]
"""A new trigger id: of an interaction with nothing, or in the modal of this id."""


@dataclass(frozen=True)
class Place:
    """A workspace to ask: an app with every scope, one with `chat:write` only, a person, a channel."""

    url: str
    token: str
    narrow_token: str
    person: str
    """A user's id."""
    elsewhere: str
    """The id of a public channel that the bot is not in."""
    general: str
    trigger: Trigger | None
    """None where only a person's click gives one."""
    wait: Callable[[float], None]
    """Let so many seconds go by at the server."""


@dataclass
class Asking:
    """Asks, and notes each answer under its question."""

    place: Place
    client: WebClient
    bot: str
    answers: dict[str, Any] = field(default_factory=dict)
    prefix: str = field(default_factory=lambda: f"p{secrets.token_hex(4)}")

    @classmethod
    def at(cls, place: Place) -> Asking:
        """Ask as the app with every scope."""
        client = speaking(place, place.token)
        return cls(place, client, str(client.auth_test()["user_id"]))

    def name(self, rest: str) -> str:
        """A channel's name that nobody else uses."""
        return f"{self.prefix}-{rest}"

    def __call__(
        self, question: str, method: str, show: Callable[[Data], Any] | None = None, **args: Any
    ) -> Data:
        """Ask, note the answer (an error's code, or what `show` makes of the rest), and hand it over."""
        answer = call(self.client, method, **args)
        self.note(f"{method}: {question}", said(answer, show))
        return answer

    def note(self, question: str, answer: Any) -> None:
        """Note an answer; names and ids that differ from run to run are replaced."""
        if question in self.answers:
            raise ValueError(f"Asked twice: {question}")
        text = json.dumps(answer)
        known = (self.prefix, "NAME"), (self.bot, "BOT"), (self.place.person, "PERSON")
        for found, word in known:
            text = text.replace(found, word)
        self.answers[question] = json.loads(text)

    def channel(self, rest: str, **args: Any) -> str:
        """The id of a new channel."""
        return str(call(self.client, "conversations.create", name=self.name(rest), **args)["channel"]["id"])

    def posted(self, channel: str, text: str, **args: Any) -> str:
        """The ts of a new message."""
        return str(call(self.client, "chat.postMessage", channel=channel, text=text, **args)["ts"])


def speaking(place: Place, token: str | None) -> WebClient:
    """A client that repeats nothing by itself."""
    return WebClient(token, base_url=place.url, retry_handlers=[], timeout=30)


def call(client: WebClient, method: str, **args: Any) -> Data:
    """The whole answer, yes or no. Structures go as JSON in a form, which every method takes."""
    form = {
        name: json.dumps(value) if isinstance(value, (dict, list, bool)) else value
        for name, value in args.items()
    }
    try:
        response = client.api_call(method, data=form)
    except SlackApiError as error:
        response = error.response
    data = response.data
    return data if isinstance(data, dict) else {"ok": False, "error": f"HTTP {response.status_code}"}


def said(answer: Data, show: Callable[[Data], Any] | None) -> Any:
    """`ok`, the code of an error, or what `show` makes of a yes."""
    if not answer.get("ok"):
        return answer.get("error", "ok is false, without an error")
    try:
        return "ok" if show is None else show(answer)
    except (LookupError, StopIteration) as missing:
        return f"ok, but without {missing}"
