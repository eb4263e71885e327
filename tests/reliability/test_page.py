"""docs/reliability.md names all twenty points, and no test that is not there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
POINTS = 20
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def functions(path: str) -> frozenset[str]:
    """The functions of this file that pytest takes for tests."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        each.name
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    )


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(PAGE)
    assert len(named) > 2 * POINTS
    assert PAGE.count("::") == len(named), "one of them cannot be read"
    missing = [f"{path}::{name}" for path, name in named if not _there(path, name)]
    assert missing == []


def test_every_point_of_the_list_has_a_test_of_its_own() -> None:
    headings = [int(found) for found in re.findall(r"^## (\d+)\. ", PAGE, re.MULTILINE)]
    assert headings == list(range(1, POINTS + 1))
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1 : POINTS + 1]:
        assert NAMED.search(part), part.partition("\n")[0]


def test_every_target_and_page_that_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make (\w+)`", PAGE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for page in re.findall(r"\]\(([\w.-]+)\)", PAGE):
        assert (ROOT / "docs" / page).exists(), page


def _there(path: str, name: str) -> bool:
    return (ROOT / path).exists() and name in functions(path)
