"""A worker that is wrong on purpose is found by the crashes, each by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crashes.breaking import BROKEN
from tests.crashes.enumerating import single
from tests.crashes.nursery import Nursery
from tests.crashes.stage import staged
from tests.crashes.stories import told


@pytest.mark.parametrize("name", BROKEN)
def test_a_worker_that_is_broken_on_purpose_is_found(
    name: str, sqlite_url: str, workers: Nursery, tmp_path: Path
) -> None:
    with staged(sqlite_url, told("open"), workers, tmp_path, breaking=name) as stage:
        assert any(stage.play(plan).faults for plan in single(stage))
