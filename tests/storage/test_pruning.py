"""Pruning a database: every table has a fate, and neither a bot nor another pruning is disturbed by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from adapters.storage import Database, pruning
from adapters.storage.database import store_at
from adapters.storage.tables import commands, incidents, metadata
from incident_core import commands as c
from incident_core.ports.log import Result
from incident_core.ports.mirrors import Effect
from incident_core.ports.pruning import Pruned
from incident_core.testing.contracts.desk import Desk, at_once, of_type
from tests.databases import opened

AGE = timedelta(days=90)
MANY = 3 * pruning.BATCH
BOT = 2.0
"""Seconds that a bot waits for the database."""


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """An incident of which very many commands changed nothing, long ago."""
    with closing(opened(database_url, mirrors=("chat",))) as database:
        desk = Desk(database, workspace="w")
        desk.open()
        desk.store.log.commit(desk.batch(desk.load("INC-1"), name="one"))
        _multiplied(database_url)
        desk.clock.move(AGE + timedelta(seconds=1))
        yield desk


def _multiplied(url: str) -> None:
    """The one answer that there is, many times."""
    with closing(store_at(url, 30)) as store, store.writing() as connection:
        row = connection.execute(select(commands).where(commands.c.key == "one")).one()
        rows = [{**row._mapping, "key": f"many {number}"} for number in range(MANY)]
        connection.execute(commands.insert(), rows)


def left(url: str) -> int:
    with closing(store_at(url, 30)) as store, store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(commands)) or 0


def prune(desk: Desk) -> list[Pruned]:
    assert isinstance(desk.store, Database)
    now = desk.clock.now()
    return list(desk.store.pruning.prune(now - AGE, now))


def test_every_table_has_a_fate_and_a_reason() -> None:
    assert set(pruning.FATES) == set(metadata.tables)
    assert all(": " in fate for fate in pruning.FATES.values())


def test_what_goes_goes_in_batches_and_nothing_else_does(desk: Desk, database_url: str) -> None:
    batches = prune(desk)
    assert len(batches) >= MANY // pruning.BATCH
    assert max(each.total for each in batches) <= pruning.BATCH
    assert sum(batches, Pruned()) == Pruned(answers=MANY + 1)
    assert left(database_url) == 1


def test_a_bot_beside_it_is_not_kept_waiting(desk: Desk, database_url: str) -> None:
    """It gives up after two seconds: each of its commands is done all the same."""
    over, results = Event(), []
    with closing(opened(database_url, BOT, mirrors=("chat",))) as database:
        bot = desk.after(database)

        def work() -> None:
            while not over.is_set():
                results.append(bot.do(c.AddTask, "INC-1", text="look").result)

        thread = Thread(target=work)
        thread.start()
        try:
            gone = sum(prune(desk), Pruned())
        finally:
            over.set()
            thread.join(60)
    assert gone == Pruned(answers=MANY + 1)
    assert set(results) <= {Result.ACCEPTED}
    assert desk.load("INC-1").incident.version == 1 + len(results)
    assert left(database_url) == 1 + len(results)


def test_two_at_once_remove_everything_once(desk: Desk, database_url: str) -> None:
    with closing(opened(database_url, mirrors=("chat",))) as database:
        other = desk.after(database)
        both = of_type(at_once(lambda: prune(desk), lambda: prune(other)), list)
    assert len(both) == 2
    assert sum((batch for each in both for batch in each), Pruned()) == Pruned(answers=MANY + 1)
    assert left(database_url) == 1


def test_an_answer_that_was_given_again_meanwhile_stays(desk: Desk, database_url: str) -> None:
    """Another one was removed, and its key used anew, since the page was read."""
    assert isinstance(desk.store, Database)
    now = desk.clock.now()
    batches = desk.store.pruning.prune(now - AGE, now)
    next(batches)
    with closing(store_at(database_url, 30)) as store, store.writing() as connection:
        renewed = commands.update().where(commands.c.key == "one").values(recorded_at=now)
        assert connection.execute(renewed).rowcount == 1
    assert sum(batches, Pruned()).answers == MANY - pruning.BATCH
    assert left(database_url) == 2


def test_what_was_said_of_an_incident_that_was_reopened_since_the_page_was_read_stays(
    desk: Desk, database_url: str
) -> None:
    desk.do(c.Close, "INC-1")
    _said(desk, Effect("say:room:1", done=True))
    desk.clock.move(AGE + timedelta(seconds=1))
    before = desk.clock.now() - AGE
    with closing(store_at(database_url, 30)) as store:
        with store.reading() as connection:
            page = connection.execute(select(incidents.c.id)).all()
            assert pruning._Said(before).count(connection, page) == Pruned(said=1)
        desk.do(c.Reopen, "INC-1", reason="it is back")
        _said(desk)
        with store.writing() as connection:
            assert pruning._Said(before).remove(connection, page) == Pruned()


def _said(desk: Desk, *effects: Effect) -> None:
    """The mirror has said all there is, with these."""
    mirrors, now = desk.store.mirrors, desk.clock.now()
    (claim,) = mirrors.claim(("chat",), now, now + timedelta(seconds=15), 1)
    mirrors.save(claim, effects, {})
    gap = mirrors.gap(claim)
    mirrors.settle(claim, gap.revision, gap.wanted, None, None)
