"""Finds what is shipped beside the code, in a checkout or inside a wheel: the words and the migrations.

In a wheel they are in adapters/_shipped/: a top-level `alembic` would land in the library's own folder.
A wheel's folder is looked for first: beside an installed `adapters` stands the library, not our migrations.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import Distribution

_HERE = Path(__file__).resolve().parent
DISTRIBUTION = "incident-core"


class NotShipped(Exception):
    """A folder that every installation has is missing; the message says which and what to do."""


def templates_directory() -> Path:
    """The folder of the words; raises NotShipped."""
    return find("templates", "README.md")


def migrations_directory() -> Path:
    """The folder with env.py and versions/, for Alembic's script_location; raises NotShipped."""
    return find("alembic", "versions")


def find(name: str, sign: str, here: Path = _HERE) -> Path:
    """The folder `name` for the package folder `here`; `sign` is what must be inside. Raises NotShipped."""
    for candidate in (here / "_shipped" / name, here.parent / name):
        if (candidate / sign).exists() and not (candidate / "__init__.py").exists():
            return candidate
    raise NotShipped(f"The folder {name} is missing from this installation; install {DISTRIBUTION} again.")


def owners_of_adapters() -> tuple[str, ...]:
    """The distributions that installed a package called `adapters`, by name: more than ours is a clash.

    Another project has that name too, and the one installed last overwrites the other. () where nothing is
    installed, as in a bare checkout. Reads every installed package's list of files: not for every command.
    """
    from importlib.metadata import distributions

    return tuple(sorted({found.name for found in distributions() if _installed_adapters(found)}))


def _installed_adapters(distribution: "Distribution") -> bool:
    record = distribution.read_text("RECORD") or ""
    return any(line.startswith("adapters/") for line in record.splitlines())
