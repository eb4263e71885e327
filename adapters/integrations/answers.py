"""What an answer of a receiver means for the call: done, later, never, or nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from adapters.integrations.posting import Answer
from incident_core.ports.mirror import Ended, Outcome

LONGEST = 3600.0
"""Seconds that a receiver can ask us to wait, at most."""

_LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_MAY_SAY_WHEN = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def outcome(host: str, answer: Answer, now: datetime) -> Outcome:
    """The outcome of a call that was answered; one sentence says why it is not done."""
    status = answer.status
    if 200 <= status < 300:
        return Outcome(Ended.DONE)
    said = f"{host} answered {status}{_words(status)}."
    if status < 200:  # what announces an answer is none
        return Outcome(Ended.UNKNOWN, error=said)
    if status in _LATER or status >= 500:
        wait = retry_after(answer.retry_after, now) if status in _MAY_SAY_WHEN else None
        return Outcome(Ended.LATER, error=said, wait=wait)
    if 300 <= status < 400:
        return Outcome(Ended.NEVER, error=f"{said[:-1]}; redirects are not followed.")
    return Outcome(Ended.NEVER, error=said)


def retry_after(text: str | None, now: datetime) -> float | None:
    """The seconds to wait, given as a number or as a date; None where that says nothing about the future."""
    wait = _seconds((text or "").strip(), now)
    return min(wait, LONGEST) if wait > 0 else None


def _seconds(text: str, now: datetime) -> float:
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()


def _words(status: int) -> str:
    """What the standard calls it; not what the receiver does, which could be anything."""
    return f" {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else ""
