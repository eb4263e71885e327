"""A contract cannot be weakened unseen: its tests are kept as they are, and what is left out is declared."""

from __future__ import annotations

from typing import ClassVar

import pytest

from incident_core.testing import contracts
from incident_core.testing.contracts import Contract, LogContract, Store, StoreContract, faults
from incident_core.testing.contracts.base import CONCURRENT, contract_tests
from incident_core.testing.memory import Memory, MemoryStore

GUARD = "test_no_test_of_the_contract_is_overridden_or_removed"


class _OnMemory(StoreContract):
    def make(self) -> MemoryStore:
        return MemoryStore.over(Memory())

    def reopen(self, store: Store) -> MemoryStore:
        assert isinstance(store, MemoryStore)
        return store.reopen()


def test_overriding_a_test_is_found() -> None:
    class Weak(_OnMemory, LogContract):
        def test_streams_do_not_mix(self) -> None:
            pass

    assert list(faults(Weak, properties=False)) == [GUARD]


def test_removing_a_test_is_found() -> None:
    class Weak(_OnMemory, LogContract):
        test_streams_do_not_mix = None  # type: ignore[assignment]

    assert list(faults(Weak, properties=False)) == [GUARD]


def test_hiding_a_test_behind_another_ancestor_is_found() -> None:
    class Easy:
        def test_streams_do_not_mix(self) -> None:
            pass

    class Weak(Easy, _OnMemory, LogContract):
        pass

    assert list(faults(Weak, properties=False)) == [GUARD]


def test_a_capability_that_is_not_declared_takes_out_its_tests_and_no_others() -> None:
    class Single(_OnMemory, LogContract):
        capabilities: ClassVar[frozenset[str]] = LogContract.every_capability - {CONCURRENT}

    left_out = {name for name, _ in contract_tests(Single) if getattr(Single, name) is None}
    assert left_out == {
        name for name, test in contract_tests(LogContract) if getattr(test, "needs", None) == CONCURRENT
    }
    assert len(left_out) == 4
    assert faults(Single, properties=False) == {}


def test_a_capability_that_no_contract_asks_for_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="declares what no contract asks for: fast"):
        type("Boastful", (LogContract,), {"capabilities": frozenset({"fast"})})


def test_an_adapter_that_does_not_say_how_it_is_made_fails_every_test_but_the_guard() -> None:
    class Empty(LogContract):
        pass

    found = faults(Empty, properties=False)
    assert set(map(type, found.values())) == {NotImplementedError}
    assert GUARD not in found


def test_contracts_are_not_collected_by_themselves() -> None:
    named = [getattr(contracts, name) for name in contracts.__all__]
    classes = [each for each in named if isinstance(each, type) and issubclass(each, Contract)]
    assert len(classes) == 19
    assert not [each.__name__ for each in classes if each.__name__.startswith("Test")]


def test_a_failing_assert_of_a_contract_shows_its_values() -> None:
    assert "@pytest_ar" in vars(contracts.commits)
