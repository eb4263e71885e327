"""A CSV file as people have it: saved by a program or a spreadsheet, with commas or semicolons."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TextIO

from incident_core.errors import Invalid

_SEPARATORS = ",;\t"
_LONGEST_CELL = 2**31 - 1


class Record(NamedTuple):
    """The cells of one record, and the line on which it begins."""

    line: int
    cells: Sequence[str]


@contextmanager
def opened(path: Path) -> Iterator[Iterator[Record]]:
    """The records that are not blank, the heading first; `-` is standard input. Raises Invalid, OSError."""
    csv.field_size_limit(_LONGEST_CELL)
    if str(path) == "-":
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict", newline="")  # type: ignore[union-attr]
        yield _records(sys.stdin, path)
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield _records(stream, path)


def _records(stream: TextIO, path: Path) -> Iterator[Record]:
    before, line = 0, 1
    try:
        first = next(stream, "")
        while first and not first.strip():
            before, first = before + 1, next(stream, "")
        if not first:
            raise Invalid("file", f"{path} is empty.")
        reader = csv.reader(chain((first,), stream), delimiter=_separator(first), strict=True)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Record(before + line, cells)
            line = reader.line_num + 1
    except UnicodeDecodeError as fault:
        raise Invalid("file", f"{path} is not UTF-8; save it as CSV in UTF-8.") from fault
    except csv.Error as fault:
        raise Invalid("file", f"{path} is not CSV from line {before + line} on: {fault}.") from fault


def _separator(heading: str) -> str:
    """What stands between the names of the columns; spreadsheets write a semicolon in many countries."""
    return max(_SEPARATORS, key=heading.count)
