"""A program whose record is told to a real receiver, on a new SQLite file or PostgreSQL database each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Program
from tests.integrations.standin import StandIn, standing_in

SECRET = "a secret of more than sixteen signs"


@pytest.fixture
def receiver() -> Iterator[StandIn]:
    with standing_in() as stand_in:
        yield stand_in


@pytest.fixture
def told(database_url: str, receiver: StandIn, tmp_path: Path) -> Program:
    """The program, with the receiver as its webhook; the test runs on both kinds of database."""
    settings = {
        "WEBHOOK_URL": receiver.url,
        "WEBHOOK_SECRET": SECRET,
        "WEBHOOK_ALLOW_PRIVATE": "true",
    }
    return Program(database_url, settings, tmp_path)
