"""What every adapter of a port must do, one contract class per port: subclass it, and pytest runs the tests.

A subclass says how its adapter is made (`make`), and which of the contract's optional parts it keeps
(`capabilities`); it may add tests, but neither override nor remove one, which a test of the contract checks.

    class TestMyStore(LogContract):
        def make(self) -> Store: ...
        def reopen(self, store: Store) -> Store: ...

`faults` runs a contract without pytest.
"""

from __future__ import annotations

from incident_core.testing.contracts.admins import AdminsContract
from incident_core.testing.contracts.backlog import BacklogContract
from incident_core.testing.contracts.base import Contract, Store, StoreContract, faults, needs
from incident_core.testing.contracts.clock import ClockContract
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk, at_once
from incident_core.testing.contracts.duties import DutiesContract
from incident_core.testing.contracts.findings import FindingsContract
from incident_core.testing.contracts.groups import GroupsContract
from incident_core.testing.contracts.ids import IdsContract
from incident_core.testing.contracts.intake import IntakeContract
from incident_core.testing.contracts.ledger import LedgerContract
from incident_core.testing.contracts.log import LogContract
from incident_core.testing.contracts.mirrors import MIRRORS, MirrorsContract
from incident_core.testing.contracts.pruning import PruningContract
from incident_core.testing.contracts.reader import ReaderContract
from incident_core.testing.contracts.statistics import StatisticsContract
from incident_core.testing.contracts.timers import TimersContract
from incident_core.testing.contracts.views import ViewsContract
from incident_core.testing.contracts.whereabouts import WhereaboutsContract

__all__ = [
    "Contract",
    "StoreContract",
    "Store",
    "needs",
    "faults",
    "ClockContract",
    "IdsContract",
    "LogContract",
    "ReaderContract",
    "LedgerContract",
    "IntakeContract",
    "ViewsContract",
    "StatisticsContract",
    "MirrorsContract",
    "BacklogContract",
    "TimersContract",
    "WhereaboutsContract",
    "AdminsContract",
    "DutiesContract",
    "GroupsContract",
    "FindingsContract",
    "PruningContract",
    "MIRRORS",
    "Desk",
    "ANN",
    "BOB",
    "CLEO",
    "at_once",
]
