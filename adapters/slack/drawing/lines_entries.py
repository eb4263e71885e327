"""Lines about what people collect: evidence, updates, tasks and follow-ups, and links to other systems."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.slack.drawing import words
from adapters.slack.drawing.message import Quote, Row
from adapters.slack.drawing.updates import news
from adapters.slack.parts import Code, Link, Part, Who
from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.times import Due


def _link(url: str | None) -> Part:
    return words.REDACTED if url is None else Link(url, url)


def _evidence(event: e.EvidenceAdded, _: Incident) -> Sequence[Row]:
    note = [Quote(event.note)] if event.note else []
    return [[Who(event.actor), " added evidence ", Code(event.evidence), ": ", _link(event.url)], *note]


def _news(event: e.UpdateSent | e.UpdateCorrected, told: Sequence[Part]) -> Sequence[Row]:
    parts = tuple((event.components or "").splitlines())
    return news([Who(event.actor), *told], event.text, event.impact, parts, event.next_due)


def _sent(event: e.UpdateSent, _: Incident) -> Sequence[Row]:
    return _news(event, [" sent an update:"])


def _corrected(event: e.UpdateCorrected, _: Incident) -> Sequence[Row]:
    return _news(event, [" corrected the update ", Code(event.update), ":"])


def _owned(owner: Actor | None, due: Due | None) -> list[Part]:
    found: list[Part] = [] if owner is None else [" for ", Who(owner)]
    return found if due is None else [*found, f", due {due}"]


def _added(word: str) -> Callable[[Any, Incident], Sequence[Row]]:
    def told(event: e.TaskAdded | e.FollowUpAdded, _: Incident) -> Sequence[Row]:
        of = _owned(event.owner, event.due)
        line: list[Part] = [Who(event.actor), f" added the {word} ", Code(event.item), *of, ":"]
        return [line, Quote(words.text(event.text))]

    return told


def _assigned(word: str) -> Callable[[Any, Incident], Sequence[Row]]:
    def told(event: e.TaskAssigned | e.FollowUpAssigned, _: Incident) -> Sequence[Row]:
        if event.owner == event.actor:
            return [[Who(event.owner), f" takes the {word} ", Code(event.item), "."]]
        return [[Who(event.actor), f" gave the {word} ", Code(event.item), " to ", Who(event.owner), "."]]

    return told


def _finished(word: str) -> Callable[[Any, Incident], Sequence[Row]]:
    def told(event: e.TaskDone | e.FollowUpDone, _: Incident) -> Sequence[Row]:
        return [[Who(event.actor), f" finished the {word} ", Code(event.item), "."]]

    return told


def _retracted(event: e.EntryRetracted, _: Incident) -> Sequence[Row]:
    line: list[Part] = [Who(event.actor), " retracted ", Code(event.entry), ":"]
    return [line, Quote(words.text(event.reason))]


def _linked(event: e.ExternalLinked, _: Incident) -> Sequence[Row]:
    where: list[Part] = [" (", Link(event.url, event.url), ")"] if event.url else []
    return [[Who(event.actor), f" linked {event.system}: ", event.external_id, *where]]


ROWS: Mapping[type[e.Event], Callable[[Any, Incident], Sequence[Row]]] = {
    e.EvidenceAdded: _evidence,
    e.UpdateSent: _sent,
    e.UpdateCorrected: _corrected,
    e.TaskAdded: _added("task"),
    e.TaskAssigned: _assigned("task"),
    e.TaskDone: _finished("task"),
    e.FollowUpAdded: _added("follow-up"),
    e.FollowUpAssigned: _assigned("follow-up"),
    e.FollowUpDone: _finished("follow-up"),
    e.EntryRetracted: _retracted,
    e.ExternalLinked: _linked,
}
