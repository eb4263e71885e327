"""What the audit finds in a log that was tampered with, asked twice: as a use case, and as a person asks."""

from __future__ import annotations

from adapters.storage import Database
from incident_core.record.audit import Finding
from incident_core.usecases.verify import verify
from tests.cli.running import Program
from tests.trials.history import opened
from tests.trials.places import Place


def found_in(place: Place, program: Program) -> Finding:
    """The finding in this database."""
    with opened(place.url) as database:
        return found(database, program)


def found(database: Database, program: Program | None) -> Finding:
    """The finding; the program, where one is given, says the same and ends with exit code 1."""
    finding = verify(database.ledger).finding
    assert finding is not None
    if program is not None:
        ran = program("audit verify", code=1)
        assert finding.sentence in ran.err
        assert ran.err.count("\n") == 1
        assert "Traceback" not in ran.err
    return finding
