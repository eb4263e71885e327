"""The log of a process: one line for each record, as text or as JSON, and never what people typed.

Only our own loggers follow LOG_LEVEL. Those of libraries write payloads below warnings, and are not heard
there, whatever is asked for. Of an exception, its kind and place are told, and not what it says.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from traceback import extract_tb
from types import TracebackType

from adapters.ops.about import fields
from adapters.ops.mask import masked

OURS = "incident"
"""The logger above all of ours."""

_CERTAIN = frozenset({"at", "level", "logger", "message", "thread", "process", "error"})


def configure(style: str, level: str) -> None:
    """Write to standard error, `text` or `json`, from this level on; for a process as a whole."""
    logging.basicConfig(handlers=[_handler(style)], level=logging.WARNING, force=True)
    logging.getLogger(OURS).setLevel(level.upper())
    logging.captureWarnings(True)


@contextmanager
def as_guest(style: str, level: str) -> Iterator[None]:
    """The same for our own lines inside the block, in a process whose log is another program's.

    Where that writes them already, only their level is ours.
    """
    ours = logging.getLogger(OURS)
    handlers = [] if ours.hasHandlers() else [_handler(style)]
    before = ours.level
    ours.setLevel(level.upper())
    for handler in handlers:
        ours.addHandler(handler)
    try:
        yield
    finally:
        ours.setLevel(before)
        for handler in handlers:
            ours.removeHandler(handler)


def _handler(style: str) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if style == "json" else TextLines())
    return handler


class TextLines(logging.Formatter):
    """2026-11-22T08:45:00.123Z INFO incident.command: declare accepted (incident=INC-1 version=2)."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        about = {**_about(record), **_fault(record)}
        more = " ".join(f"{name}={value}" for name, value in about.items())
        head = f"{_at(record)} {record.levelname} {record.name}: {record.getMessage()}"
        return masked(" ".join((f"{head} ({more})" if more else head).splitlines()))


class JsonLines(logging.Formatter):
    """One JSON object: at, level, logger, message, process, thread, and what it is about."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        known = {
            "at": _at(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
            "process": record.process,
            "thread": record.threadName,
            **_about(record),
            **_fault(record),
        }
        return json.dumps(
            {name: masked(value) if isinstance(value, str) else value for name, value in known.items()},
            ensure_ascii=True,
            default=lambda value: masked(str(value)),
        )


def _at(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _about(record: logging.LogRecord) -> dict[str, object]:
    own = getattr(record, "about", None) or {}
    found = {**fields(), **own}
    return {name: value for name, value in found.items() if value is not None and name not in _CERTAIN}


def _fault(record: logging.LogRecord) -> dict[str, object]:
    """The kinds of the exception and those below it, and where it was raised; it may quote anything."""
    if not record.exc_info or record.exc_info[1] is None:
        return {}
    error: BaseException | None = record.exc_info[1]
    kinds: list[str] = []
    trace = record.exc_info[2]
    while error is not None and len(kinds) < 5:
        kinds.append(type(error).__name__)
        error = error.__cause__
    return {"error": " < ".join(kinds), "where": _where(trace)}


def _where(trace: TracebackType | None) -> str:
    frames = extract_tb(trace)[-8:]
    return " < ".join(f"{_module(each.filename)}:{each.lineno} {each.name}" for each in reversed(frames))


def _module(path: str) -> str:
    return "/".join(path.replace("\\", "/").split("/")[-2:])
