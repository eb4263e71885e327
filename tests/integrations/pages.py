"""The examples of a page of the documentation, so that tests can run them as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def block(page: str, language: str) -> str:
    """The only example in this language on the page."""
    found = blocks(page, language)
    assert len(found) == 1, f"{page} has {len(found)} examples in {language}"
    return found[0]


def blocks(page: str, language: str) -> list[str]:
    """Every example in this language on the page."""
    text = (DOCS / page).read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
