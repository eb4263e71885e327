"""Every sentence that Slack users read is in a template: no code has one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FOLDERS: Mapping[str, frozenset[str]] = {
    "adapters/slack/drawing": frozenset(),
    "adapters/slack/bot": frozenset({"faults.py"}),
}
"""Where no code may speak, and the files in there that say only what an error is."""

_SENTENCE = re.compile(r"[^\W\d_] | [^\W\d_]")
"""A letter beside a space."""
_TYPED = re.compile(r"incident [a-z]+( {}| -[a-z])+")
"""What is typed at a shell: `incident review INC-42 -o review.md`."""
_DATE = re.compile("%[A-Za-z]")
"""What stands for a part of a date."""
_METHOD = re.compile(r"[a-z]+\.[A-Za-z.]+( ([a-z]+|{}))*")
"""What calls count as: a method of Slack, and where to; nobody reads it."""


def spoken(source: str) -> Iterator[tuple[int, str]]:
    """The line and the text of every sentence in code: no docstring, no error that is raised, no log."""
    yield from _spoken(ast.parse(source))


def _spoken(node: ast.AST) -> Iterator[tuple[int, str]]:
    if _silent(node):
        return
    if isinstance(node, (ast.Constant, ast.JoinedStr)) and _sentence(text := _text(node)):
        yield node.lineno, text
    whole = isinstance(node, ast.JoinedStr)
    for child in ast.iter_child_nodes(node):
        if not (whole and isinstance(child, ast.Constant)):
            yield from _spoken(child)


def _text(node: ast.expr) -> str:
    """Of a string as it is written, with {} for each value in it; nothing of what is no string."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(each) if isinstance(each, ast.Constant) else "{}" for each in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _silent(node: ast.AST) -> bool:
    """A docstring, an error that is raised, or a log: Slack users read none of them."""
    if isinstance(node, ast.Call):
        on = node.func.value if isinstance(node.func, ast.Attribute) else None
        return isinstance(on, ast.Name) and on.id == "_LOG"
    bare = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return bare or isinstance(node, (ast.Raise, ast.Assert))


def _sentence(text: str) -> bool:
    if _METHOD.fullmatch(text) or _TYPED.fullmatch(text):
        return False
    return _SENTENCE.search(_DATE.sub("", text)) is not None


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_code_has_a_sentence_that_people_read(folder: str) -> None:
    files = [path for path in (ROOT / folder).rglob("*.py") if path.name not in FOLDERS[folder]]
    assert files
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in sorted(files)
        for line, text in spoken(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = ['INC-1', ' was declared by ', who]", [" was declared by "]),
        ("x = f'and {n} more'", ["and {} more"]),
        ("x = f'{who} had {\"a drill\" if drill else rest}'", ["{} had {}", "a drill"]),
        ("button('role:claim', 'Send an update')", ["Send an update"]),
        ('def f():\n    """A docstring."""\nX = 1\n"""Another one."""', []),
        ("raise ValueError(f'not {x} at all')", []),
        ("_LOG.warning('it is %s', x)", []),
        ("x = 'chat.postMessage digest'\ny = f'chat.postMessage {key} review'\nz = ' · '", []),
    ],
)
def test_a_sentence_in_code_is_found(source: str, found: list[str]) -> None:
    assert [text for _, text in spoken(source)] == found
