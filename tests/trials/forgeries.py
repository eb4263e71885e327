"""What stands in a column instead of what belongs there."""

from __future__ import annotations

LENGTH = 20
"""How many events the history has."""

UUID = "0badcafe0badcafe0badcafe0badcafe"
TIME = "2026-11-21T12:00:00.000000Z"

OTHERS: dict[str, tuple[object, ...]] = {
    "seq": (1000,),
    "event_id": (UUID,),
    "workspace": ("elsewhere", ""),
    "incident_id": (UUID,),
    "version": (1000, 0, -1),
    "type": ("closed", "never_heard_of", ""),
    "schema": (2, 0),
    "actor_kind": ("slack", "No Kind", ""),
    "actor_id": ("mallory", " ", "x" * 200),
    "actor_workspace": ("T99", ""),
    "actor_login": ("mallory", ""),
    "source": ("import", ""),
    "command_key": ("another", ""),
    "correlation_id": ("another", ""),
    "override_id": (UUID,),
    "occurred_at": (TIME,),
    "recorded_at": (TIME,),
    "body": (b"{}", b"", b"null", b"[]", b"{", b"\xff\xfe", b'{"title": 1}'),
    "previous": ("0" * 64, "f" * 64, "zz", ""),
    "hash": ("0" * 64, "zz", ""),
}
"""By column of an event: values of its kind."""

BROKEN: dict[str, dict[str, tuple[object, ...]]] = {
    "sqlite": {
        **dict.fromkeys(("seq", "version", "schema"), ("four", 1.5, b"\xff")),
        **dict.fromkeys(("event_id", "incident_id", "override_id"), ("no name", "", 7, b"\xff")),
        **dict.fromkeys(
            ("occurred_at", "recorded_at"), ("noon", "2026-13-45T99:99:99.000000Z", "", 7, b"\xff")
        ),
        "body": ("a text", 7),
    },
    "postgresql": {
        **dict.fromkeys(("occurred_at", "recorded_at"), ("infinity", "0044-03-15 BC", "12026-01-01")),
    },
}
"""Values that were never a column's kind: SQLite stores anything, PostgreSQL at least strange times."""
