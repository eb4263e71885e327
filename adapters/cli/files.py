"""A file is written whole or not at all: beside its place, and renamed when it is complete."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


@contextmanager
def written(path: Path | None) -> Iterator[TextIO]:
    """Where to write the text (UTF-8) for `path`; None or `-` is standard output. Raises OSError.

    A device or a pipe is written as it is: it has no place beside it.
    """
    if path is None or str(path) == "-":
        yield sys.stdout
    elif path.exists() and not path.is_file() and not path.is_dir():
        with path.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    else:
        with _beside(path) as stream:
            yield stream


@contextmanager
def _beside(path: Path) -> Iterator[TextIO]:
    place = path.resolve()
    if place.is_dir():
        raise IsADirectoryError(21, "Is a directory", str(path))
    draft = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with draft.open("x", encoding="utf-8", newline="") as stream:
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
