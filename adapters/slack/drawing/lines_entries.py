"""Lines about what people collect: evidence, updates, tasks and follow-ups, and links to other systems."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.slack.drawing import words as shared
from adapters.slack.drawing.message import Row
from adapters.slack.drawing.updates import news
from adapters.slack.words import Words
from incident_core import events as e
from incident_core.model.incident import Incident

Told = Callable[[Words, Any, Incident], Sequence[Row]]


def _evidence(words: Words, event: e.EvidenceAdded, _: Incident) -> Sequence[Row]:
    return words.rows(
        "lines.evidence_added",
        who=event.actor,
        item=event.evidence,
        url=shared.text(event.url),
        note=event.note or None,
    )


def _news(words: Words, event: e.UpdateSent | e.UpdateCorrected) -> Sequence[Row]:
    parts = tuple((event.components or "").splitlines())
    return news(words, event.text, event.impact, parts, event.next_due)


def _sent(words: Words, event: e.UpdateSent, _: Incident) -> Sequence[Row]:
    return [*words.rows("lines.update_sent", who=event.actor), *_news(words, event)]


def _corrected(words: Words, event: e.UpdateCorrected, _: Incident) -> Sequence[Row]:
    first = words.rows("lines.update_corrected", who=event.actor, item=event.update)
    return [*first, *_news(words, event)]


def _added(kind: str) -> Told:
    def told(words: Words, event: e.TaskAdded | e.FollowUpAdded, _: Incident) -> Sequence[Row]:
        return words.rows(
            f"lines.{kind}_added",
            who=event.actor,
            item=event.item,
            owner=event.owner,
            due=event.due,
            text=shared.text(event.text),
        )

    return told


def _assigned(kind: str) -> Told:
    def told(words: Words, event: e.TaskAssigned | e.FollowUpAssigned, _: Incident) -> Sequence[Row]:
        return words.rows(f"lines.{kind}_assigned", who=event.actor, item=event.item, owner=event.owner)

    return told


def _finished(kind: str) -> Told:
    def told(words: Words, event: e.TaskDone | e.FollowUpDone, _: Incident) -> Sequence[Row]:
        return words.rows(f"lines.{kind}_done", who=event.actor, item=event.item)

    return told


def _retracted(words: Words, event: e.EntryRetracted, _: Incident) -> Sequence[Row]:
    reason = shared.text(event.reason)
    return words.rows("lines.entry_retracted", who=event.actor, item=event.entry, reason=reason)


def _linked(words: Words, event: e.ExternalLinked, _: Incident) -> Sequence[Row]:
    return words.rows(
        "lines.external_linked",
        who=event.actor,
        system=event.system,
        external=event.external_id,
        url=event.url or None,
    )


ROWS: Mapping[type[e.Event], Told] = {
    e.EvidenceAdded: _evidence,
    e.UpdateSent: _sent,
    e.UpdateCorrected: _corrected,
    e.TaskAdded: _added("task"),
    e.TaskAssigned: _assigned("task"),
    e.TaskDone: _finished("task"),
    e.FollowUpAdded: _added("followup"),
    e.FollowUpAssigned: _assigned("followup"),
    e.FollowUpDone: _finished("followup"),
    e.EntryRetracted: _retracted,
    e.ExternalLinked: _linked,
}
