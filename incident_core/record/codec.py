"""Between an event and its stored form: a body of plain values, and its texts beside it.

A text stands in the body as {"sha256": hex of SHA-256(salt + UTF-8 text)}; the text itself is kept apart,
so that it can be removed while the body, and the chain over it, stay as they are.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from incident_core.errors import Invalid, UnknownEvent
from incident_core.events import EVENT_TYPES, Event
from incident_core.model.actor import Actor
from incident_core.model.times import Due, from_iso, to_iso
from incident_core.record.upcast import upcast

Body = dict[str, Any]


class SaltedText(NamedTuple):
    """One free text and the salt of its digest."""

    salt: bytes
    text: str


class _Field(NamedTuple):
    name: str
    is_text: bool
    encode: Callable[[Any], object]
    decode: Callable[[Any], object]


def digest(salted: SaltedText) -> str:
    """What the body holds instead of the text: 64 hexadecimal digits."""
    return hashlib.sha256(salted.salt + salted.text.encode()).hexdigest()


def encode(event: Event, salt: Callable[[], bytes]) -> tuple[Body, dict[str, SaltedText]]:
    """The body of an event, and its texts by field; `salt` gives a new salt for each."""
    body: Body = {}
    texts: dict[str, SaltedText] = {}
    for field in _fields(type(event)):
        value = getattr(event, field.name)
        if value is None:
            body[field.name] = None
        elif field.is_text:
            texts[field.name] = SaltedText(salt(), value)
            body[field.name] = {"sha256": digest(texts[field.name])}
        else:
            body[field.name] = field.encode(value)
    return body, texts


def decode(kind: str, schema: int, body: Body, texts: Mapping[str, str], actor: Actor, at: datetime) -> Event:
    """The event of a stored body; older schemas are upcast, absent texts are None. Raises UnknownEvent."""
    event_type = EVENT_TYPES.get(kind)
    if event_type is None or schema > event_type.schema:
        raise UnknownEvent(kind, schema)
    body = upcast(kind, schema, event_type.schema, body)
    values: dict[str, Any] = {}
    for field in _fields(event_type):
        value = body.get(field.name)
        if field.is_text:
            values[field.name] = texts.get(field.name)
        else:
            values[field.name] = None if value is None else field.decode(value)
    return event_type(actor=actor, at=at, **values)


def text_fields(body: Mapping[str, object]) -> dict[str, str]:
    """The digest of every text that the body tells of, by field."""
    return {
        name: value["sha256"]
        for name, value in body.items()
        if isinstance(value, dict) and set(value) == {"sha256"}
    }


def texts_of(event: Event) -> dict[str, str]:
    """Every text that the event still has, by field."""
    found = {field.name: getattr(event, field.name) for field in _fields(type(event)) if field.is_text}
    return {name: text for name, text in found.items() if text is not None}


_FIELDS: dict[str, tuple[_Field, ...]] = {}


def _fields(kind: type[Event]) -> tuple[_Field, ...]:
    """The stored fields of an event type, read off its annotations at its first use."""
    if kind.type not in _FIELDS:
        hints = get_type_hints(kind, include_extras=True)
        skipped = {"type", "schema", "actor", "at"}
        _FIELDS[kind.type] = tuple(_field(name, hint) for name, hint in hints.items() if name not in skipped)
    return _FIELDS[kind.type]


def _field(name: str, hint: Any) -> _Field:
    if get_origin(hint) is Annotated:
        return _Field(name, True, str, str)
    if isinstance(hint, types.UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _Field(name, False, lambda value: value.value, hint)
    return _Field(name, False, *_PLAIN[hint])


def _same(value: object) -> object:
    return value


def _actor(value: Any) -> Actor:
    return Actor(value["kind"], value["id"], workspace=value["workspace"])


def _due(value: Any) -> Due:
    try:
        return Due(date.fromisoformat(value["on"]), value["zone"])
    except ValueError as error:
        raise Invalid("due", str(error)) from None


_PLAIN: dict[Any, tuple[Callable[[Any], object], Callable[[Any], object]]] = {
    str: (_same, _same),
    int: (_same, _same),
    bool: (_same, _same),
    datetime: (to_iso, from_iso),
    Actor: (lambda who: {"kind": who.kind, "id": who.id, "workspace": who.workspace}, _actor),
    Due: (lambda due: {"on": due.on.isoformat(), "zone": due.zone}, _due),
    tuple[str, ...]: (list, tuple),
}
