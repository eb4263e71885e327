"""A file is written whole or not at all: beside its place, and renamed when it is complete."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from itertools import count
from pathlib import Path
from typing import TextIO


@contextmanager
def written(path: Path | None) -> Iterator[TextIO]:
    """Where to write the text (UTF-8, as it is) for `path`; None or `-` is standard output. Raises OSError.

    A device or a pipe is written as it is: it has no place beside it.
    """
    if path is None or str(path) == "-":
        with _plainly(sys.stdout) as stream:
            yield stream
    elif path.exists() and not path.is_file() and not path.is_dir():
        with path.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    else:
        with _beside(path) as stream:
            yield stream


@contextmanager
def _plainly(stream: TextIO) -> Iterator[TextIO]:
    """A file or a pipe gets data: UTF-8 whatever the locale says, and line ends of ours. A terminal, text."""
    if stream.isatty() or not isinstance(stream, TextIOWrapper):
        yield stream
        return
    before = stream.encoding, stream.errors
    stream.reconfigure(encoding="utf-8", newline="")
    try:
        yield stream
    finally:
        stream.reconfigure(encoding=before[0], errors=before[1], newline=None)


@contextmanager
def _beside(path: Path) -> Iterator[TextIO]:
    place = path.resolve()
    if place.is_dir():
        raise IsADirectoryError(21, "Is a directory", str(path))
    draft = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with draft.open("x", encoding="utf-8", newline="") as stream:
            if place.exists():
                draft.chmod(place.stat().st_mode & 0o777)  # who may read it is not ours to change
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(place)
    except BaseException as fault:
        with suppress(OSError):
            draft.unlink()
        if isinstance(fault, OSError) and fault.filename in (str(draft), None):
            fault.filename = str(path)
        raise


def backed_up(path: Path, content: bytes) -> Path:
    """Where this content is kept beside the file, which it was; no copy is written over. Raises OSError."""
    for number in count():
        place = path.with_name(f"{path.name}.bak{number or ''}")
        with suppress(FileExistsError), place.open("xb") as stream:
            place.chmod(path.stat().st_mode & 0o777)
            stream.write(content)
            return place
    raise AssertionError("there is always a next number")
