"""Times are stored to the microsecond, sort as they happened, and are aware and UTC when they are read."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select

from adapters.storage import Database
from adapters.storage.database import store_at
from adapters.storage.store import Store
from adapters.storage.tables import holds
from incident_core.testing.contracts.desk import Desk
from tests.storage.asking import ask

INSTANTS = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=timezone(timedelta(hours=1))),
    datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2))),
    datetime(2026, 10, 25, 2, 30, 0, 123_456, tzinfo=timezone(timedelta(hours=1))),
    datetime(2026, 11, 22, 8, 45, 0, 999_999, tzinfo=timezone(timedelta(hours=-11, minutes=-30))),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
)


def test_every_instant_comes_back_to_the_microsecond_in_utc_and_in_order(database_url: str) -> None:
    with closing(store_at(database_url, 30)) as store:
        with store.appending(None) as connection:
            rows = [
                {"workspace": "w", "mirror": "m", "method": str(place), "until": instant}
                for place, instant in reversed(list(enumerate(INSTANTS)))
            ]
            connection.execute(insert(holds), rows)
        with store.reading() as connection:
            found = connection.scalars(select(holds.c.until).order_by(holds.c.until)).all()
            later = connection.scalars(select(holds.c.until).where(holds.c.until > INSTANTS[3])).all()
    assert found == list(INSTANTS)
    assert {each.tzinfo for each in found} == {UTC}
    assert len(later) == 3


def test_a_time_without_a_zone_is_never_stored(database_url: str) -> None:
    with closing(store_at(database_url, 30)) as store, pytest.raises(Exception, match="has no zone"):
        store_one(store, datetime(2026, 11, 22))  # noqa: DTZ001 - what must be refused


def store_one(store: Store, until: datetime) -> None:
    with store.appending(None) as connection:
        connection.execute(insert(holds), {"workspace": "w", "mirror": "m", "method": "m", "until": until})


def test_a_time_is_sortable_text_on_sqlite_and_a_timestamp_with_zone_on_postgresql(
    database: Database, database_url: str
) -> None:
    desk = Desk(database, workspace="w")
    desk.open(at=datetime(2026, 11, 22, 9, 45, 0, 5, tzinfo=timezone(timedelta(hours=1))))
    [(stored,)] = ask(database_url, "SELECT occurred_at FROM events")
    if database.describe().kind == "SQLite":
        assert stored == "2026-11-22T08:45:00.000005Z"
    else:
        assert stored == datetime(2026, 11, 22, 8, 45, 0, 5, tzinfo=UTC)
    assert desk.lines()[0].opened_at == datetime(2026, 11, 22, 8, 45, 0, 5, tzinfo=UTC)
