"""What this thread works on, for whoever writes a line of the log: one delivery, one command, one call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_FIELDS: ContextVar[dict[str, object] | None] = ContextVar("incident_about", default=None)


def begin() -> None:
    """Something new came in: what this thread worked on before is over."""
    _FIELDS.set({})


def fields() -> Mapping[str, object]:
    """What is known of it."""
    return dict(_FIELDS.get() or {})


def note(**known: object) -> None:
    """Know more of it from here on, where something was begun; jobs that follow from it know it too."""
    current = _FIELDS.get()
    if current is not None:
        current.update(known)


@contextmanager
def about(**known: object) -> Iterator[None]:
    """Know this inside the block only."""
    token = _FIELDS.set({**fields(), **known})
    try:
        yield
    finally:
        _FIELDS.reset(token)
