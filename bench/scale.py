"""What grows with history, and what does not: the same questions to databases of several sizes."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import create_engine, make_url

from adapters.cli.app import App
from bench.places import RARE, Place, places
from incident_core import Actor
from incident_core.model.window import ALWAYS, Window
from incident_core.ports.reader import Query

ANN = Actor.parse("ann")
SIZES = [1_000, 10_000, 100_000]
LARGE = 1_000_000
_MEGABYTE = 1_000_000

Ask = Callable[[App], object]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a cell for each size."""

    what: str
    kind: str
    cells: tuple[str, ...]

    def row(self) -> str:
        return f"| {self.what} | {self.kind} | {' | '.join(self.cells)} |"


def header(sizes: list[int]) -> str:
    """The head of the table."""
    names = " | ".join(f"{size:,}" for size in sizes)
    return f"| what | database | {names} |\n|---|---|{'---:|' * len(sizes)}"


def measure(sizes: list[int], pairs: int, folder: Path | None = None) -> Iterator[Line]:
    """Each question at each size, in turn with the smallest; then exports against the raw table."""
    with places(sizes, folder) as found:
        for what, ask in QUESTIONS.items():
            for kind, each in found.items():
                yield Line(what, kind, tuple(_compared(place, each[0], ask, pairs) for place in each))
        for what, words in EXPORTS.items():
            for kind, each in found.items():
                yield Line(what, kind, tuple(_exported(place, words, _often(place, pairs)) for place in each))


def _list(app: App) -> object:
    return app.reader.list(app.workspace, Query(limit=50), ANN)


def _show(app: App) -> object:
    return app.reader.show(app.workspace, "INC-1", ANN)


def _search(words: str) -> Ask:
    return lambda app: app.reader.search(app.workspace, words, ANN, 50)


def _quarter(app: App) -> object:
    now = app.clock.now()
    return app.statistics().report(app.workspace, Window(now - timedelta(days=90)), ANN, now)


def _all_time(app: App) -> object:
    return app.statistics().report(app.workspace, ALWAYS, ANN, app.clock.now())


QUESTIONS: dict[str, Ask] = {
    "`list`, the newest 50": _list,
    "`show`": _show,
    "`search`, words that one incident has": _search(RARE),
    "`search`, a word that very many have": _search("checkout"),
    "`stats`, 90 days": _quarter,
    "`stats --all`": _all_time,
}

EXPORTS = {
    "`export`, rows a second": ("export",),
    "`export --layout case`": ("export", "--layout", "case"),
    "`export --timeline`, events a second": ("export", "--timeline"),
}


def _compared(place: Place, smallest: Place, ask: Ask, pairs: int) -> str:
    """Milliseconds, and how much longer than at the smallest size."""
    ask(place.app), ask(smallest.app)
    timed = [(_time(lambda: ask(place.app)), _time(lambda: ask(smallest.app))) for _ in range(pairs)]
    ratio = median(first / second for first, second in timed)
    took = median(first for first, _ in timed)
    return f"{_short(took * 1e3)} ms" + ("" if place is smallest else f" (**{_short(ratio)}×**)")


def _short(number: float) -> str:
    """Three digits that count, and never a power of ten."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.2g}" if number < 10 else f"{number:.1f}"


def _often(place: Place, pairs: int) -> int:
    """How often an export is measured: a large one takes minutes, and varies little."""
    return 1 if place.size >= LARGE else min(pairs, 3)


def _exported(place: Place, words: tuple[str, ...], pairs: int) -> str:
    """Rows a second, how much longer than reading the same table raw, and the largest memory."""
    if place.size >= LARGE and "--timeline" in words:
        return "–"  # eight million events: a quarter of an hour, and nothing new
    raw = RAW["timeline" if "--timeline" in words else "incidents", place.kind]
    timed, memory, rows = [], 0, 0
    for _ in range(pairs):
        took, used = place.run(*words)
        memory = max(memory, used)
        start = perf_counter()
        rows = raw(place.url)
        timed.append((took, perf_counter() - start))
    ratio = median(first / second for first, second in timed)
    took = median(first for first, _ in timed)
    return f"{rows / took:,.0f}/s (**{_short(ratio)}×**), {memory / _MEGABYTE:.0f} MB"


def _selected(table: str) -> Callable[[str], int]:
    """How many rows a plain SELECT fetched, with nothing between us and the driver."""

    def select(url: str) -> int:
        from adapters.storage import driver

        connection = driver.module().connect(str(make_url(url).database))
        count = sum(1 for _ in connection.execute(f"SELECT * FROM {table}"))
        connection.close()
        return count

    return select


def _copied(table: str) -> Callable[[str], int]:
    """How many rows COPY wrote as CSV."""

    def copy(url: str) -> int:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg2"))
        with engine.connect() as connection:
            cursor = connection.connection.cursor()
            with Path(os.devnull).open("w") as nowhere:
                cursor.copy_expert(f"COPY {table} TO STDOUT WITH (FORMAT csv)", nowhere)
            count: int = cursor.rowcount
        engine.dispose()
        return count

    return copy


RAW: dict[tuple[str, str], Callable[[str], int]] = {
    ("incidents", "SQLite"): _selected("documents"),
    ("incidents", "PostgreSQL"): _copied("documents"),
    ("timeline", "SQLite"): _selected("events"),
    ("timeline", "PostgreSQL"): _copied("events"),
}


def _time(call: Callable[[], object]) -> float:
    gc.collect()
    start = perf_counter()
    call()
    return perf_counter() - start
