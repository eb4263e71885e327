"""What the bot itself sends to Slack, after an answer: replies, forms, home tabs, and files.

Each waits a bounded time, and is never tried twice: a person who sees nothing does it again.
"""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Callable
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from adapters.slack.api import Api
from adapters.slack.bot.answer import Answer

_LOG = logging.getLogger("incident.slack")
_SOON, _PATIENCE = 2, 30
"""Seconds: what a person waits for, and what may take as long as a file does."""
_ONLY_TO, _IN_THREAD = "only-to:", "in-thread:"


class CannotSend(Exception):
    """Slack did not take it; the message is a sentence for a person, `code` is Slack's, if it gave one."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


def only_to(user: str, channel: str, thread: str = "") -> str:
    """Where a reply goes that only this person sees, in that channel or in that thread."""
    return f"{_ONLY_TO}{channel}:{user}:{thread}"


def in_thread(channel: str, ts: str) -> str:
    """Where a reply goes that everybody sees below that message."""
    return f"{_IN_THREAD}{channel}:{ts}"


class Outbound:
    """Calls with the bot's token to the Slack at `api_url`; `api` makes those that only read."""

    def __init__(self, token: str, api_url: str) -> None:
        self.api = Api(token, api_url)
        self._soon = WebClient(token, base_url=api_url, timeout=_SOON, retry_handlers=[])
        self._slow = WebClient(token, base_url=api_url, timeout=_PATIENCE, retry_handlers=[])

    def reply(self, place: str, answer: Answer, *, instead: bool = False) -> None:
        """Answer there: at a response_url, or where `only_to` and `in_thread` say.

        At most two replies follow one interaction; Slack takes five.
        """
        if place.startswith(_ONLY_TO):
            self._whisper(*place.removeprefix(_ONLY_TO).split(":"), answer=answer)
        elif place.startswith(_IN_THREAD):
            self._say(*place.removeprefix(_IN_THREAD).split(":"), answer=answer)
        elif place.startswith(("https://", "http://")):
            self._answer(place, answer.instead() if instead else answer.payload())

    def _whisper(self, channel: str, user: str, thread: str, *, answer: Answer) -> None:
        given = {"channel": channel, "user": user, "thread_ts": thread or None, **answer.message()}
        _tried("An answer in Slack", lambda: self._soon.chat_postEphemeral(**given))

    def _say(self, channel: str, ts: str, *, answer: Answer) -> None:
        given = {"channel": channel, "thread_ts": ts, "unfurl_links": False, **answer.message()}
        _tried("A reply in Slack", lambda: self._soon.chat_postMessage(**given))

    def _answer(self, url: str, body: dict[str, Any]) -> None:
        try:
            sent = WebhookClient(url, timeout=_SOON, retry_handlers=[]).send_dict(body)
        except (OSError, ValueError, SlackClientError) as error:
            _LOG.warning("A reply in Slack was not sent: %s", type(error).__name__)
            return
        if sent.status_code != 200:
            _LOG.warning("Slack did not take a reply: %s %.200a", sent.status_code, sent.body)

    def publish(self, user: str, view: dict[str, Any]) -> None:
        """Show this in somebody's home tab; where Slack does not take it, the one from before stays."""
        _tried("A home tab in Slack", lambda: self._soon.views_publish(user_id=user, view=view))

    def open(self, trigger: str, view: dict[str, Any]) -> None:
        """Show a form. Raises CannotSend."""
        try:
            self._soon.views_open(trigger_id=trigger, view=view)
        except (OSError, SlackClientError) as error:
            _LOG.warning("Slack did not open a form: %s", _why(error))
            raise CannotSend(
                "Slack did not open the form in time; nothing was changed. Do it again."
            ) from error

    def send_file(self, user: str, name: str, content: bytes, words: str) -> None:
        """A direct message to this person with a file. Raises CannotSend."""
        self._filed(lambda: self._slow.conversations_open(users=user)["channel"]["id"], name, content, words)

    def share_file(self, channel: str, name: str, content: bytes, words: str) -> None:
        """A message in this channel with a file. Raises CannotSend."""
        self._filed(lambda: channel, name, content, words)

    def _filed(self, place: Callable[[], str], name: str, content: bytes, words: str) -> None:
        try:
            channel = place()
            slot = self._slow.files_getUploadURLExternal(filename=name, length=len(content))
            request = urllib.request.Request(slot["upload_url"], data=content, method="POST")
            request.add_header("Content-Type", "application/octet-stream")
            with urllib.request.urlopen(request, timeout=_PATIENCE):
                pass
            self._slow.files_completeUploadExternal(
                files=[{"id": slot["file_id"], "title": name}], channel_id=channel, initial_comment=words
            )
        except (OSError, SlackClientError, KeyError) as error:
            why = _why(error)
            _LOG.warning("Slack did not take a file: %s", why)
            raise CannotSend(f"The file could not be sent ({why}).", why) from error


def _tried(what: str, send: Callable[[], object]) -> None:
    """Send it; whoever waits for it sees nothing otherwise, and the log says why."""
    try:
        send()
    except (OSError, SlackClientError) as error:
        _LOG.warning("%s was not taken: %s", what, _why(error))


def _why(error: Exception) -> str:
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__
