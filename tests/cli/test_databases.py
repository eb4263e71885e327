"""Databases that cannot be used: one clear sentence, exit code 6, and nothing changed."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
from collections.abc import Callable
from contextlib import closing

import pytest

from adapters.storage import driver
from tests.cli.running import Program

VERBS = (("open", "x"), ("status", "1", "identified"))
READS = (("list",), ("show", "1"))


def _bound_by_permissions() -> None:
    """Let even root be stopped by the permissions of a file: without CAP_DAC_OVERRIDE."""
    prctl_drop_bounding, dac_override = 24, 1
    ctypes.CDLL(None).prctl(prctl_drop_bounding, dac_override, 0, 0, 0)


def _small_files() -> None:
    """No file may grow: as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_a_read_only_database_can_be_read_and_not_written(incident: Program) -> None:
    incident("status 1 monitoring")
    incident.file.chmod(0o444)
    incident.folder.chmod(0o555)
    try:
        for words in VERBS:
            ran = incident.process(*words, prepare=_bound_by_permissions)
            assert ran.code == 6, ran
            assert _one_sentence(ran.err), ran
            assert str(incident.file) in ran.err
    finally:
        incident.folder.chmod(0o755)
        incident.file.chmod(0o644)
    assert incident("show 1 --json").json["status"] == "monitoring"


def test_a_disk_that_is_full_is_one_sentence_and_leaves_nothing(incident: Program) -> None:
    before = incident("list --json").out
    ran = incident.process("status", "1", "monitoring", prepare=_small_files)
    assert ran.code == 6, ran
    assert _one_sentence(ran.err), ran
    assert incident("list --json").out == before
    assert incident("audit verify").code == 0


def test_a_locked_database_is_waited_for_and_then_named(incident: Program) -> None:
    incident.settings["INCIDENT_WAIT_SECONDS"] = "0.2"
    with closing(driver.module().connect(incident.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = incident("status 1 monitoring", code=6)
        assert _one_sentence(ran.err)
        assert "busy" in ran.err
        assert incident("list").out.startswith("INC-1\t")
        other.execute("ROLLBACK")
    assert incident("status 1 monitoring").out == "INC-1 is monitoring now.\n"


def test_a_missing_database_is_made_at_its_first_use(program: Program) -> None:
    program.url = f"sqlite:///{program.folder / 'a' / 'b' / 'incidents.db'}"
    assert program("open x").out == "INC-1 opened: x (sev4).\n"


def _garbage(program: Program) -> None:
    program.file.write_bytes(os.urandom(8192))


def _another_programs(program: Program) -> None:
    program.file.unlink()
    with closing(driver.module().connect(program.file)) as connection, connection:
        connection.execute("CREATE TABLE songs (name TEXT)")


def _newer(program: Program) -> None:
    with closing(driver.module().connect(program.file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE schema_info SET oldest_reader = '9999', oldest_writer = '9999'")


def _folder(program: Program) -> None:
    program.file.unlink()
    program.file.mkdir()


@pytest.mark.parametrize("spoil", [_garbage, _another_programs, _newer, _folder])
@pytest.mark.parametrize("words", [*VERBS, *READS, ("db", "upgrade"), ("audit", "verify")])
def test_a_file_that_is_not_ours_is_named_and_not_touched(
    program: Program, spoil: Callable[[Program], None], words: tuple[str, ...]
) -> None:
    for beside in program.folder.glob("incidents.db-*"):
        beside.unlink()
    spoil(program)
    before = None if program.file.is_dir() else program.file.read_bytes()
    ran = program(words, code=6)
    assert ran.out == ""
    assert _one_sentence(ran.err), ran.err
    assert str(program.file) in ran.err
    assert before is None or program.file.read_bytes() == before


def test_a_postgresql_server_that_does_not_answer_is_one_sentence_without_the_password(
    program: Program,
) -> None:
    program.url = "postgresql://ann:hunter2@127.0.0.1:1/incidents"
    program.settings["INCIDENT_WAIT_SECONDS"] = "2"
    ran = program("list", code=6)
    assert _one_sentence(ran.err), ran.err
    assert "hunter2" not in ran.err
    assert "127.0.0.1" in ran.err


def test_the_file_of_a_database_can_be_copied_away_and_used_elsewhere(incident: Program) -> None:
    place = incident.folder / "copy.db"
    shutil.copy(incident.file, place)
    incident.url = f"sqlite:///{place}"
    assert incident("show 1 --json").json["key"] == "INC-1"


def _one_sentence(err: str) -> bool:
    return err.startswith("error: ") and err.count("\n") == 1 and "Traceback" not in err
