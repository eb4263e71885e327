"""What all contracts share: capabilities that are declared, tests that cannot be weakened, a runner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Protocol, TypeVar

import pytest
from hypothesis import is_hypothesis_test

from incident_core.ports.backlog import Backlog
from incident_core.ports.findings import Findings
from incident_core.ports.groups import Groups
from incident_core.ports.intake import Intake
from incident_core.ports.ledger import Ledger
from incident_core.ports.log import Log
from incident_core.ports.mirrors import Mirrors
from incident_core.ports.pruning import Pruning
from incident_core.ports.reader import Reader
from incident_core.ports.statistics import Statistics
from incident_core.ports.timers import Timers
from incident_core.ports.views import Views
from incident_core.ports.whereabouts import Whereabouts
from incident_core.testing.contracts.desk import Desk

Test = TypeVar("Test", bound=Callable[..., None])

DURABLE = "durable"
CONCURRENT = "concurrent"


def needs(capability: str) -> Callable[[Test], Test]:
    """Mark a test of a contract that only adapters with this capability can pass."""

    def mark(test: Test) -> Test:
        test.__dict__["needs"] = capability
        return test

    return mark


class Contract:
    """The root of the contracts. `capabilities` are what the adapter declares: all, unless it says less."""

    every_capability: ClassVar[frozenset[str]] = frozenset()
    capabilities: ClassVar[frozenset[str]]

    def __init_subclass__(cls, **options: Any) -> None:
        """Take out the tests that need what the adapter does not declare."""
        super().__init_subclass__(**options)
        declared = cls.__dict__.get("capabilities")
        if declared is None:
            return
        unknown = declared - cls.every_capability
        if unknown:
            raise TypeError(
                f"{cls.__name__} declares what no contract asks for: {', '.join(sorted(unknown))}."
            )
        for name, test in contract_tests(cls):
            if getattr(test, "needs", None) not in {None, *declared}:
                setattr(cls, name, None)

    def test_no_test_of_the_contract_is_overridden_or_removed(self) -> None:
        """What an adapter cannot do is said in `capabilities`, where it can be read."""
        weakened = [
            name
            for name, test in contract_tests(type(self))
            if getattr(type(self), name, None) is not _expected(type(self), test)
        ]
        assert not weakened


def _expected(cls: type[Contract], test: Callable[..., None]) -> Callable[..., None] | None:
    capabilities = getattr(cls, "capabilities", cls.every_capability)
    return test if getattr(test, "needs", None) in {None, *capabilities} else None


def contract_tests(cls: type[Contract]) -> Iterator[tuple[str, Callable[..., None]]]:
    """The tests that the contracts among the ancestors of `cls` demand, by name."""
    package = __name__.rpartition(".")[0]
    for ancestor in cls.__mro__:
        if ancestor.__module__.startswith(f"{package}."):
            for name, test in vars(ancestor).items():
                if name.startswith("test_"):
                    yield name, test


class Store(Protocol):
    """The ports over one record."""

    @property
    def log(self) -> Log: ...
    @property
    def reader(self) -> Reader: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def views(self) -> Views: ...
    @property
    def statistics(self) -> Statistics: ...
    @property
    def intake(self) -> Intake: ...
    @property
    def mirrors(self) -> Mirrors: ...
    @property
    def backlog(self) -> Backlog: ...
    @property
    def timers(self) -> Timers: ...
    @property
    def whereabouts(self) -> Whereabouts: ...
    @property
    def groups(self) -> Groups: ...
    @property
    def findings(self) -> Findings: ...
    @property
    def pruning(self) -> Pruning: ...


class StoreContract(Contract):
    """A contract about the record; each test has a store of its own."""

    every_capability = frozenset({DURABLE, CONCURRENT})

    _desk: Desk | None = None

    def make(self) -> Store:
        """A new store without any events."""
        raise NotImplementedError

    def reopen(self, store: Store) -> Store:
        """What a new process would see of this store; only adapters that are durable need it."""
        raise NotImplementedError

    def close(self, store: Store) -> None:
        """Give back what `make` took; nothing, unless the adapter says otherwise."""

    @property
    def desk(self) -> Desk:
        """Where this test's commands are given; its store is made at the first use."""
        if self._desk is None:
            self._desk = Desk(self.make())
        return self._desk

    def teardown_method(self) -> None:
        """Close the store of this test; pytest and `faults` call it."""
        if self._desk is not None:
            self.close(self._desk.store)
            self._desk = None


def faults(contract: type[Contract], *, properties: bool = True) -> dict[str, BaseException]:
    """Run every test of a contract's subclass; the names of those that fail, and how.

    Without `properties`, those that Hypothesis drives are left out, since they are slow when they fail.
    """
    found: dict[str, BaseException] = {}
    for name in dict.fromkeys(name for name, _ in contract_tests(contract)):
        instance = contract()
        test = getattr(instance, name)
        if test is None or (is_hypothesis_test(test) and not properties):
            continue
        try:
            test()
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - whatever is raised is a fault
            found[name] = error
        finally:
            getattr(instance, "teardown_method", lambda: None)()
    return found
