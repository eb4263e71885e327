"""The rows that a commit writes for its events and texts."""

from __future__ import annotations

from typing import Any

from incident_core.record.chain import Seal, Sealed
from incident_core.record.words import words

Values = dict[str, Any]


def event_values(sealed: Sealed) -> Values:
    """The row of one sealed event."""
    envelope = sealed.envelope
    return {
        "seq": sealed.seq,
        "event_id": sealed.event_id,
        "workspace": envelope.workspace,
        "incident_id": envelope.incident_id,
        "version": sealed.version,
        "type": sealed.type,
        "schema": sealed.schema,
        "actor_kind": envelope.actor.kind,
        "actor_id": envelope.actor.id,
        "actor_workspace": envelope.actor.workspace,
        "actor_login": envelope.actor.login,
        "source": envelope.source,
        "command_key": envelope.command_key,
        "correlation_id": envelope.correlation_id,
        "override_id": sealed.override_id,
        "occurred_at": sealed.occurred_at,
        "recorded_at": envelope.recorded_at,
        "body": sealed.body,
        "previous": sealed.previous,
        "hash": sealed.hash,
    }


def text_values(seal: Seal) -> list[Values]:
    """The rows of the texts of one commit."""
    return [
        {"event_id": event_id, "field": field, "salt": salted.salt, "text": salted.text}
        for event_id, fields in seal.texts.items()
        for field, salted in fields.items()
    ]


def search_values(first_seq: int, title: str | None, found: str) -> Values:
    """The row by which an incident is found; `found` are the words of all its texts."""
    return {"first_seq": first_seq, "title": " ".join(words(title or "")), "words": found}
