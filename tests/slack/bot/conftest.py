"""A house for each module of tests: the bot takes up to three seconds to hang up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.sandbox import Sandbox
from tests.slack.bot.house import House, house


@pytest.fixture(scope="module")
def home(sandbox: Sandbox) -> Iterator[House]:
    """A house that the tests of a module share: each opens incidents of its own."""
    with house(sandbox) as made:
        yield made
