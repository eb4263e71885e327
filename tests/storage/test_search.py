"""Search on both databases: every word that can be written is found, and nothing is walked that grows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import get_ident
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

from adapters.storage import Database, driver
from adapters.storage.searching import NEAR
from adapters.storage.tables import incidents
from incident_core import commands as c
from incident_core import events as e
from incident_core.record.words import words
from incident_core.testing.contracts.desk import ANN, BOB, Desk
from incident_core.testing.memory import Memory, MemoryStore
from tests.databases import opened
from tests.sizes import examples
from tests.storage.asking import ask
from tests.storage.test_driver import WITHOUT_THE_WHEEL

LINE = "\U00010428" * 99
"""A word of letters that take four bytes each; a hundred of these make a long text."""


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, workspace="w")


@settings(
    max_examples=examples(20, 40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(texts=st.lists(st.text(max_size=20), min_size=1, max_size=5), data=st.data())
def test_every_word_of_any_text_is_found_whole_and_by_its_beginning(
    database: Database, texts: list[str], data: st.DataObject
) -> None:
    """What Unicode calls a letter passes unchanged through both databases, whatever it is."""
    desk = Desk(database)
    memory = Desk(MemoryStore.over(Memory()), workspace=desk.workspace)
    tasks = [
        e.TaskAdded(actor=ANN, at=desk.clock.now(), item=f"t{place}", text=_storable(text))
        for place, text in enumerate(texts)
    ]
    for each in (desk, memory):
        each.open("opened")
        each.store.log.commit(each.batch(each.load("INC-1"), *tasks))
    for text in texts:
        for word in words(_storable(text)):
            shorter = word[: data.draw(st.integers(1, len(word)), label="length")]
            for asked in (word, f"{word}*", normalize("NFD", word), f"{shorter}*", shorter):
                assert desk.found(asked) == memory.found(asked), ascii(asked)
            assert desk.found(word) == ["INC-1"], ascii(word)
    assert desk.store.views.rebuild(write=False).differing == ()


def _storable(text: str) -> str:
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()


@pytest.mark.parametrize(("last", "length"), [(9_995, 249_999), (9_996, 250_000), (9_997, 240_005)])
def test_a_commit_and_a_rebuild_agree_on_what_is_too_much_to_be_found(
    desk: Desk, database_url: str, last: int, length: int
) -> None:
    """Characters are counted, not bytes; and each text counts whole or not at all, also in one commit."""
    key = desk.open("big")
    line = " ".join([LINE] * 100)
    ending = "last " + " ".join([LINE] * 100)[5:last]
    texts = [*[line] * 24, ending, "x"]
    now = desk.clock.now()
    tasks = [e.TaskAdded(actor=ANN, at=now, item=f"t{place}", text=text) for place, text in enumerate(texts)]
    desk.store.log.commit(desk.batch(desk.load(key), *tasks))
    desk.do(c.AddTask, key, text="unfound " + line[8:])
    assert ask(database_url, "SELECT length(words) FROM search") == [(length,)]
    assert desk.found("last") == ([key] if last < 9_997 else [])
    assert desk.found("unfound") == []
    assert desk.store.views.rebuild(write=False).differing == ()
    gone = e.TextRedacted(actor=ANN, at=now, version=5, field="text", reason="r")
    desk.store.log.commit(desk.batch(desk.load(key), gone))
    assert desk.found("last") == [key]
    assert desk.store.views.rebuild(write=False).differing == ()


def test_a_title_without_a_word_is_renewed_too(desk: Desk) -> None:
    desk.do(c.CorrectTitle, desk.open("first"), title="!!!")
    assert desk.store.views.rebuild(write=False).differing == ()


def test_what_is_rare_is_found_however_long_ago_it_was(desk: Desk, database_url: str) -> None:
    """Beyond the newest, which are walked; and the oldest comes first where it has the word in its title."""
    desk.open("Checkout alpha")
    desk.open("hidden alpha", by=BOB, private=True)
    others(database_url, NEAR + 100)
    assert desk.found("checkout") == desk.found("check*") == ["INC-1"]
    assert desk.found("filler check*") == []
    newest = [f"INC-{number}" for number in range(NEAR + 1000 + 100, 1000, -1) if number % 150 == 0]
    assert len(newest) < 200, "so that the index is asked"
    assert desk.found("alpha", limit=500) == ["INC-1", *newest]
    assert desk.found("alph*", limit=500) == ["INC-1", *newest]
    assert desk.found("alpha", BOB, limit=500) == ["INC-2", "INC-1", *newest]
    assert desk.found("alpha", limit=2) == ["INC-1", newest[0]]
    assert desk.found("filler al*", limit=3) == newest[:3]
    assert desk.found("filler", limit=3) == [f"INC-{NEAR + 1100 - place}" for place in range(3)]


def others(url: str, count: int) -> None:
    """As many other incidents, from INC-1001 on; the word alpha is in one of 150."""
    first, last = 1001, 1000 + count
    if url.startswith("sqlite"):
        numbers = f"WITH RECURSIVE n(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM n WHERE n < {last})"
        id_ = "printf('%032x', n)"
    else:
        numbers = f"WITH n AS (SELECT generate_series({first}, {last}) AS n)"
        id_ = "CAST(lpad(to_hex(n), 32, '0') AS uuid)"
    made = {"id": id_, "number": "n", "first_seq": "n", "last_seq": "n"}
    names = incidents.c.keys()
    columns = ", ".join(names)
    values = ", ".join(made.get(name, name) for name in names)
    text = "CASE WHEN n % 150 = 0 THEN 'alpha filler' ELSE 'filler' END"
    ask(
        url,
        f"INSERT INTO incidents ({columns}) {numbers} SELECT {values} FROM n, incidents WHERE number = 1",
    )
    ask(url, f"INSERT INTO search (first_seq, title, words) {numbers} SELECT n, 'other', {text} FROM n")


def test_sqlite_walks_its_index_from_the_newest_and_sorts_nothing(sqlite_url: str) -> None:
    plans = planned(sqlite_url, "slow api")
    assert len(plans) == 1
    assert plans[0].startswith("SCAN search_words VIRTUAL TABLE INDEX")
    plans = planned(sqlite_url, "slow ap*")
    assert len(plans) == 2
    assert plans[0].startswith("SEARCH search USING INTEGER PRIMARY KEY (rowid>?)")
    assert plans[1].startswith("SCAN search_words VIRTUAL TABLE INDEX")
    for plan in plans:
        assert "TEMP B-TREE" not in plan
        assert "SCAN incidents" not in plan
        assert "SEARCH incidents USING INDEX ix_incidents_first (first_seq=?)" in plan


def test_postgresql_walks_the_newest_and_then_asks_its_index(postgresql_url: str) -> None:
    with closing(opened(postgresql_url)) as database:
        Desk(database, workspace="w").open("API is slow")
    others(postgresql_url, 30_000)
    ask(postgresql_url, "ANALYZE")
    near, index = planned(postgresql_url, "slow ap*")
    assert "Index Scan Backward using pk_search on search" in near
    assert "Bitmap Index Scan on ix_search_words" in index
    for plan in (near, index):
        assert "Seq Scan" not in plan
        assert "Merge Join" not in plan
        assert "Hash Join" not in plan
        assert "Index Scan using ix_incidents_first on incidents" in plan


def test_the_standard_library_s_sqlite_finds_the_same(tmp_path: Path) -> None:
    """And forgets and checks in the same way; an older one does not take the index for harmless."""
    command = [sys.executable, "-c", WITHOUT_THE_WHEEL + CONTRACT, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "sqlite3 {} () ()\n"


CONTRACT = """
from contextlib import closing
from pathlib import Path
from adapters.storage import driver
from incident_core.testing.contracts import Desk, faults
from incident_core.testing.contracts.search import SearchContract
from tests.databases import opened, sqlite_address
from tests.storage.test_redaction import redact
names = (Path(sys.argv[1], f"{number}.db") for number in range(100))

class OnAFile(SearchContract):
    def make(self):
        return opened(sqlite_address(next(names)))
    def close(self, store):
        store.close()

found = faults(OnAFile)
with closing(OnAFile().make()) as database:
    desk = Desk(database)
    redact(desk, desk.open("a secret"), 1, "title")
    print(driver.module().__name__.partition(".")[0], found, database.schema.check(),
          database.views.rebuild(write=False).differing)
"""


def planned(url: str, asked: str) -> list[str]:
    """How the database goes about each of the statements of a search."""
    with closing(opened(url)) as database, explained() as statements:
        Desk(database, workspace="w").found(asked)
    sqlite = url.startswith("sqlite")
    how = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
    options = {"module": driver.module()} if sqlite else {}
    plans = []
    with create_engine(url, poolclass=NullPool, **options).connect() as connection:
        for statement, values in statements:
            if "set_config" in statement:
                connection.exec_driver_sql(statement)
            else:
                rows = connection.exec_driver_sql(f"{how} {statement}", values)
                plans.append("\n".join(str(row[-1]) for row in rows))
    return plans


@contextmanager
def explained() -> Iterator[list[tuple[str, Any]]]:
    """Every statement about `search` that this thread executes meanwhile, with its values."""
    me = get_ident()
    seen: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if get_ident() == me and ("search" in statement or "enable_seqscan" in statement):
            seen.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
