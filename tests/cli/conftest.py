"""A fresh database for every test, copied from one that was migrated once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import Program


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that the program itself made."""
    folder = tmp_path_factory.mktemp("migrated")
    program = Program(f"sqlite:///{folder / 'incidents.db'}", {}, folder)
    program("list")
    return program.file


@pytest.fixture
def program(migrated: Path, tmp_path: Path) -> Program:
    """The program over an empty database of its own."""
    place = tmp_path / "incidents.db"
    shutil.copy(migrated, place)
    return Program(f"sqlite:///{place}", {}, tmp_path)


@pytest.fixture
def incident(program: Program) -> Program:
    """The program, with INC-1 declared and led by cli:ann."""
    program('open "API answers slowly" --severity sev3 --declare')
    return program
