"""A Slack for the bot that is looked at, and a receiver for the worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integrations.standin import StandIn, standing_in
from tests.slack.conftest import sandbox

__all__ = ["sandbox"]


@pytest.fixture
def receiver() -> Iterator[StandIn]:
    with standing_in() as stand_in:
        yield stand_in
