"""One leaf of a template: text with values in it, rendered in a sandbox to the parts of a line.

A value never becomes text of the template: it stays a part of its own (a person, a moment, words that
somebody typed), so that nothing in it can be read as a template, a mention or a format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta
from jinja2.nativetypes import NativeCodeGenerator
from jinja2.runtime import new_context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from adapters.slack.drawing.words import length, plainly
from adapters.slack.escape import fitted
from adapters.slack.parts import (
    LONGEST,
    Bold,
    Code,
    Everybody,
    Group,
    Line,
    Link,
    Part,
    Room,
    When,
    Who,
    mentioned,
    name_of,
)
from incident_core.model.actor import Actor

MOST = 400
"""Parts of one line."""
_JOINED = 300
"""Characters up to which texts beside each other become one part."""
_LEADING = ("http://", "https://", "\0")
"""What addresses begin with; the last is of one that is not known yet."""
_PARTS = (Bold, Code, Who, Group, Room, Link, When, Everybody)


class CannotRender(Exception):
    """The template is wrong, or what it asks for is not given; the message says what, in one sentence."""


class _Engine(ImmutableSandboxedEnvironment):
    """The sandbox; what stands in braces comes out as it is, and not as text."""

    code_generator_class = NativeCodeGenerator


@cache
def _engine() -> _Engine:
    engine = _Engine(undefined=StrictUndefined, autoescape=False, cache_size=0, keep_trailing_newline=True)
    engine.globals.clear()  # nothing but the values: no range to make something endless of
    engine.filters.update(bold=_bold, code=_code, plainly=_plainly, short=_short, length=_length, link=_link)
    return engine


class Leaf:
    """A leaf that is well-formed; raises CannotRender for one that is not."""

    __slots__ = ("_always", "_template", "source", "wants")

    def __init__(self, source: str) -> None:
        self.source = source
        self._always: Line | None = None
        try:
            tree = _engine().parse(source)
            self.wants = frozenset(meta.find_undeclared_variables(tree))
            self._template = _engine().from_string(tree)
        except TemplateSyntaxError as error:
            raise CannotRender(f"{error.message} (line {error.lineno})") from error

    def line(self, values: Mapping[str, Any]) -> Line:
        """Its parts, in order; texts beside each other are one. Raises CannotRender."""
        if self._always is not None:
            return self._always
        line = _merged(_fitting(self._parts(values)))
        if not self.wants:
            self._always = tuple(line)
        return line

    def _parts(self, values: Mapping[str, Any]) -> Iterator[Part]:
        try:
            context = new_context(_engine(), None, {}, dict(values), shared=True)
            for piece in self._template.root_render_func(context):
                yield from _parts(piece)
        except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise CannotRender(str(error) or type(error).__name__) from error


def text(line: Line) -> str:
    """The same as plain text, for a label or a topic, in which nobody can be mentioned."""
    return "".join(map(_plain, line))


def _parts(value: Any) -> Iterator[Part]:
    if isinstance(value, _PARTS):
        yield value
    elif isinstance(value, Actor):
        yield Who(value)
    elif isinstance(value, datetime):
        yield When(value)
    elif isinstance(value, timedelta):
        yield length(value)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _parts(each)
    elif value is not None and value is not False and value is not True:
        yield f"{value:,}" if isinstance(value, int) else str(value)


def _fitting(parts: Iterable[Part]) -> Iterator[Part]:
    for count, part in enumerate(parts):
        if count == MOST:
            yield "…"
            return
        yield fitted(part, LONGEST) if isinstance(part, str) else part


def _merged(parts: Iterable[Part]) -> Line:
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, str) and isinstance(last, str) and len(part) + len(last) <= _JOINED:
            found[-1] = last + part
        elif part != "":
            found.append(part)
    return found


def _plain(part: Part) -> str:
    match part:
        case str():
            return part
        case Bold(words) | Code(words) | Link(_, words):
            return words
        case Who(actor):
            return f"@{actor.id}" if mentioned(actor) else name_of(actor)
        case When(at):
            return at.strftime("%Y-%m-%d %H:%M UTC")
        case Group(name) | Room(name):
            return name
        case Everybody():
            return "@channel"


def _said(value: Any) -> str:
    """A value as text, for what stands out or is cut; a person in it is only named."""
    return text(list(_parts(value)))


def _bold(value: Any) -> Part:
    return Bold(_said(value)) if value not in (None, "") else ""


def _code(value: Any) -> Part:
    return Code(_said(value)) if value not in (None, "") else ""


def _plainly(value: Any) -> str:
    return plainly(_said(value))


def _short(value: Any, limit: int = 100) -> str:
    return fitted(" ".join(_said(value).split()), limit)


def _link(value: Any, words: str = "") -> Part:
    """An address that leads there; what is none, or a text that stands for one, stays text."""
    address = "" if value is None else _said(value)
    return Link(address, words or address) if address.startswith(_LEADING) else address


def _length(value: timedelta) -> str:
    return length(value)
