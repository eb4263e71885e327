"""The part of the Reader's contract about who sees what: for others a private incident is not there."""

from __future__ import annotations

from dataclasses import replace

from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.model.window import Window
from incident_core.ports.log import Result
from incident_core.ports.reader import Query
from incident_core.testing.contracts.base import StoreContract
from incident_core.testing.contracts.desk import ANN, BOB, CLEO, Desk

DAN, EVE, FRED = (Actor("cli", name) for name in ("dan", "eve", "fred"))
ALL_WAYS = (
    "load", "show", "show as of version 1", "timeline", "list", "incidents", "timelines", "count", "search",
)  # fmt: skip


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
        "timelines": key in {each["key"] for each in store.reader.timelines(workspace, Query(), viewer)},
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

    def test_made_private_it_is_there_for_those_who_have_to_do_with_it_and_for_nobody_else(self) -> None:
        desk = self.desk
        key = desk.open("hidden", by=BOB, declare=True)
        desk.do(c.SendUpdate, key, by=CLEO, text="we look")
        desk.do(c.Assign, key, by=CLEO, role="technical_lead", holder=DAN)
        desk.do(c.Grant, key, by=CLEO, who=EVE)
        desk.do(c.MakePrivate, key, by=FRED)
        for viewer in (BOB, DAN, EVE, FRED):
            assert ways_to_see(desk, key, viewer) == [*ALL_WAYS], str(viewer)
        for viewer in (ANN, CLEO):
            assert ways_to_see(desk, key, viewer) == [], str(viewer)
        desk.do(c.Release, key, by=FRED, role="technical_lead")
        desk.do(c.Revoke, key, by=FRED, who=DAN)
        assert (ways_to_see(desk, key, DAN), desk.listed(FRED)) == ([], [key])
        assert self.desk.store.views.rebuild(write=False).differing == ()

    def test_made_private_it_is_said_to_be(self) -> None:
        key = self.desk.open("hidden")
        self.desk.do(c.MakePrivate, key)
        (document,) = self.desk.store.reader.documents(self.desk.workspace, Query(), ANN)
        assert (document["private"], self.desk.lines()[0].private) == (True, True)
        assert self.desk.load(key).incident.private

    def test_only_what_not_everybody_may_see_can_be_asked_for(self) -> None:
        self.desk.open("one", private=True)
        self.desk.open("two")
        self.desk.open("three", by=BOB, private=True)
        self.desk.do(c.MakePrivate, self.desk.open("four", by=CLEO))
        only, reader = Query(private=True), self.desk.store.reader
        for query in (
            only,
            replace(only, limit=5),
            replace(only, opened=Window(self.desk.clock.now(), None)),
        ):
            documents = reader.documents(self.desk.workspace, query, ANN)
            timelines = reader.timelines(self.desk.workspace, query, ANN)
            assert [line.key for line in reader.list(self.desk.workspace, query, ANN)] == ["INC-4", "INC-1"]
            assert [each["key"] for each in documents] == ["INC-4", "INC-1"]
            assert {each["key"] for each in timelines} == {"INC-4", "INC-1"}
            assert reader.count(self.desk.workspace, query, ANN) == 2

    def test_commands_about_it_are_decided_as_about_any_other(self) -> None:
        desk = self.desk.other(Policy(required_roles=()))
        key = desk.open("hidden", by=BOB, private=True, declare=True)
        assert desk.do(c.Resolve, key, by=BOB).result is Result.ACCEPTED
