"""What is delivered: the real wheel, and a fresh environment where it runs with what it declares, no more."""

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from adapters import shipped

ROOT = Path(__file__).parents[2]

# One worker builds the wheel and the environment, and runs all of these.
pytestmark = pytest.mark.xdist_group("packaging")


def run(*command: str | Path, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    """The finished command, which got no variables but these and PATH."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def build(kind: str, source: Path, target: Path) -> Path:
    """The archive that hatchling makes of `source`."""
    done = run(sys.executable, "-m", "hatchling", "build", "--target", kind, "-d", target, cwd=source)
    assert done.returncode == 0, done.stderr
    (archive,) = (one for one in target.iterdir() if one.suffix == {"wheel": ".whl", "sdist": ".gz"}[kind])
    return archive


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def names(wheel: Path) -> frozenset[str]:
    """The files in the wheel."""
    return frozenset(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_holds_two_packages_and_no_other_folder(names: frozenset[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"incident_core", "adapters"}


def test_the_wheel_says_that_both_packages_are_typed(names: frozenset[str]) -> None:
    assert {"incident_core/py.typed", "adapters/py.typed"} <= names


def test_the_wheel_ships_every_migration_and_every_word(names: frozenset[str]) -> None:
    for folder in ("alembic", "templates"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc"]
        assert files
        assert {f"adapters/_shipped/{path.relative_to(ROOT)}" for path in files} <= names
    assert any(name.startswith("adapters/_shipped/alembic/versions/") for name in names)


def test_the_wheel_holds_nothing_that_a_machine_made(names: frozenset[str]) -> None:
    assert [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".db", ".env"))] == []


def test_the_wheel_names_its_command_and_its_hypothesis_strategies(wheel: Path) -> None:
    metadata = zipfile.ZipFile(wheel).read(
        f"{'-'.join(wheel.name.split('-')[:2])}.dist-info/entry_points.txt"
    )
    assert b"incident = adapters.entrypoints:main" in metadata
    assert b"incident_core = incident_core.testing._hooks:register" in metadata


def test_a_wheel_made_from_the_source_archive_is_the_same(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(build("sdist", ROOT, tmp_path)) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 and later
        archive.extractall(tmp_path / "source")
    (source,) = (tmp_path / "source").iterdir()
    assert build("wheel", source, tmp_path / "again").read_bytes() == wheel.read_bytes()


@dataclass(frozen=True)
class Installed:
    """A virtual environment with the wheel and its declared dependencies, and nothing else."""

    folder: Path

    @property
    def site(self) -> Path:
        return next(self.folder.glob("lib/python*/site-packages"))

    def incident(self, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """The console script, for a person whose home and current folder is `home`."""
        url = f"sqlite:///{home}/incidents.db"
        return run(self.folder / "bin" / "incident", *words, cwd=home, HOME=str(home), DATABASE_URL=url)

    def python(self, script: str) -> str:
        done = run(self.folder / "bin" / "python", "-c", script, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """No network: the dependencies are linked from this environment, where they are installed already."""
    made = Installed(tmp_path_factory.mktemp("fresh") / "venv")
    for command in (
        (sys.executable, "-m", "venv", "--without-pip", made.folder),
        (sys.executable, "-m", "pip", "--python", made.folder, "install", "--no-deps", "--no-index", wheel),
    ):
        done = run(*command)
        assert done.returncode == 0, done.stderr
    for name in sorted(needs("incident-core")):
        link(name, made.site)
    return made


def needs(name: str, seen: set[str] | None = None) -> set[str]:
    """The distributions that `name` declares for this platform without any extra, and theirs in turn."""
    seen = set() if seen is None else seen
    for text in distribution(name).requires or ():
        requirement = Requirement(text)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        needed = canonicalize_name(requirement.name)
        if applies and needed not in seen:
            seen.add(needed)
            needs(needed, seen)
    return seen


def link(name: str, site: Path) -> None:
    """Make one installed distribution importable in another environment too."""
    found = distribution(name)
    tops = {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}
    assert tops
    for top in tops:
        (site / top).symlink_to(Path(str(found.locate_file(top))).resolve())


def test_what_is_installed_runs_and_says_its_version(installed: Installed, tmp_path: Path) -> None:
    done = installed.incident(tmp_path, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert distribution("incident-core").version in done.stdout


def test_what_is_installed_migrates_a_new_database_and_records_an_incident(
    installed: Installed, tmp_path: Path
) -> None:
    opened = installed.incident(tmp_path, "open", "Checkout fails", "--as", "ann")
    assert (opened.returncode, opened.stderr) == (0, "")
    assert "INC-1" in opened.stdout
    shown = installed.incident(tmp_path, "show", "INC-1", "--json")
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["title"] == "Checkout fails"


def test_what_is_installed_is_the_wheel_with_its_own_migrations(installed: Installed) -> None:
    script = (
        "from adapters import shipped; print(shipped.migrations_directory(), shipped.templates_directory())"
    )
    ours = installed.site.resolve() / "adapters" / "_shipped"
    assert installed.python(script) == f"{ours / 'alembic'} {ours / 'templates'}"


def test_what_is_installed_alone_lacks_the_extras(installed: Installed) -> None:
    extras = ("psycopg2", "rq", "redis", "slack_bolt", "starlette", "pytest", "hypothesis")
    script = f"from importlib.util import find_spec; print(*(name for name in {extras} if find_spec(name)))"
    assert installed.python(script) == ""


@pytest.fixture
def another_adapters(installed: Installed) -> Iterator[None]:
    """The record of another distribution that has a package of the same name."""
    record = installed.site / "adapters-1.3.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: adapters\nVersion: 1.3.0\n")
    (record / "RECORD").write_text("adapters/__init__.py,,\nadapters-1.3.0.dist-info/RECORD,,\n")
    yield
    for file in record.iterdir():
        file.unlink()
    record.rmdir()


OWNERS = "from adapters import shipped; print(*shipped.owners_of_adapters())"


def test_the_name_adapters_is_ours_alone(installed: Installed) -> None:
    assert installed.python(OWNERS) == "incident-core"
    assert shipped.owners_of_adapters() == ("incident-core",)


@pytest.mark.usefixtures("another_adapters")
def test_another_owner_of_the_name_adapters_is_found(installed: Installed) -> None:
    assert installed.python(OWNERS) == "adapters incident-core"


def test_beside_an_installed_package_the_librarys_folder_is_not_taken_for_ours(tmp_path: Path) -> None:
    (tmp_path / "alembic" / "versions").mkdir(parents=True)
    (tmp_path / "alembic" / "__init__.py").touch()
    with pytest.raises(shipped.NotShipped, match="The folder alembic is missing from this installation"):
        shipped.find("alembic", "versions", here=tmp_path / "adapters")


def test_in_a_checkout_the_migrations_are_the_checkouts_and_alembic_itself_finds_them() -> None:
    script = ScriptDirectory.from_config(Config(toml_file=str(ROOT / "pyproject.toml")))
    assert Path(script.dir) == shipped.migrations_directory() == ROOT / "alembic"
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_make_alone_lists_every_target_and_installs_nothing() -> None:
    done = run("make", "--no-print-directory")
    assert (done.returncode, done.stderr) == (0, "")
    text = (ROOT / "Makefile").read_text()
    (targets,) = re.findall(r"^\.PHONY: (help .*)$", text, flags=re.MULTILINE)
    assert [line.split()[1] for line in done.stdout.splitlines()] == targets.split()
