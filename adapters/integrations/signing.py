"""What a receiver can check: that a document is from us, unchanged, and not an old one played again."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

VERSION = "v1"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256 of the timestamp, a dot and the body, in 64 hexadecimal digits."""
    signed = timestamp.encode() + b"." + body
    return f"{VERSION}={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def headers(secret: str, at: datetime, key: str, body: bytes) -> dict[str, str]:
    """The headers of a document that is sent at this time; the timestamp is in Unix seconds."""
    timestamp = str(int(at.timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "incident-core",
        "Idempotency-Key": key,
        "Incident-Timestamp": timestamp,
        "Incident-Signature": signature(secret, timestamp, body),
    }
