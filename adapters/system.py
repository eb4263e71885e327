"""The clock and the chance of this machine."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime


class SystemClock:
    """Clock: the machine's own, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemIds:
    """Ids: from the operating system's random source."""

    def uuid(self) -> uuid.UUID:
        return uuid.uuid4()

    def salt(self) -> bytes:
        return secrets.token_bytes(16)
