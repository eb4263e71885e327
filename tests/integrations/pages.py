"""The examples of a page of the documentation, so that tests can run them as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def block(page: str, language: str) -> str:
    """The only example in this language on the page."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)
    assert len(found) == 1, f"{page} has {len(found)} examples in {language}"
    return str(found[0])
