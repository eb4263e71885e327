"""One event of a timeline as plain JSON values, read off its stored form without building the event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from incident_core.errors import UnknownEvent
from incident_core.events import EVENT_TYPES
from incident_core.record.document import Document
from incident_core.record.upcast import upcast


class Line(NamedTuple):
    """What is stored of one event; times in ISO 8601 with Z, `actor` as slack:U012AB3CD."""

    seq: int
    key: str
    version: int
    type: str
    schema: int
    occurred_at: str
    recorded_at: str
    actor: str
    login: str | None
    source: str
    overridden: bool


def timeline_entry(line: Line, body: dict[str, Any], texts: Mapping[str, str]) -> Document:
    """The event; `texts` are those that are left. Raises UnknownEvent.

    `details` has the fields of its type, null where not set; `redacted` names those that are null because
    their text was removed.
    """
    event_type = EVENT_TYPES.get(line.type)
    if event_type is None or line.schema > event_type.schema:
        raise UnknownEvent(line.type, line.schema)
    details: dict[str, object] = {}
    redacted: list[str] = []
    for name, value in upcast(line.type, line.schema, event_type.schema, body).items():
        if isinstance(value, dict):
            details[name] = _plain(name, value, texts)
            if "sha256" in value and name not in texts:
                redacted.append(name)
        else:
            details[name] = value
    return _told(line, sorted(redacted), details)


def _plain(name: str, value: Mapping[str, object], texts: Mapping[str, str]) -> object:
    """A text, a person or a due date as `document` shows them."""
    if "sha256" in value:
        return texts.get(name)
    return f"{value['kind']}:{value['id']}" if "kind" in value else value


def _told(line: Line, redacted: list[str], details: Document) -> Document:
    return {
        "seq": line.seq,
        "key": line.key,
        "version": line.version,
        "type": line.type,
        "occurred_at": line.occurred_at,
        "recorded_at": line.recorded_at,
        "by": line.actor,
        "login": line.login,
        "source": line.source,
        "overridden": line.overridden,
        "redacted": redacted,
        "details": details,
    }
