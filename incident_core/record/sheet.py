"""Lines of text that hold data: CSV after RFC 4180 in which no cell is a formula, and JSON on one line.

A cell that a spreadsheet would run begins with a quote ('), and so does one that would look so guarded:
whoever takes one quote away from a guarded cell has the text again.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence

END = "\r\n"
"""What ends a line of CSV in a file or a pipe."""

# Spreadsheets look past blanks, and take full-width signs for the plain ones. Quotes belong to it so that a
# text which begins like a guarded cell is guarded too.
_RUN = re.compile("['\\s]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# Valid in JSON either way; written out, they cannot turn a terminal's line around.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_LONGEST_CELL = 2**31 - 1


class _Line:
    """Hands back what the csv writer writes."""

    @staticmethod
    def write(line: str) -> str:
        return line


_CSV = {end: csv.writer(_Line, lineterminator=end) for end in (END, "\n")}


def csv_line(cells: Sequence[str], end: str = END) -> str:
    """One record; cells with a comma, a quote or a line break are quoted. `end` may be a bare newline."""
    line: object = _CSV[end].writerow(cells)
    assert isinstance(line, str)
    return line


def csv_rows(lines: Iterable[str]) -> Iterator[list[str]]:
    """The records of CSV, from a stream that keeps its line ends (newline=""); raises ValueError."""
    csv.field_size_limit(_LONGEST_CELL)
    try:
        yield from csv.reader(lines, strict=True)
    except csv.Error as error:
        raise ValueError(f"This is not CSV: {error}.") from error


def cell(value: object) -> str:
    """A value as a cell: empty for nothing, JSON for what has parts, true and false; never a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return _TRUTH[value] if isinstance(value, bool) else str(value)
    return json_line(value) if value else ""


_TRUTH = {True: "true", False: "false"}


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    if text[:1].isalnum():  # nearly always, and quicker than the pattern
        return text
    return f"'{text}" if _RUN.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _RUN.match(text, 1) else text


def json_line(value: object) -> str:
    """JSON without line breaks, in which no character steers a terminal."""
    return written_out(_JSON(value))


def written_out(json: str) -> str:
    """The same JSON, with every character that steers a terminal as an escape."""
    return json if json.isascii() and "\x7f" not in json else _STEERING.sub(_escape, json)


def _escape(mark: re.Match[str]) -> str:
    return f"\\u{ord(mark[0]):04x}"
