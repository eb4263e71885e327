"""What the bot says, in a deployment's own words: files of messages, each parsed first, then rendered.

`templates/slack/FILE.json` is one object. Each name in it is a message: what it is `given` (`reason?` may be
nothing), and what it `says`: a row, or a list of them. A row is a leaf, or {"quote": leaf}; one that comes
out empty is left out. A file of that name in a deployment's own folder takes the place of the messages that
it has: a name and rows.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from adapters.shipped import templates_directory
from adapters.slack.definitions import ROLES, SEVERITIES
from adapters.slack.drawing.message import Quote, Row
from adapters.slack.leaves import CannotRender, Leaf, text
from adapters.slack.parts import Line
from incident_core.errors import Invalid

QUOTE = "quote"
_LOG = logging.getLogger("incident.slack")
_OTHERS = (ROLES, SEVERITIES)


@dataclass(frozen=True)
class Template:
    """The rows of one message as they are written; leaves are compiled when they are first wanted."""

    where: str
    rows: tuple[tuple[str, str], ...]

    def __reduce__(self) -> tuple[Any, ...]:
        return Template, (self.where, self.rows)

    @cached_property
    def leaves(self) -> tuple[tuple[str, Leaf], ...]:
        """Kind and leaf of each row; raises CannotRender."""
        return tuple((kind, Leaf(source)) for kind, source in self.rows)

    @property
    def wants(self) -> frozenset[str]:
        """The names of values that it speaks of; raises CannotRender."""
        return frozenset().union(*(leaf.wants for _, leaf in self.leaves))

    def render(self, values: Mapping[str, Any]) -> list[Row]:
        """Its rows, without those that are empty; raises CannotRender."""
        return [row for kind, leaf in self.leaves if (row := _row(kind, leaf.line(values)))]


@dataclass(frozen=True)
class Message:
    """A message by its name, such as `lines.declared`: what it is given, and how it says it.

    `optional` are those of `given` that may be nothing. `own` is what a deployment says instead. `most` are
    the characters that there is room for; 0: many.
    """

    name: str
    given: frozenset[str]
    optional: frozenset[str]
    says: Template
    own: Template | None = None
    most: int = 0


@dataclass(frozen=True)
class Words:
    """Every message by name. Where a deployment's own words cannot be rendered, ours are said."""

    messages: Mapping[str, Message]
    _failed: set[str] = field(default_factory=set, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Ours go to another process by their name: what was compiled cannot."""
        if self is shipped_words():
            return shipped_words, ()
        return Words, (self.messages,)

    def rows(self, name: str, **values: Any) -> list[Row]:
        """The rows of a message; `values` are what it is given, each of them."""
        message = self.messages[name]
        if values.keys() != message.given:
            raise TypeError(f"{name} is given {sorted(values)}, and not {sorted(message.given)}")
        own = [] if message.own is None else self._own(message.own, values)
        return own or message.says.render(values)

    def line(self, name: str, **values: Any) -> Line:
        """The first row of a message that has one line, or an empty one."""
        return next((row for row in self.rows(name, **values) if not isinstance(row, Quote)), ())

    def lines(self, name: str, **values: Any) -> list[Line]:
        """The rows of a message of lines only, for a place that takes no quotes."""
        return [[row.text] if isinstance(row, Quote) else row for row in self.rows(name, **values)]

    def text(self, name: str, **values: Any) -> str:
        """A message as plain text in one line: a label, a hint, a topic."""
        return " ".join(text(line) for line in self.lines(name, **values))

    def _own(self, own: Template, values: Mapping[str, Any]) -> list[Row]:
        """What the deployment says; nothing where that cannot be rendered, which is noted once."""
        try:
            return own.render(values)
        except CannotRender as fault:
            if own.where not in self._failed:
                self._failed.add(own.where)
                _LOG.warning(
                    "%s cannot be rendered (%s): the shipped words are said instead", own.where, fault
                )
            return []


def read_words(shipped: Path, own: Path | None = None) -> Words:
    """Of these folders; raises Invalid for a file that cannot be read, or a leaf that is not well-formed."""
    found: dict[str, Message] = {}
    for path in message_files(shipped):
        ours = read_object(path)
        theirs = read_object(own / path.name) if own is not None and (own / path.name).is_file() else {}
        for name, value in ours.items():
            found[f"{path.stem}.{name}"] = _message(path, name, value, own, theirs.get(name))
    return Words(found)


@cache
def shipped_words() -> Words:
    """Ours, and nobody's own."""
    return read_words(templates_directory() / "slack")


def message_files(folder: Path) -> Sequence[Path]:
    """The files of messages in a folder, in order of their names."""
    return sorted(path for path in folder.glob("*.json") if path.name not in _OTHERS)


def read_object(path: Path) -> Mapping[str, Any]:
    """What a file of messages has, by name; raises Invalid for one that cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid("templates", f"{path} cannot be read: {error}.") from error
    if not isinstance(found, dict):
        raise Invalid("templates", f"{path} must be one object in which each name has a message.")
    return found


def template(where: str, value: Any) -> Template:
    """What a message says, as it is written: one row or several; raises Invalid for what is no row."""
    return Template(where, _rows(where, value))


def _message(path: Path, name: str, value: Any, own: Path | None, theirs: Any) -> Message:
    where = f"{path}: {name}"
    if not isinstance(value, dict) or not {"given", "says"} <= value.keys():
        raise Invalid("templates", f"{where} must have what it is given, and what it says.")
    mine = None
    if theirs is not None and own is not None:
        mine = _checked(template(f"{own / path.name}: {name}", theirs))
    says = template(where, value["says"])
    optional = frozenset(each.removesuffix("?") for each in value["given"] if each.endswith("?"))
    given = frozenset(each.removesuffix("?") for each in value["given"])
    return Message(f"{path.stem}.{name}", given, optional, says, mine, value.get("most", 0))


def _checked(template: Template) -> Template:
    """Raises Invalid for a leaf that is not well-formed: better at the start than in the night."""
    try:
        _ = template.leaves
    except CannotRender as fault:
        raise Invalid("templates", f"{template.where} is not well-formed: {fault}.") from fault
    return template


def _rows(where: str, value: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(value, dict) and "says" in value:
        value = value["says"]
    rows: Iterable[Any] = value if isinstance(value, list) else [value]
    return tuple(_leaf(where, row) for row in rows)


def _leaf(where: str, row: Any) -> tuple[str, str]:
    if isinstance(row, str):
        return "", row
    if isinstance(row, dict) and row.keys() == {QUOTE} and isinstance(row[QUOTE], str):
        return QUOTE, row[QUOTE]
    raise Invalid("templates", f'{where}: a row is a text, or {{"quote": a text}}.')


def _row(kind: str, line: Line) -> Row | None:
    """None for a row of nothing."""
    if not any(not isinstance(part, str) or part.strip() for part in line):
        return None
    return Quote(text(line)) if kind == QUOTE else line
