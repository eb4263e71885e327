"""docs/backup.md: each command of the page is typed into a shell, on both databases, and does what it says.

The folders and addresses of the page stand for those of the test.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.running import PROGRAM, Program
from tests.databases import sqlite_address
from tests.reliability.copying import password, postgres_program, programs, without_password
from tests.servers.databases import Server
from tests.trials.places import Place
from tests.trials.soundness import assert_sound

PAGE = Path(__file__).parents[2] / "docs" / "backup.md"
ADDRESS = "postgresql://incident@db.example/"
LOST = "opened after the backup"


def parts() -> dict[str, list[str]]:
    """The commands of the page, by the heading that they stand below."""
    text = PAGE.read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for part in text.split("\n## ")[1:]:
        blocks = re.findall(r"```console\n(.*?)```", part, re.DOTALL)
        lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
        found[part.partition("\n")[0]] = lines
    return found


@dataclass
class Shell:
    """A shell in which the folders and addresses of the page lead to those of the test."""

    instead: Mapping[str, str]
    environ: dict[str, str]

    def type(self, lines: list[str], codes: Mapping[str, int] = {}) -> None:
        """Type these; each ends well, but for those that end with `codes`."""
        assert lines
        for line in lines:
            done = subprocess.run(
                ["/bin/sh", "-c", self.meant(line)],
                check=False, capture_output=True, text=True, timeout=120, env=self.environ,
            )  # fmt: skip
            assert done.returncode == codes.get(line, 0), (line, done)

    def meant(self, line: str) -> str:
        """The line with the folders and addresses of this test."""
        for name, other in self.instead.items():
            line = line.replace(name, other)
        return line


def folders(tmp_path: Path) -> dict[str, str]:
    """The folders of the page."""
    for name in ("lib", "backups", "elsewhere"):
        (tmp_path / name).mkdir()
    return {
        "/var/lib/incident": str(tmp_path / "lib"),
        "/var/backups": str(tmp_path / "backups"),
        "/srv/elsewhere": str(tmp_path / "elsewhere"),
    }


def environ(program: Program, *more: Path) -> dict[str, str]:
    """That of a shell that finds the program, and PostgreSQL's own."""
    path = os.pathsep.join(map(str, (PROGRAM.parent, *more)))
    return {**program.environ(), "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"}


def test_on_sqlite(tmp_path: Path) -> None:
    names, commands = folders(tmp_path), parts()
    program = Program(sqlite_address(tmp_path / "lib" / "incidents.db"), {}, tmp_path)
    program("open 'API is slow' --declare")
    shell = Shell(names, environ(program))
    shell.type(commands["Back up SQLite"])
    before = Place(program.url).content()
    program(["open", LOST])
    shell.type(commands["Restore SQLite"])
    assert Place(program.url).content() == before
    assert (
        LOST in Program(sqlite_address(tmp_path / "lib" / "aside" / "incidents.db"), {}, tmp_path)("list").out
    )
    assert_sound(Place(program.url))


def test_a_head_that_was_noted_after_the_backup_is_not_reached(tmp_path: Path) -> None:
    names, commands = folders(tmp_path), parts()
    program = Program(sqlite_address(tmp_path / "lib" / "incidents.db"), {}, tmp_path)
    program("open 'API is slow'")
    shell, (backup, head) = Shell(names, environ(program)), commands["Back up SQLite"]
    shell.type([backup])
    program(["open", LOST])
    shell.type([head])
    *restore, against = [line for line in commands["Restore SQLite"] if _moves(line) or "--against" in line]
    shell.type([*restore, against], {against: 1})


def _moves(line: str) -> bool:
    """Whether the line puts files in their places, and does not look at them."""
    return not line.startswith("incident ")


@pytest.fixture
def addresses(postgresql_url: str, postgres_server: Server) -> Iterator[dict[str, str]]:
    """What the addresses of the page are here; the database that the page makes is dropped at the end."""
    base, _, name = without_password(postgresql_url).rpartition("/")
    maintenance = without_password(postgres_server.maintenance_url)
    restored = f"{name}_restored"
    yield {
        f"{ADDRESS}postgres": maintenance,
        "incidents_restored": restored,
        f"{ADDRESS}incidents": f"{base}/{name}",
        ADDRESS: f"{base}/",
    }
    postgres_program(
        "dropdb", "--if-exists", "--force", f"--maintenance-db={maintenance}", restored, url=postgresql_url
    )


def test_on_postgresql(postgresql_url: str, addresses: dict[str, str], tmp_path: Path) -> None:
    commands = parts()
    program = Program(postgresql_url, {}, tmp_path)
    program("open 'API is slow' --declare")
    shell = Shell(folders(tmp_path) | addresses, environ(program, programs()))
    shell.environ |= password(postgresql_url)
    dump, head = commands["Back up PostgreSQL"]
    assert _line(program, shell) == shell.meant(dump)
    shell.type([dump, head])
    before = Place(program.url).content()
    program(["open", LOST])
    create, restore, *look = commands["Restore PostgreSQL"]
    shell.type([create, restore])
    name = urlsplit(postgresql_url).path
    restored = postgresql_url.replace(name, f"{name}_restored")
    shell.environ["DATABASE_URL"] = restored
    shell.type(look)
    assert Place(restored).content() == before
    assert_sound(Place(restored))


def _line(program: Program, shell: Shell) -> str:
    """What `incident db backup` says has to be typed."""
    said = program(["db", "backup", shell.meant("/var/backups/incidents.dump")], code=2).err
    return said.partition("type: ")[2].strip()
