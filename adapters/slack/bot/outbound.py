"""What the bot itself sends to Slack, after an answer: replies, forms, home tabs, and files.

Each waits a bounded time, and is never tried twice: a person who sees nothing does it again.
"""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Callable
from math import ceil
from time import perf_counter
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from adapters.slack.api import Api, Kind, Told, nobody
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.manners import RATELIMITED, MannerlyClient, Manners, retry_after
from adapters.slack.words import Words

_LOG = logging.getLogger("incident.slack")
_SDK = logging.getLogger("incident.slack.web")
_SDK.setLevel(logging.INFO)  # below that it writes whole calls, with what people typed
_SOON, _PATIENCE = 2, 30
"""Seconds: what a person waits for, and what may take as long as a file does."""
NO_ENTRY = ("posting_to_channel_denied", "is_archived", "not_in_channel", "channel_not_found")
"""What Slack says of a channel that takes no file any more, such as that of a closed incident."""
_STATUS = {200: Kind.DONE, 429: Kind.HELD}
_RESPONSE = "response_url"
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
    """Calls with the bot's token to the Slack at `api_url`; `api` makes those that only read.

    `told` hears of each; of an answer to a response_url too, whose method it calls `response_url`. Whatever
    Slack holds is not called, as `manners` know.
    """

    def __init__(self, token: str, api_url: str, words: Words, manners: Manners, told: Told = nobody) -> None:
        self.api, self._words, self._told = Api(token, api_url, told=told), words, told
        self._manners = manners
        self._soon, self._slow = (
            MannerlyClient(token, base_url=api_url, timeout=seconds, retry_handlers=[], logger=_SDK)
            for seconds in (_SOON, _PATIENCE)
        )
        self._soon.told = self._slow.told = told
        self._soon.manners = self._slow.manners = manners

    def reply(self, place: str, answer: Answer, *, instead: bool = False) -> None:
        """Answer there: at a response_url, or where `only_to` and `in_thread` say.

        At most two replies follow one interaction; Slack takes five.
        """
        if place.startswith(_ONLY_TO):
            self._whisper(*place.removeprefix(_ONLY_TO).split(":"), answer=answer)
        elif place.startswith(_IN_THREAD):
            self._say(*place.removeprefix(_IN_THREAD).split(":"), answer=answer)
        elif place.startswith(("https://", "http://")):
            self._answer(place, answer.instead(self._words) if instead else answer.payload(self._words))

    def _whisper(self, channel: str, user: str, thread: str, *, answer: Answer) -> None:
        given = {"channel": channel, "user": user, "thread_ts": thread or None, **answer.message(self._words)}
        _tried("answer", lambda: self._soon.chat_postEphemeral(**given))

    def _say(self, channel: str, ts: str, *, answer: Answer) -> None:
        given = {"channel": channel, "thread_ts": ts, "unfurl_links": False, **answer.message(self._words)}
        _tried("reply", lambda: self._soon.chat_postMessage(**given))

    def _answer(self, url: str, body: dict[str, Any]) -> None:
        if self._manners.left(_RESPONSE):
            _LOG.warning("Slack takes no replies at this moment: one was dropped.")
            return
        began, kind = perf_counter(), Kind.UNKNOWN
        try:
            sent = WebhookClient(url, timeout=_SOON, retry_handlers=[], logger=_SDK).send_dict(body)
            kind = _STATUS.get(sent.status_code, Kind.REFUSED)
        except (OSError, ValueError, SlackClientError) as error:
            _LOG.warning("A reply in Slack was not sent: %s", type(error).__name__)
            return
        finally:
            self._told(_RESPONSE, kind.value, perf_counter() - began)
        if sent.status_code == 429:
            self._manners.hear(_RESPONSE, retry_after(sent.headers))
        if sent.status_code != 200:
            _LOG.warning("Slack did not take a reply: %s %.200a", sent.status_code, sent.body)

    def publish(self, user: str, view: dict[str, Any]) -> None:
        """Show this in somebody's home tab; where Slack does not take it, the one from before stays."""
        _tried("home", lambda: self._soon.views_publish(user_id=user, view=view))

    def open(self, trigger: str, view: dict[str, Any]) -> None:
        """Show a form. Raises CannotSend."""
        try:
            self._soon.views_open(trigger_id=trigger, view=view)
        except (OSError, SlackClientError) as error:
            why = _why(error)
            _LOG.warning("Slack did not open a form: %s", why)
            if why == RATELIMITED:
                seconds = max(1, ceil(self._manners.left("views.open")))
                raise CannotSend(
                    f"Slack opens no more forms for {seconds} s; nothing was changed. Do it again then.", why
                ) from error
            raise CannotSend(
                "Slack did not open the form in time; nothing was changed. Do it again.", why
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
        _LOG.warning("Slack did not take what was sent (%s): %s", what, _why(error))


def _why(error: Exception) -> str:
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__
