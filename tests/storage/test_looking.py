"""Looks of admins are written into both databases while the incidents are read from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from incident_core import commands as c
from incident_core.events import Looked
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.ports.reader import Query, Reader
from incident_core.testing.contracts.desk import ANN, BOB, Desk, at_once
from incident_core.usecases.looking import Looking
from tests.databases import opened
from tests.storage.asking import counted

DORA = Actor("slack", "U0DORA")
POLICY = Policy(admins=frozenset({DORA}))
MANY = 40


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Very many incidents, of which every second is private."""
    with closing(opened(database_url, policy=POLICY)) as database:
        desk = Desk(database, POLICY, "w")
        for number in range(MANY):
            desk.do(c.Declare, desk.open("hidden", by=BOB, private=number % 2 == 0), by=BOB)
        yield desk


def looking(desk: Desk) -> Looking:
    return Looking(desk.store.reader, desk.perform, POLICY, desk.clock)


def looks(desk: Desk) -> list[int]:
    """How often somebody looked, by number of the incident."""
    found = [desk.timeline(f"INC-{number}", BOB) for number in range(1, MANY + 1)]
    return [len([each for each in entries if isinstance(each.event, Looked)]) for entries in found]


def test_what_is_exported_is_written_down_once_while_it_is_read(desk: Desk) -> None:
    """SQLite has one writer, and a reader that was left half read would keep it waiting."""
    expected = list(desk.store.reader.documents("w", Query(), DORA))
    assert list(looking(desk).documents("w", Query(), DORA)) == expected
    assert looks(desk) == [number % 2 for number in range(1, MANY + 1)]
    keys = {each["key"] for each in looking(desk).timelines("w", Query(), DORA)}
    assert len(keys) == MANY
    assert looks(desk) == [number % 2 for number in range(1, MANY + 1)]
    assert desk.store.views.rebuild(write=False).differing == ()


def test_two_processes_that_show_the_same_list_write_it_down_once(desk: Desk, database_url: str) -> None:
    with closing(opened(database_url, policy=POLICY)) as another:
        both = [looking(desk), looking(desk.after(another))]
        query = Query(limit=MANY)
        found = at_once(*[lambda reader=each: reader.list("w", query, DORA) for each in both])
    assert [len(each) for each in found if isinstance(each, tuple)] == [MANY, MANY], found
    assert looks(desk) == [number % 2 for number in range(1, MANY + 1)]


def test_others_ask_no_more_of_the_database_than_without_it(desk: Desk) -> None:
    def asked(reader: Reader) -> list[str]:
        with counted() as seen:
            for viewer in (ANN, BOB):
                reader.show("w", "INC-1", viewer)
                reader.list("w", Query(limit=20), viewer)
                list(reader.timelines("w", Query(), viewer))
        return list(seen)

    assert asked(looking(desk)) == asked(desk.store.reader)


def test_what_was_written_down_is_not_asked_for_again_within_the_hour(desk: Desk) -> None:
    reader = looking(desk)
    reader.list("w", Query(limit=20), DORA)
    with counted() as seen:
        reader.list("w", Query(limit=20), DORA)
    assert len([each for each in seen if not each.startswith("BEGIN")]) == 1
