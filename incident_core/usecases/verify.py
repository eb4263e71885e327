"""Verify the log: read it once, whole or one incident, and name the first bad place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from incident_core.errors import NotFound
from incident_core.ports.ledger import Ledger
from incident_core.record.audit import Audit, Audited, Stored
from incident_core.record.chain import Head


def verify(
    ledger: Ledger, *, against: Sequence[Head] = (), progress: Callable[[int], None] | None = None
) -> Audited:
    """Check every event, text and the head; `against` are heads that were noted earlier, outside."""
    with ledger.read() as pages:
        audit = Audit(against=against).read(_told(pages.events(), progress))
        return audit.result(pages.head(), pages.orphans())


def verify_incident(ledger: Ledger, workspace: str, key: str) -> Audited:
    """Check the events and texts of one incident by themselves; raises NotFound."""
    incident_id = ledger.find(workspace, key)
    if incident_id is None:
        raise NotFound(key)
    with ledger.read(incident_id) as pages:
        return Audit(whole=False).read(pages.events()).result()


def _told(stored: Iterable[Stored], progress: Callable[[int], None] | None) -> Iterator[Stored]:
    for count, each in enumerate(stored, start=1):
        yield each
        if progress is not None and count % 1000 == 0:
            progress(count)
