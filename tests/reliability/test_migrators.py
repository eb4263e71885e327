"""Four who bring the same database up to date at the same moment do it once, and its data stays."""

from __future__ import annotations

from contextlib import ExitStack
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from adapters.storage import migrations
from adapters.storage.database import store_at
from adapters.storage.revisions import REVISIONS
from tests.trials.history import opened
from tests.trials.places import Place
from tests.trials.processes import LONG, context, ended, received, running
from tests.trials.soundness import assert_sound

MIGRATORS = 4
OLD = "0003"


def test_four_upgrades_of_an_older_database_at_once_apply_each_migration_once(told: Place) -> None:
    shape, events = told.shape(), _events(told)
    _take_back(told)
    assert told.shape() != shape
    barrier = context().Barrier(MIGRATORS)
    with ExitStack() as stack:
        crowd = [stack.enter_context(running(_upgrade, barrier, told.url)) for _ in range(MIGRATORS)]
        applied = [next(received(pipe)) for _, pipe in crowd]
        assert [ended(process) for process, _ in crowd] == [0] * MIGRATORS
    missing = REVISIONS[REVISIONS.index(OLD) + 1 :]
    assert sorted(applied) == [(), (), (), missing]
    assert told.shape() == shape
    assert _events(told) == events
    assert assert_sound(told) == len(events)


def _events(place: Place) -> list[tuple[object, ...]]:
    return place.ask("SELECT seq, event_id, hash FROM events ORDER BY seq")


def _take_back(place: Place) -> None:
    store = store_at(place.url, 20)
    with store.migrating() as connection:
        migrations.downgrade(connection, OLD)
    store.close()
    place.settled()


def _upgrade(pipe: Connection, barrier: Barrier, url: str) -> None:
    with opened(url) as database:
        barrier.wait(LONG)
        pipe.send(database.schema.upgrade())
