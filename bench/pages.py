"""The tables of a run in a page of documentation, each between two comments."""

from __future__ import annotations

from pathlib import Path


def write(page: Path, tables: dict[str, list[str]]) -> None:
    """Replace the tables that were measured; raises SystemExit where the page has no place for one."""
    text = page.read_text(encoding="utf-8")
    for name, lines in tables.items():
        text = _replaced(text, name, "\n".join(lines))
    page.write_text(text, encoding="utf-8")


def _replaced(text: str, name: str, table: str) -> str:
    start, end = f"<!-- bench: {name} -->\n", f"<!-- end of bench: {name} -->"
    before, opened, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not opened or not closed:
        raise SystemExit(f"The page has no place for {name}: {start.strip()} … {end}")
    return f"{before}{opened}\n{table}\n\n{closed}{after}"
