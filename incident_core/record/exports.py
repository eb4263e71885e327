"""An export as pieces of text, and the layout `default` read back: the same documents it was made from.

Rows are what `Layout.row` makes. They are written while they are read: no more than one is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from incident_core.record.document import Document
from incident_core.record.layouts import FLAGS, LENGTHS, PARTS, TEXTS, Layout
from incident_core.record.sheet import END, csv_line, csv_rows, json_line, unguarded

_ROLE = "role_"
_NEEDED = frozenset((*TEXTS, *FLAGS, *PARTS, *LENGTHS, "other_roles", "version"))


def as_csv(layout: Layout, rows: Iterable[Document], end: str = END) -> Iterator[str]:
    """A header, and a record for each row."""
    yield csv_line(layout.header, end)
    for row in rows:
        yield csv_line(layout.cells(row), end)


def as_json(rows: Iterable[Document]) -> Iterator[str]:
    """One array, an object on each line."""
    begin = "[\n"
    for row in rows:
        yield begin + json_line(row)
        begin = ",\n"
    yield "[]\n" if begin == "[\n" else "\n]\n"


def as_ndjson(rows: Iterable[Document]) -> Iterator[str]:
    """An object on each line, and nothing else."""
    return (json_line(row) + "\n" for row in rows)


def from_csv(lines: Iterable[str]) -> Iterator[Document]:
    """The documents, from a stream that keeps its line ends (newline=""); raises ValueError.

    An empty cell is null, or an empty list or object: no text of an incident is empty.
    """
    rows = csv_rows(lines)
    header = next(rows, [])
    if missing := sorted(_NEEDED.difference(header)):
        raise ValueError(f"This is no export of all fields: there is no column {missing[0]}.")
    return (_document(dict(zip(header, row, strict=True))) for row in rows)


def from_json(text: str) -> list[Document]:
    """The documents of one JSON array; raises ValueError."""
    return [_without_figures(row) for row in json.loads(text)]


def from_ndjson(lines: Iterable[str]) -> Iterator[Document]:
    """The documents, one on each line; raises ValueError."""
    return (_without_figures(json.loads(line)) for line in lines)


def _without_figures(row: Document) -> Document:
    return {name: value for name, value in row.items() if name not in ("time_in_stage", "left_out")}


def _document(row: Mapping[str, str]) -> Document:
    return {
        **{name: unguarded(row[name]) or None for name in TEXTS},
        **{name: row[name] == "true" for name in FLAGS},
        **{name: json.loads(row[name] or _NOTHING.get(name, "[]")) for name in PARTS},
        "roles": _roles(row),
        "durations": {name: float(row[name]) if row[name] else None for name in LENGTHS},
        "version": int(row["version"]),
    }


_NOTHING = {"externals": "{}"}


def _roles(row: Mapping[str, str]) -> dict[str, str]:
    held: dict[str, str] = json.loads(row["other_roles"] or "{}")
    for name, holder in row.items():
        if name.startswith(_ROLE) and holder:
            held[name.removeprefix(_ROLE)] = unguarded(holder)
    return held
