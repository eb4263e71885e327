"""Signed HTTP: one request to an app's address, signed as Slack signs, and what came back."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

GIVEN_UP = 30.0
"""Real seconds after which a request is left alone; what is late is decided on the sandbox's clock."""
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
READ_MAX = 1_000_000
"""Bytes of an answer that are read."""


@dataclass(frozen=True)
class Reply:
    """What an app's server answered; `failure` where there was no answer, in the words of Slack's retries."""

    status: int = 0
    body: bytes = b""
    content_type: str = ""
    no_retry: bool = False
    failure: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it counts as an acknowledgement."""
        return 200 <= self.status < 300

    def read(self) -> Any:
        """The body as an acknowledgement gives it: JSON, text as a message, or None. Raises ValueError."""
        text = self.body.decode().strip()
        if not text:
            return None
        if self.content_type.startswith(JSON) or text[0] in "{[":
            return json.loads(text)
        return {"text": text}


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The v0 signature of a body."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def as_form(payload: dict[str, Any]) -> tuple[bytes, str]:
    """A slash command: each field for itself."""
    return urlencode(payload).encode(), FORM


def as_payload(payload: dict[str, Any]) -> tuple[bytes, str]:
    """An interaction: JSON in the field `payload`."""
    return urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode(), FORM


def as_json(payload: dict[str, Any]) -> tuple[bytes, str]:
    """An event: JSON."""
    return json.dumps(payload, ensure_ascii=False).encode(), JSON


@dataclass(frozen=True)
class Request:
    """What is sent: where, signed with which secret, as what, with which headers more."""

    url: str
    secret: str
    body: bytes
    content_type: str
    more: dict[str, str] = field(default_factory=dict)


class Sender:
    """Sends requests, and can break off all that are under way."""

    def __init__(self) -> None:
        self._open: set[http.client.HTTPConnection] = set()

    def send(self, request: Request) -> Reply:
        """Send it and wait for the answer."""
        parts = urlsplit(request.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=GIVEN_UP)
        self._open.add(connection)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, request.body, _headers(request))
            answer = connection.getresponse()
            read = answer.read(READ_MAX)
        except (OSError, http.client.HTTPException) as error:
            return Reply(failure=_failure(error))
        finally:
            self._open.discard(connection)
            connection.close()
        no_retry = answer.getheader("X-Slack-No-Retry") == "1"
        return Reply(answer.status, read, answer.getheader("Content-Type") or "", no_retry)

    def break_off(self) -> None:
        """Wait for no answer any more."""
        for connection in tuple(self._open):
            if connection.sock is not None:
                with contextlib.suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)


def _headers(request: Request) -> dict[str, str]:
    # The machine's time, not the sandbox's: an app checks it against its own clock, which nobody moves.
    timestamp = str(int(time.time()))
    return {
        "Content-Type": request.content_type,
        "Accept": "application/json,*/*",
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(request.secret, timestamp, request.body),
        **request.more,
    }


def _failure(error: Exception) -> str:
    """The word of x-slack-retry-reason for what went wrong."""
    if isinstance(error, ssl.SSLError):
        return "ssl_error"
    if isinstance(error, TimeoutError):
        return "http_timeout"
    if isinstance(error, (ConnectionError, socket.gaierror)):
        return "connection_failed"
    return "unknown_error"
