"""docs/sandbox.md: the project on it works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.sandbox import contract
from adapters.sandbox.person import Person
from tests.sandbox.foreign import ROOT, Project

PAGE = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
FILE = re.compile(r"<!-- file: (\S+) -->\n```python\n(.*?)```", re.DOTALL)


def test_the_project_of_the_page_passes_its_own_tests(tmp_path: Path) -> None:
    project, files = Project(tmp_path), dict(FILE.findall(PAGE))
    assert sorted(files) == ["bot.py", "conftest.py", "test_bot.py"]
    for name, text in files.items():
        project.write(name, text)
    ran = project.tested()
    assert "3 passed" in ran.stdout, ran.stdout + ran.stderr


def test_every_verb_of_a_person_is_on_the_page_and_no_other() -> None:
    rows = PAGE.partition("## Act as a person")[2].partition("\n## ")[0].splitlines()
    named = {word for row in rows if row.startswith("| ") for word in re.findall(r"`(\w+)", row)}
    verbs = {name for name in dir(Person) if not name.startswith("_")}
    assert named == verbs - {"id", "name", "outcome"}


def test_the_page_counts_the_methods_right() -> None:
    assert f"{len(contract.methods())} of the Web API" in PAGE
    assert f"not among the {len(contract.methods())}" in PAGE
