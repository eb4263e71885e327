"""What the Whereabouts must do: know which incident lives in a place outside, and where an incident lives."""

from __future__ import annotations

from collections.abc import Mapping

from incident_core import commands as c
from incident_core.model.stage import Stage
from incident_core.ports.mirror import Kind
from incident_core.ports.mirrors import Claim, Effect
from incident_core.ports.whereabouts import Whereabouts
from incident_core.testing.contracts.base import DURABLE, needs
from incident_core.testing.contracts.desk import ANN, Desk
from incident_core.testing.contracts.mirrors_base import CHAT, PAGER, MirrorsBase, begun, call

ROOM = "room"
"""The slot of the places here."""

STRANGE = (
    "",
    " ",
    "C2",
    "c1",
    "C1 ",
    "C1\n",
    "C",
    "%",
    "'",
    "Ω",
    "\u0000",
    "C1\u0000",
    "\ud800",
    "x" * 10_000,
)
"""Ids of no place, which somebody may send us all the same."""


class WhereaboutsContract(MirrorsBase):
    """A few incidents in the mirrors CHAT and PAGER, which have places for the slot ROOM."""

    @property
    def whereabouts(self) -> Whereabouts:
        """The port."""
        return self.desk.store.whereabouts

    def known(self, key: str, *effects: Effect, mirror: str = CHAT, desk: Desk | None = None) -> None:
        """Keep what a worker has found out about this incident."""
        where = desk or self.desk
        incident_id = where.load(key).incident_id
        for claim in self.claim((mirror,), limit=100):
            if claim.incident_id == incident_id:
                self.mirrors.save(claim, effects, {})
            self._give_back(claim)

    def placed(self, place: str, key: str | None = None, mirror: str = CHAT) -> str:
        """The key of an incident that lives there now, a new one unless it is named."""
        key = key or self.desk.open()
        self.known(key, Effect(ROOM, done=True, external_id=place), mirror=mirror)
        return key

    def lives(self, place: str, mirror: str = CHAT, slot: str = ROOM) -> str | None:
        """Which incident lives there."""
        return self.whereabouts.incident(self.desk.workspace, mirror, slot, place)

    def places(self, *keys: str, mirror: str = CHAT, slot: str = ROOM) -> Mapping[str, str]:
        """Where these incidents live."""
        return dict(self.whereabouts.outside(self.desk.workspace, mirror, slot, keys))

    def _give_back(self, claim: Claim) -> None:
        self.settle(claim, shown=0, next_at=self.at(0))

    def test_an_incident_is_found_by_its_place_and_the_place_by_the_incident(self) -> None:
        first, second = self.placed("C1"), self.placed("C2")
        assert (self.lives("C1"), self.lives("C2")) == (first, second) == ("INC-1", "INC-2")
        assert self.places(first, second) == {first: "C1", second: "C2"}
        assert self.places(second) == {second: "C2"}

    def test_nothing_of_ours_is_in_any_other_place(self) -> None:
        self.placed("C1")
        assert {each: self.lives(each) for each in STRANGE} == dict.fromkeys(STRANGE)

    def test_who_has_no_place_and_what_is_no_key_is_left_out(self) -> None:
        key, homeless = self.placed("C1"), self.desk.open()
        nonsense = ("nonsense", "", "INC-0", "INC-01", "inc-1", "INC-99", f"INC-{'9' * 30}", "INC-1\u0000")
        assert self.places(*nonsense, homeless, key, key) == {key: "C1"}
        assert self.places(*nonsense) == self.places(homeless) == self.places() == {}

    def test_a_thousand_are_asked_for_as_easily_as_one(self) -> None:
        key = self.placed("C1")
        assert self.places(*(f"INC-{number}" for number in range(1_000, 0, -1))) == {key: "C1"}

    def test_what_is_not_there_yet_has_no_place(self) -> None:
        key = self.desk.open()
        self.known(key, Effect(ROOM, external_id="C1"), Effect("board", done=True), begun(self.at(0)))
        assert self.lives("C1") is None
        assert self.places(key) == self.places(key, slot="board") == self.places(key, slot="place") == {}

    def test_what_is_being_changed_or_cannot_be_is_there_still(self) -> None:
        key = self.desk.open()
        there = Effect(ROOM, done=True, external_id="C1", attempts=1, intent=call(ROOM, Kind.CHANGE))
        self.known(key, there)
        assert (self.lives("C1"), self.places(key)) == (key, {key: "C1"})
        self.known(key, Effect(ROOM, done=True, external_id="C1", error="no", stopped=True, skipped=True))
        assert (self.lives("C1"), self.places(key)) == (key, {key: "C1"})

    def test_who_moved_lives_in_the_new_place_and_not_in_the_old_one(self) -> None:
        key = self.placed("C1")
        assert (self.lives("C1"), self.lives("C2"), self.places(key)) == (key, None, {key: "C1"})
        self.known(key, Effect(ROOM, generation=2))
        assert (self.lives("C1"), self.places(key)) == (None, {})
        self.known(key, Effect(ROOM, generation=2, done=True, external_id="C2"))
        assert (self.lives("C1"), self.lives("C2"), self.places(key)) == (None, key, {key: "C2"})

    def test_the_place_is_that_of_the_mirror_and_the_slot(self) -> None:
        first, second = self.placed("C1"), self.placed("C1", mirror=PAGER)
        self.known(first, Effect("board", done=True, external_id="B1"))
        assert (self.lives("C1"), self.lives("C1", PAGER)) == (first, second)
        assert (self.lives("B1"), self.lives("C1", slot="board"), self.lives("B1", PAGER)) == (None,) * 3
        assert self.lives("B1", slot="board") == first
        assert self.places(first, second) == {first: "C1"}
        assert self.places(first, second, mirror=PAGER) == {second: "C1"}
        assert self.places(first, second, slot="board") == {first: "B1"}

    def test_what_was_said_is_no_place(self) -> None:
        key = self.desk.open()
        said = [Effect(slot, done=True, external_id="C1") for slot in (f"say:{ROOM}:1", f"remind:{ROOM}:1")]
        self.known(key, *said, Effect("stray:room:C1", external_id="C1"))
        for slot in (ROOM, *(each.slot for each in said)):
            assert (self.lives("C1", slot=slot), self.places(key, slot=slot)) == (None, {})

    def test_of_several_in_one_place_it_is_the_newest(self) -> None:
        first, second, third = (self.desk.open() for _ in range(3))
        for key in (first, third, second):
            self.placed("C1", key)
        assert self.lives("C1") == third
        assert self.places(first, second, third) == dict.fromkeys((first, second, third), "C1")

    def test_workspaces_have_places_of_their_own(self) -> None:
        key = self.placed("C1")
        other = self.desk.other()
        assert self.whereabouts.incident(other.workspace, CHAT, ROOM, "C1") is None
        assert dict(self.whereabouts.outside(other.workspace, CHAT, ROOM, [key])) == {}
        other.open()
        second = other.open()
        self.known(second, Effect(ROOM, done=True, external_id="C1"), desk=other)
        assert self.whereabouts.incident(other.workspace, CHAT, ROOM, "C1") == second == "INC-2"
        assert self.lives("C1") == key == "INC-1"
        assert dict(self.whereabouts.outside(other.workspace, CHAT, ROOM, [key, second])) == {second: "C1"}

    def test_private_and_closed_incidents_live_somewhere_too(self) -> None:
        key = self.placed("C1", self.desk.open(private=True, by=ANN))
        self.desk.do(c.Close, key)
        assert (self.lives("C1"), self.places(key)) == (key, {key: "C1"})

    @needs(DURABLE)
    def test_a_new_process_knows_it_too(self) -> None:
        key = self.placed("C1")
        there = self.desk.store.whereabouts
        again = self.reopen(self.desk.store).whereabouts
        for each in (there, again):
            assert each.incident(self.desk.workspace, CHAT, ROOM, "C1") == key

    def test_many_places_are_asked_about_at_once(self) -> None:
        one, other = self.placed("C1"), self.placed("C2")
        newer = self.placed("C1")
        found = self.whereabouts.living(self.desk.workspace, CHAT, ROOM, ["C1", "C2", *STRANGE, "C2"])
        assert dict(found) == {"C1": newer, "C2": other}
        assert one != newer
        assert dict(self.whereabouts.living(self.desk.workspace, CHAT, ROOM, [])) == {}
        assert dict(self.whereabouts.living(self.desk.workspace, PAGER, ROOM, ["C1"])) == {}

    def test_homes_have_all_that_is_known_but_not_what_was_said(self) -> None:
        key = self.desk.open("API is slow", declare=True)
        going = begun(self.at(0))
        said, failed = Effect("say:all:1", done=True), Effect("shut", stopped=True, error="no")
        self.known(key, Effect(ROOM, done=True, external_id="C1"), going, said, failed)
        hidden = self.desk.open("Secret", private=True)
        (home, other) = self.whereabouts.homes(self.desk.workspace, CHAT, [hidden, key, "INC-99", "", key])
        assert (home.key, home.title, home.stage, home.private) == (key, "API is slow", Stage.INCIDENT, False)
        assert home.commander == ANN
        assert home.incident_id == self.desk.load(key).incident_id
        assert dict(home.known) == {
            ROOM: Effect(ROOM, done=True, external_id="C1"), "place": going, "shut": failed,
        }  # fmt: skip
        assert (other.key, other.private, other.commander, dict(other.known)) == (hidden, True, None, {})
        assert self.whereabouts.homes(self.desk.other().workspace, CHAT, [key]) == ()

    def test_what_is_not_closed_is_read_page_by_page(self) -> None:
        keys = [self.desk.open(private=number % 3 == 0, declare=number % 2 == 0) for number in range(7)]
        self.desk.do(c.Close, keys[1])
        self.desk.do(c.Resolve, keys[2])
        self.desk.other().open()
        seen, after = list[str](), 0
        while page := self.whereabouts.open(self.desk.workspace, CHAT, after, 2):
            assert len(page) <= 2
            seen += [home.key for home in page]
            after = page[-1].number
        assert seen == [key for key in keys if key != keys[1]]
        assert [home.stage for home in self.whereabouts.open(self.desk.workspace, CHAT, 2, 1)] == [
            Stage.RESOLVED
        ]
