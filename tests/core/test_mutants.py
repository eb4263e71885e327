"""A table that lacks one rule is noticed: each guard, deleted, makes the walk find something."""

from __future__ import annotations

import pytest

from incident_core.testing.exhaust.mutants import Mutant, judge, mutants, without_a_guard

WITHOUT_A_GUARD = tuple(without_a_guard())


@pytest.mark.parametrize("mutant", WITHOUT_A_GUARD, ids=lambda mutant: mutant.name)
def test_a_table_without_this_guard_breaks_a_promise(mutant: Mutant) -> None:
    assert judge(mutant) is not None


def test_there_is_a_mutant_for_every_guard_row_and_pair_of_selectors() -> None:
    """make mutants judges them all; here their number, so that none is lost."""
    names = [mutant.name for mutant in mutants()]
    assert len(set(names)) == len(names)
    assert len(WITHOUT_A_GUARD) == sum(" not " in name for name in names)
    assert sum(name.startswith("no ") for name in names) == 26
    assert sum(" for " in name for name in names) == 16
