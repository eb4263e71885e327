"""The contract of the port Ledger: the log as it is stored, as of one moment."""

from __future__ import annotations

import json

from incident_core import commands as c
from incident_core.record.chain import GENESIS, Head, hash_of
from incident_core.record.codec import digest, text_fields
from incident_core.testing.contracts.base import CONCURRENT, DURABLE, StoreContract, needs
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, at_once, of_type
from incident_core.usecases.verify import verify, verify_incident


class LedgerContract(StoreContract):
    """Subclass it, and say how the store is made and opened again."""

    def test_an_empty_log_has_the_head_of_no_events(self) -> None:
        assert self.desk.record() == (Head(), [])
        audited = verify(self.desk.store.ledger)
        assert (audited.checked, audited.head, audited.finding) == (0, Head(), None)

    def test_every_event_follows_the_one_before_with_its_texts_beside_it(self) -> None:
        self._some_history()
        head, stored = self.desk.record()
        previous = GENESIS
        for sealed, texts in stored:
            assert sealed.previous == previous
            assert sealed.hash == hash_of(sealed)
            assert text_fields(json.loads(sealed.body)) == {
                name: digest(each) for name, each in texts.items()
            }
            previous = sealed.hash
        assert head.hash == previous

    def test_a_log_that_nobody_touched_verifies(self) -> None:
        self._some_history()
        head, stored = self.desk.record()
        audited = verify(self.desk.store.ledger, against=(head,))
        assert (audited.checked, audited.finding) == (len(stored), None)
        assert (audited.head.seq, audited.head.hash) == (head.seq, head.hash)

    def test_one_incident_is_read_by_itself_and_a_private_one_as_well(self) -> None:
        key = self.desk.open("hidden", by=BOB, private=True)
        self.desk.open()
        self.desk.do(c.Declare, key, by=BOB)
        incident_id = self.desk.store.ledger.find(self.desk.workspace, key)
        assert incident_id == self.desk.load(key, BOB).incident_id
        with self.desk.store.ledger.read(incident_id) as pages:
            assert [sealed.seq for sealed, _ in pages.events()] == [1, 3, 4]
        audited = verify_incident(self.desk.store.ledger, self.desk.workspace, key)
        assert (audited.checked, audited.finding) == (3, None)

    def test_nobody_has_a_key_that_was_never_given(self) -> None:
        self.desk.open()
        assert self.desk.store.ledger.find(self.desk.workspace, "INC-2") is None
        assert self.desk.store.ledger.find(self.desk.workspace, "nonsense") is None
        assert self.desk.store.ledger.find(self.desk.other().workspace, "INC-1") is None

    @needs(CONCURRENT)
    def test_what_is_read_is_of_one_moment_while_others_write(self) -> None:
        self._some_history()
        before = self.desk.record()
        with self.desk.store.ledger.read() as pages:
            events = pages.events()
            first = next(events)
            opened = of_type(at_once(lambda: self.desk.open("meanwhile", by=CLEO)), str)
            assert opened, "a reader does not stop a writer"
            assert (pages.head(), [first, *events]) == before
            assert list(pages.orphans()) == []
        assert self.desk.record()[0].count == before[0].count + 1

    @needs(DURABLE)
    def test_a_new_process_reads_the_same(self) -> None:
        self._some_history()
        assert self.desk.after(self.reopen(self.desk.store)).record() == self.desk.record()

    def _some_history(self) -> None:
        other = self.desk.other()
        for desk in (self.desk, other):
            key = desk.open("שלום 🔥", by=CLEO, declare=True)
            desk.do(c.SendUpdate, key, text="we know", impact="some", components=("a", "b"))
            desk.do(c.AddEvidence, key, url="https://example.com/é?x=%20", by=ANN)
