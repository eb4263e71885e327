"""The part of the Reader's contract about who sees what: for others a private incident is not there."""

from __future__ import annotations

from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.ports.log import Result
from incident_core.ports.reader import Query
from incident_core.testing.contracts.base import StoreContract
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk

ALL_WAYS = ("load", "show", "show as of version 1", "timeline", "list", "incidents", "count", "search")


def ways_to_see(desk: Desk, key: str, viewer: Actor) -> list[str]:
    """By which methods this viewer sees the incident, whose title must contain `hidden`."""
    store, workspace = desk.store, desk.workspace
    seen = {
        "load": store.log.load(workspace, key, viewer) is not None,
        "show": store.reader.show(workspace, key, viewer) is not None,
        "show as of version 1": store.reader.show(workspace, key, viewer, 1) is not None,
        "timeline": store.reader.timeline(workspace, key, viewer) is not None,
        "list": key in desk.listed(viewer),
        "incidents": key in {each["key"] for each in store.reader.documents(workspace, Query(), viewer)},
        "count": store.reader.count(workspace, Query(), viewer) > 0,
        "search": key in desk.found("hidden", viewer),
    }
    return [way for way, is_seen in seen.items() if is_seen]


class SightContract(StoreContract):
    """Private incidents."""

    def test_what_is_not_private_is_seen_by_everybody(self) -> None:
        key = self.desk.open("not hidden")
        for viewer in (ANN, BOB, CLEO):
            assert ways_to_see(self.desk, key, viewer) == [*ALL_WAYS]

    def test_a_private_incident_is_there_for_its_opener_and_for_nobody_else(self) -> None:
        key = self.desk.open("hidden", by=BOB, private=True)
        assert ways_to_see(self.desk, key, BOB) == [*ALL_WAYS]
        for viewer in (ANN, CLEO, Actor("slack", "bob"), Actor("cli", "BOB"), Actor("cli", "bo")):
            assert ways_to_see(self.desk, key, viewer) == [], str(viewer)

    def test_who_is_granted_access_sees_it_until_it_is_revoked(self) -> None:
        key = self.desk.open("hidden", by=BOB, private=True)
        self.desk.do(c.Grant, key, by=BOB, who=CLEO)
        assert ways_to_see(self.desk, key, CLEO) == [*ALL_WAYS]
        assert ways_to_see(self.desk, key, ANN) == []
        self.desk.do(c.Revoke, key, by=BOB, who=CLEO)
        assert ways_to_see(self.desk, key, CLEO) == []
        self.desk.do(c.Grant, key, by=BOB, who=CLEO)
        assert ways_to_see(self.desk, key, CLEO) == [*ALL_WAYS]

    def test_who_is_given_a_role_sees_it(self) -> None:
        key = self.desk.open("hidden", by=BOB, private=True)
        self.desk.do(c.Declare, key, by=BOB, commander=ANN)
        assert ways_to_see(self.desk, key, ANN) == [*ALL_WAYS]

    def test_the_opener_can_be_shut_out_as_well(self) -> None:
        key = self.desk.open("hidden", by=BOB, private=True)
        self.desk.do(c.Grant, key, by=BOB, who=ANN)
        self.desk.do(c.Revoke, key, by=ANN, who=BOB)
        assert ways_to_see(self.desk, key, BOB) == []
        assert ways_to_see(self.desk, key, ANN) == [*ALL_WAYS]

    def test_an_actor_is_the_same_from_whatever_login(self) -> None:
        key = self.desk.open("hidden", by=BOB, private=True)
        assert ways_to_see(self.desk, key, Actor("cli", "bob", workspace="T9", login="other")) == [*ALL_WAYS]

    def test_hidden_incidents_take_their_numbers_and_no_place_in_a_list(self) -> None:
        for number in range(6):
            self.desk.open("hidden", by=BOB if number % 2 else ANN, private=True)
        assert self.desk.listed() == ["INC-5", "INC-3", "INC-1"]
        assert self.desk.listed(limit=2) == ["INC-5", "INC-3"]
        assert self.desk.store.reader.count(self.desk.workspace, Query(), ANN) == 3
        assert self.desk.found("hidden", limit=2) == ["INC-5", "INC-3"]

    def test_commands_about_it_are_decided_as_about_any_other(self) -> None:
        desk = self.desk.other(Policy(required_roles=()))
        key = desk.open("hidden", by=BOB, private=True, declare=True)
        assert desk.do(c.Resolve, key, by=BOB).result is Result.ACCEPTED
