"""Whether there is room on the disk of a database that is a file: without it nothing can be recorded."""

from __future__ import annotations

import os
from pathlib import Path

LEAST = 1 << 20
"""Bytes: a command takes some ten thousand, and one with the longest texts ten times as much."""


def fault(file: Path) -> str | None:
    """What is said where less than LEAST is left; None where there is room, or nobody can tell."""
    try:
        disk = os.statvfs(file.parent)
    except (AttributeError, OSError):  # a system that knows no such question, or a folder that is not there
        return None
    if disk.f_bavail * disk.f_frsize >= LEAST:
        return None
    return "The disk of the database is full, or will be soon: less than 1 MB is left."
