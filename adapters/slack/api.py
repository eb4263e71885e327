"""One call of Slack's Web API, made once, and how it ended; whoever asked decides whether to try again.

What was certainly not done is told from what may have been done: only the one may be repeated blindly.
"""

from __future__ import annotations

import errno
import json
import logging
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from http.client import HTTPException
from time import perf_counter
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

TIMEOUT = 4.0
"""Seconds for an answer."""

HELD = 30.0
"""Seconds to wait where Slack does not say how long."""

LONGEST = 3600.0
"""Seconds that Slack can ask us to wait, at most."""


class Kind(StrEnum):
    """How a call ended: done; not done, and to be tried again (HELD: after a while that Slack names); nobody
    knows; or refused: because the name is taken, by what the bot may do, because what it is about is not
    there, or for any other reason."""

    DONE = "done"
    HELD = "held"
    LATER = "later"
    UNKNOWN = "unknown"
    TAKEN = "taken"
    CONFIG = "config"
    GONE = "gone"
    REFUSED = "refused"


CODES: Mapping[Kind, frozenset[str]] = {
    Kind.DONE: frozenset({"already_archived", "already_in_channel", "already_pinned", "not_archived"}),
    Kind.HELD: frozenset({"rate_limited", "ratelimited"}),
    Kind.LATER: frozenset({"request_timeout", "service_unavailable", "team_added_to_org"}),
    Kind.UNKNOWN: frozenset({"fatal_error", "internal_error"}),
    Kind.TAKEN: frozenset({"name_taken"}),
    Kind.CONFIG: frozenset(
        {
            "access_denied",
            "account_inactive",
            "ekm_access_denied",
            "invalid_auth",
            "missing_scope",
            "no_permission",
            "not_allowed_token_type",
            "not_authed",
            "org_login_required",
            "plan_upgrade_required",
            "restricted_action",
            "token_expired",
            "token_revoked",
        }
    ),
    Kind.GONE: frozenset({"channel_not_found", "is_archived", "is_inactive", "message_not_found"}),
}
"""What Slack's error codes mean; every other one is REFUSED."""

_KINDS = {code: kind for kind, codes in CODES.items() for code in codes}
_CODE = re.compile(r"[a-z0-9_]{1,60}")
_SCOPES = re.compile(r"[a-z0-9:._, -]{1,200}")
_NEVER_SENT = frozenset({errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL})
_HTTP = "HTTP"
_PROXY = "the proxy on the way answered"
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b")
"""What http.client says where a proxy opens none."""
_FAULTS = (OSError, HTTPException, SlackClientError, ValueError, LookupError, AttributeError)
"""The last two are what slack_sdk makes of a charset that does not exist, and of JSON that is no object."""
_QUIET = logging.getLogger("incident.slack.sdk")
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False  # it would log bodies, and what is reported here anyway
_QUIET.setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Reply:
    """How one call ended. `data` is Slack's answer; `error` its code, or what came in the place of an answer.

    `retry_after` are the seconds for which Slack wants to hear no more of this method.
    """

    method: str
    kind: Kind
    data: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        """Whether it is done, now or before."""
        return self.kind is Kind.DONE

    @property
    def unknown(self) -> bool:
        """Whether it may have been done."""
        return self.kind is Kind.UNKNOWN

    def named(self, *path: str) -> str | None:
        """A text in Slack's answer, such as `channel`, `id`; None where there is none."""
        found: Any = self.data
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found if isinstance(found, str) and found else None

    @property
    def sentence(self) -> str:
        """Why it is not done, without any text that somebody typed; empty where it is."""
        match self.kind:
            case Kind.DONE:
                return ""
            case Kind.HELD:
                return f"Slack takes no more calls of {self.method} for {self.retry_after:g} s."
            case Kind.LATER if not str(self.error).startswith(_HTTP):
                return f"Slack cannot take {self.method} now ({self.error})."
            case Kind.UNKNOWN:
                return f"Slack gave no clear answer to {self.method} ({self.error})."
        if self.error == "missing_scope":
            return f"Slack refuses {self.method}: the bot has not been given the scope {self._needed}."
        return f"Slack refuses {self.method} ({self.error})."

    @property
    def _needed(self) -> str:
        needed = str(self.data.get("needed", ""))
        return needed if _SCOPES.fullmatch(needed) else "that it needs"


Told = Callable[[str, str, float], None]
"""Hears of each call: its method, how it ended (a Kind), and how many seconds it took."""


def nobody(method: str, kind: str, seconds: float) -> None:
    """Nobody wants to know."""


class Api:
    """Slack's methods, for one token; any number of threads may call. `timeout` is in seconds."""

    def __init__(self, token: str, base_url: str, timeout: float = TIMEOUT, told: Told = nobody) -> None:
        self._token = token
        self._base_url = base_url
        self._told = told
        self.timeout = timeout

    def call(self, method: str, seconds: float | None = None, **args: Any) -> Reply:
        """Make this call once; None among the arguments is left out. It raises nothing.

        `seconds` is how long there is left for it, where that is less than the usual time.
        """
        began = perf_counter()
        reply = self._called(method, seconds, args)
        self._told(method, reply.kind.value, perf_counter() - began)
        return reply

    def _called(self, method: str, seconds: float | None, args: Mapping[str, Any]) -> Reply:
        limit = self.timeout if seconds is None else min(seconds, self.timeout)
        given = {name: _written(value) for name, value in args.items() if value is not None}
        try:
            answer = self._client(limit).api_call(method, params=given)
        except SlackApiError as refused:
            return _refused(method, refused)
        except _FAULTS as fault:
            return _unanswered(method, fault)
        return Reply(method, Kind.DONE, _data(answer.data))

    def _client(self, timeout: float) -> WebClient:
        """One for each call: it costs microseconds, and its time-out is its own."""
        return WebClient(
            self._token,
            base_url=self._base_url,
            timeout=timeout,  # type: ignore[arg-type]  # seconds; urllib takes parts of them
            ssl=self._tls,
            retry_handlers=[],
            logger=_QUIET,
        )

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        """Made once: reading the certificates of the system takes a while."""
        return ssl.create_default_context() if self._base_url.startswith("https:") else None


def _written(value: Any) -> Any:
    """A value as a field of a form."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _data(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def ended(method: str, fault: Exception) -> Reply:
    """How a call ended at which slack_sdk raised this."""
    return _refused(method, fault) if isinstance(fault, SlackApiError) else _unanswered(method, fault)


def _refused(method: str, refused: SlackApiError) -> Reply:
    """What Slack answered instead of yes."""
    response = refused.response
    status, data = int(response.status_code), _data(response.data)
    code = str(data.get("error", ""))
    if status == 429:
        return Reply(method, Kind.HELD, data, "ratelimited", _seconds(response.headers))
    if status != 200 or not _CODE.fullmatch(code):  # no answer of Slack's, whatever it says
        said = _by_status(status)
        kind = Kind.LATER if 300 <= status < 500 else Kind.UNKNOWN  # somebody between us and Slack said no
        return Reply(method, kind, data, said)
    kind = _KINDS.get(code, Kind.REFUSED)
    wait = _seconds(response.headers) if kind is Kind.HELD else None
    return Reply(method, kind, data, code, wait)


def _by_status(status: int) -> str:
    if status == 407:
        return f"{_PROXY} 407"
    return f"{_HTTP} {status}" if status != 200 else "no JSON"


def _seconds(headers: Mapping[str, Any]) -> float:
    found = {str(name).lower(): str(value).strip() for name, value in headers.items()}.get("retry-after", "")
    asked = float(found) if found.isascii() and found.isdigit() else 0.0
    return min(asked, LONGEST) or HELD


def _unanswered(method: str, fault: Exception) -> Reply:
    reason = fault.reason if isinstance(fault, URLError) else fault
    kind = Kind.LATER if _never_sent(fault, reason) else Kind.UNKNOWN
    return Reply(method, kind, error=_words(reason))


def _never_sent(fault: Exception, reason: object) -> bool:
    """Whether there was no connection at all, so that Slack has heard nothing."""
    if not isinstance(fault, URLError):  # it was waiting for an answer
        return False
    if isinstance(reason, (socket.gaierror, ssl.SSLCertVerificationError)) or _TUNNEL.match(str(reason)):
        return True
    return isinstance(reason, OSError) and reason.errno in _NEVER_SENT


def _words(reason: object) -> str:
    """A few words of ours, or of the system's; never what came over the line."""
    if isinstance(reason, TimeoutError):
        return "it takes too long"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {reason.verify_message}"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    if tunnel := _TUNNEL.match(str(reason)):
        return f"{_PROXY} {tunnel[1]}"
    return "it hung up" if isinstance(reason, (OSError, HTTPException)) else "it does not speak HTTP"
