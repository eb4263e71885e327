"""How far the response has come; it exists only while the stage is *incident*."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """The states of the status machine; any to any."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
