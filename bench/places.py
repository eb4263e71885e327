"""Databases of several sizes, filled by `incident generate`; in each, the first incident has rare words."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.bootstrap import app
from adapters.cli.app import App
from adapters.settings import Settings
from bench.copying import copy
from tests.servers.postgres import Postgres

INCIDENT = str(Path(sys.executable).with_name("incident"))
RARE = "quagga zanzibar"
KNOWN = (
    ["open", RARE, "--declare", "--severity", "sev2"],
    *(["update", "1", f"Update number {number}."] for number in range(1, 5)),
    ["resolve", "1"],
)
"""The same incident in every database."""

SERVER = {"shared_buffers": "256MB", "max_wal_size": "4GB", "work_mem": "16MB"}


@dataclass(frozen=True, slots=True)
class Place:
    """One database with so many incidents."""

    kind: str
    size: int
    url: str
    app: App

    def run(self, *words: str) -> tuple[float, int]:
        """Run the program; how long it took in seconds, and its largest memory in bytes."""
        measured = subprocess.run(
            [sys.executable, "-c", _MEASURE, INCIDENT, *words],
            env=_environ(self.url), check=True, capture_output=True, text=True,
        )  # fmt: skip
        took, memory = measured.stdout.split()
        return float(took), int(memory) * (1 if sys.platform == "darwin" else 1024)


# In a small process of its own: a child counts as its own what its parent had in memory when it was forked.
_MEASURE = """\
import os, resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=open(os.devnull, "w"))
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@contextmanager
def places(sizes: list[int], folder: Path | None) -> Iterator[dict[str, list[Place]]]:
    """For each kind of database, one of each size, the smallest first.

    SQLite files are kept in `folder` and found there again; without one, everything is gone afterwards.
    """
    with ExitStack() as end:
        kept = folder or Path(end.enter_context(tempfile.TemporaryDirectory(prefix="incident-bench-")))
        files = [_file(kept, size) for size in sizes]
        server = end.enter_context(Postgres(durable=True, settings=SERVER))
        urls = {"SQLite": files, "PostgreSQL": [_copied(server, file) for file in files]}
        yield {
            kind: [_place(kind, size, url, end) for size, url in zip(sizes, each, strict=True)]
            for kind, each in urls.items()
        }


def _file(folder: Path, size: int) -> str:
    """A SQLite file with so many incidents; it has its name once it is complete."""
    path = folder / f"{size}.db"
    if not path.exists():
        draft = folder / f"{size}.part"
        url = f"sqlite:///{draft.as_posix()}"
        print(f"making up {size:,} incidents …", file=sys.stderr, flush=True)
        for words in (*KNOWN, ["generate", "--yes", "--seed", "1", "--incidents", str(size - 1)]):
            subprocess.run([INCIDENT, *words], env=_environ(url), check=True, stdout=subprocess.DEVNULL)
        draft.rename(path)
    return f"sqlite:///{path.as_posix()}"


def _copied(server: Postgres, file: str) -> str:
    url = server.create_database()
    print("copying them to PostgreSQL …", file=sys.stderr, flush=True)
    subprocess.run([INCIDENT, "db", "upgrade"], env=_environ(url), check=True, stdout=subprocess.DEVNULL)
    copy(file, url)
    return url


def _place(kind: str, size: int, url: str, end: ExitStack) -> Place:
    made = app(Settings.read({"DATABASE_URL": url}, Path()))
    end.callback(made.close)
    return Place(kind, size, url, made)


def _environ(url: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": url, "LOGNAME": "ann"}
