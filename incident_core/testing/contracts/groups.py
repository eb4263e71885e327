"""The contract of the port Groups: who is in the user groups of the outside, as far as it is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from incident_core.model.actor import Actor
from incident_core.ports.groups import Groups
from incident_core.testing.contracts.base import CONCURRENT, DURABLE, StoreContract, needs
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk, at_once

ON_CALL, LEADS = "S0604QSJC", "S0604QSJD"
STRANGE = ("", " ", "s0604qsjc", "S0604QSJC ", "S0604QSJ", "%", "'", "Ω", "\u0000", "\ud800", "x" * 10_000)
"""Names of no group, which somebody may ask about all the same."""


class GroupsContract(StoreContract):
    """Subclass it, and say how the store is made and opened again."""

    @property
    def groups(self) -> Groups:
        """The port."""
        return self.desk.store.groups

    def keep(self, group: str, *members: Actor, hours: int = 0, desk: Desk | None = None) -> None:
        """These were its members so many hours from now."""
        where = desk or self.desk
        at = where.clock.now() + timedelta(hours=hours)
        where.store.groups.keep(where.workspace, group, members, at)

    def members(self, *groups: str, desk: Desk | None = None) -> Mapping[str, Collection[Actor]]:
        """Who is in these."""
        where = desk or self.desk
        return dict(where.store.groups.members(where.workspace, groups))

    def test_who_is_in_a_group_is_known_once_somebody_has_asked(self) -> None:
        assert self.members(ON_CALL) == {}
        self.keep(ON_CALL, ANN, CLEO)
        assert self.members(ON_CALL) == {ON_CALL: {ANN, CLEO}}

    def test_newer_members_take_the_place_of_all_that_were_there(self) -> None:
        self.keep(ON_CALL, ANN, CLEO)
        self.keep(ON_CALL, CLEO, BOB)
        assert self.members(ON_CALL) == {ON_CALL: {CLEO, BOB}}

    def test_a_group_without_members_is_known_and_an_unknown_one_is_left_out(self) -> None:
        self.keep(ON_CALL, ANN)
        self.keep(ON_CALL)
        assert self.members(ON_CALL, LEADS) == {ON_CALL: set()}

    def test_only_groups_that_were_asked_for_are_told(self) -> None:
        self.keep(ON_CALL, ANN)
        self.keep(LEADS, BOB)
        assert self.members(LEADS) == {LEADS: {BOB}}
        assert self.members(ON_CALL, LEADS, LEADS) == {ON_CALL: {ANN}, LEADS: {BOB}}
        assert self.members() == {}

    def test_nothing_is_known_of_any_other_name(self) -> None:
        self.keep(ON_CALL, ANN)
        assert self.members(*STRANGE) == {}

    def test_what_was_asked_earlier_does_not_replace_what_was_asked_later(self) -> None:
        self.keep(ON_CALL, ANN, hours=1)
        self.keep(ON_CALL, BOB)
        assert self.members(ON_CALL) == {ON_CALL: {ANN}}
        self.keep(ON_CALL, CLEO, hours=1)
        assert self.members(ON_CALL) == {ON_CALL: {CLEO}}

    def test_workspaces_have_groups_of_their_own(self) -> None:
        other = self.desk.other()
        self.keep(ON_CALL, ANN)
        assert self.members(ON_CALL, desk=other) == {}
        self.keep(ON_CALL, BOB, desk=other)
        assert (self.members(ON_CALL), self.members(ON_CALL, desk=other)) == (
            {ON_CALL: {ANN}}, {ON_CALL: {BOB}},
        )  # fmt: skip

    def test_a_large_group_with_any_names_comes_back_whole(self) -> None:
        many = {Actor("slack", f"U{number:09}") for number in range(2_000)}
        many |= {Actor("cli", name) for name in ("ünal", 'a "b"', "x:y", "\U0001f525", "ann,bob")}
        self.keep(ON_CALL, *many)
        assert self.members(ON_CALL) == {ON_CALL: many}

    def test_a_rebuild_of_views_does_not_touch_it(self) -> None:
        self.keep(ON_CALL, ANN)
        self.desk.open()
        self.desk.store.views.rebuild(write=True)
        assert self.members(ON_CALL) == {ON_CALL: {ANN}}

    @needs(CONCURRENT)
    def test_of_two_who_keep_it_at_the_same_time_one_is_believed_whole(self) -> None:
        first, second = {ANN, BOB}, {CLEO, Actor("cli", "dan")}
        both = at_once(*[lambda each=each: self.keep(ON_CALL, *each) for each in (first, second) * 3])
        assert both == [None] * 6
        assert self.members(ON_CALL)[ON_CALL] in (first, second)

    @needs(DURABLE)
    def test_a_new_process_knows_it_too(self) -> None:
        self.keep(ON_CALL, ANN)
        again = self.reopen(self.desk.store).groups
        assert dict(again.members(self.desk.workspace, [ON_CALL])) == {ON_CALL: {ANN}}
