"""What the bot itself sends to Slack, after an answer: replies to a response_url, forms, and a file.

Each waits a bounded time, and is never tried twice: a person who sees nothing does it again.
"""

from __future__ import annotations

import logging
import urllib.request
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from adapters.slack.bot.answer import Answer

_LOG = logging.getLogger("incident.slack")
_SOON, _PATIENCE = 2, 30
"""Seconds: what a person waits for, and what may take as long as a file does."""


class CannotSend(Exception):
    """Slack did not take it; the message is a sentence for a person."""


class Outbound:
    """Calls with the bot's token to the Slack at `api_url`."""

    def __init__(self, token: str, api_url: str) -> None:
        self._soon = WebClient(token, base_url=api_url, timeout=_SOON, retry_handlers=[])
        self._slow = WebClient(token, base_url=api_url, timeout=_PATIENCE, retry_handlers=[])

    def reply(self, url: str, answer: Answer, *, instead: bool = False) -> None:
        """Answer there, only to the person. At most two replies follow one interaction; Slack takes five."""
        if not url.startswith(("https://", "http://")):
            return
        try:
            webhook = WebhookClient(url, timeout=_SOON, retry_handlers=[])
            sent = webhook.send_dict(answer.instead() if instead else answer.payload())
        except (OSError, ValueError, SlackClientError) as error:
            _LOG.warning("A reply in Slack was not sent: %s", type(error).__name__)
            return
        if sent.status_code != 200:
            _LOG.warning("Slack did not take a reply: %s %.200a", sent.status_code, sent.body)

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
        try:
            channel = self._slow.conversations_open(users=user)["channel"]["id"]
            slot = self._slow.files_getUploadURLExternal(filename=name, length=len(content))
            request = urllib.request.Request(slot["upload_url"], data=content, method="POST")
            request.add_header("Content-Type", "application/octet-stream")
            with urllib.request.urlopen(request, timeout=_PATIENCE):
                pass
            self._slow.files_completeUploadExternal(
                files=[{"id": slot["file_id"], "title": name}], channel_id=channel, initial_comment=words
            )
        except (OSError, SlackClientError, KeyError) as error:
            _LOG.warning("Slack did not take a file: %s", _why(error))
            raise CannotSend(f"The file could not be sent ({_why(error)}).") from error


def _why(error: Exception) -> str:
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__
