"""The contract of the port Views: what is derived can be compared with the events, and made again."""

from __future__ import annotations

from incident_core import commands as c
from incident_core import events as e
from incident_core.ports.views import Rebuilt
from incident_core.testing.contracts.base import Store, StoreContract
from incident_core.testing.contracts.desk import ANN, BOB, CLEO


class ViewsContract(StoreContract):
    """Subclass it, and say how the store is made, and how a view is tampered with."""

    def tamper(self, store: Store, workspace: str, key: str) -> None:
        """Give the stored view of this incident the title `tampered`, behind the store's back."""
        raise NotImplementedError

    def test_views_that_were_kept_by_commits_equal_those_that_are_folded(self) -> None:
        self._some_incidents()
        assert self.desk.store.views.rebuild(write=False) == Rebuilt(4, ())
        assert self.desk.store.views.rebuild(write=True) == Rebuilt(4, ())

    def test_nothing_is_rebuilt_of_an_empty_log(self) -> None:
        assert self.desk.store.views.rebuild(write=True) == Rebuilt(0, ())

    def test_a_view_that_was_changed_is_found_and_left_alone_until_it_is_written(self) -> None:
        self._some_incidents()
        expected = self._all_that_is_seen()
        self.tamper(self.desk.store, self.desk.workspace, "INC-2")
        assert "tampered" in {line.title for line in self.desk.lines()}
        assert self.desk.store.views.rebuild(write=False) == Rebuilt(4, ("INC-2",))
        assert "tampered" in {line.title for line in self.desk.lines()}
        assert self.desk.store.views.rebuild(write=True) == Rebuilt(4, ("INC-2",))
        assert self._all_that_is_seen() == expected
        assert self.desk.store.views.rebuild(write=False) == Rebuilt(4, ())

    def test_rebuilding_touches_no_event_and_no_answer(self) -> None:
        self._some_incidents()
        before = self.desk.record()
        self.tamper(self.desk.store, self.desk.workspace, "INC-1")
        self.desk.store.views.rebuild(write=True)
        assert self.desk.record() == before
        answer = self.desk.store.log.answered(self.desk.workspace, "the second")
        assert answer is not None
        assert answer.key == "INC-2"

    def test_progress_is_told_up_to_the_last_incident(self) -> None:
        self._some_incidents()
        told: list[tuple[int, int]] = []
        self.desk.store.views.rebuild(write=False, progress=lambda done, of: told.append((done, of)))
        assert told[-1] == (4, 4)
        assert told == sorted(told)

    def test_a_view_that_was_kept_while_it_was_made_private_equals_the_one_that_is_folded(self) -> None:
        self.desk.do(c.MakePrivate, self.desk.open("first", by=BOB), by=ANN)
        assert self.desk.store.views.rebuild(write=False) == Rebuilt(1, ())
        assert self.desk.store.views.rebuild(write=True) == Rebuilt(1, ())
        assert (self.desk.listed(), self.desk.listed(CLEO)) == (["INC-1"], [])

    def _some_incidents(self) -> None:
        """Three in this workspace, one of them private, one with a redacted title; one in another."""
        self.desk.open("first", declare=True)
        self.desk.open("second", by=BOB, private=True, name="the second")
        self.desk.do(c.Grant, "INC-2", by=BOB, who=ANN)
        self.desk.open("third secret")
        at = self.desk.clock.now()
        gone = e.TextRedacted(actor=ANN, at=at, version=1, field="title", reason="a token")
        self.desk.store.log.commit(self.desk.batch(self.desk.load("INC-3"), gone))
        other = self.desk.other()
        other.open("elsewhere")
        other.do(c.Close, "INC-1")

    def _all_that_is_seen(self) -> tuple[object, ...]:
        return (
            *self.desk.lines(),
            self.desk.found("second"),
            self.desk.found("secret"),
            self.desk.listed(BOB),
        )
