"""Whether every message can be said: each is rendered with examples of what it is given, ours and others'.

All that is wrong is found at once, and nothing is raised for it; the bot itself stops at the first fault of
a deployment's own, or says the shipped words instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from adapters.slack.definitions import ROLES, SEVERITIES
from adapters.slack.drawing.message import FALLBACK, Quote, Row, fallback
from adapters.slack.examples import examples
from adapters.slack.leaves import CannotRender, text
from adapters.slack.words import Message, Template, Words, message_files, read_object, template
from incident_core.errors import Invalid
from incident_core.model.severity import Severity


class Fault(NamedTuple):
    """What is wrong: in which file, with which message (empty: the file itself), and a sentence."""

    file: str
    message: str
    sentence: str


class Checked(NamedTuple):
    """How many messages were rendered, how many of them are a deployment's own, and what is wrong."""

    rendered: int
    own: int
    faults: tuple[Fault, ...]


def check(words: Words, shipped: Path, own: Path | None, roles: Sequence[str]) -> Checked:
    """Of these words from the shipped folder, and of a deployment's own; `roles` are those that there are."""
    ours = check_ours(words, shipped, roles)
    if own is None:
        return ours
    theirs = check_own(words, own, roles)
    return Checked(ours.rendered + theirs.rendered, theirs.own, ours.faults + theirs.faults)


def check_ours(words: Words, shipped: Path, roles: Sequence[str]) -> Checked:
    """Of the shipped words alone."""
    faults = [
        Fault(str(shipped / f"{name.partition('.')[0]}.json"), name.partition(".")[2], sentence)
        for name, message in words.messages.items()
        for sentence in _wrong(message, message.says)
    ]
    return Checked(len(words.messages), 0, (*faults, *_definitions(shipped, roles)))


def check_own(words: Words, own: Path, roles: Sequence[str]) -> Checked:
    """Of a deployment's folder alone."""
    theirs = _Own(words, own)
    faults = (*theirs.faults(), *_definitions(own, roles))
    return Checked(theirs.rendered, theirs.rendered, faults)


def summary(checked: Checked) -> tuple[str, str]:
    """`ok` or `bad`, and a sentence, for who looks at everything."""
    if not checked.faults:
        own = f", {checked.own:,} of them of this deployment" if checked.own else ""
        return "ok", f"{checked.rendered:,} messages{own}"
    file, message, sentence = checked.faults[0]
    more = f" (and {len(checked.faults) - 1:,} more)" if len(checked.faults) > 1 else ""
    return "bad", f"{file}{': ' * bool(message)}{message}: {sentence}{more} Run: incident templates check"


def without(sentence: str, subject: str) -> str:
    """The same sentence without what it begins with."""
    rest = sentence.removeprefix(subject)
    return rest[:1].upper() + rest[1:]


class _Own:
    """The files of a deployment's folder; `rendered` are the messages that were understood."""

    def __init__(self, words: Words, folder: Path) -> None:
        self._words, self._folder = words, folder
        self._files = sorted({f"{name.partition('.')[0]}.json" for name in words.messages})
        self.rendered = 0

    def faults(self) -> Iterator[Fault]:
        for path in message_files(self._folder):
            if path.name not in self._files:
                known = [*self._files, ROLES, SEVERITIES]
                yield Fault(str(path), "", f"There is no file of this name.{_nearest(path.name, known)}")
                continue
            try:
                found = read_object(path)
            except Invalid as fault:
                yield Fault(str(path), "", without(str(fault), f"{path} "))
                continue
            for name, value in found.items():
                yield from self._message(path, name, value)

    def _message(self, path: Path, name: str, value: Any) -> Iterator[Fault]:
        message = self._words.messages.get(f"{path.stem}.{name}")
        if message is None:
            first = f"{path.stem}."
            known = [each.removeprefix(first) for each in self._words.messages if each.startswith(first)]
            yield Fault(str(path), name, f"Nothing says this.{_nearest(name, known)}")
            return
        where = f"{path}: {name}"
        try:
            says = template(where, value)
        except Invalid as fault:
            yield Fault(str(path), name, without(str(fault), f"{where}: "))
            return
        self.rendered += 1
        yield from (Fault(str(path), name, sentence) for sentence in _wrong(message, says))


def _wrong(message: Message, says: Template) -> Iterator[str]:
    """What is wrong with what a message says, in sentences."""
    try:
        strangers = sorted(says.wants - message.given)
    except CannotRender as fault:
        yield f"It is not well-formed: {fault}."
        return
    if strangers:
        given = ", ".join(sorted(message.given)) or "nothing"
        yield f"It asks for {', '.join(strangers)}, and is given {given}."
        return
    try:
        usual, *_ = [says.render(values) for values in _cases(message)]
    except CannotRender as fault:
        yield f"It cannot be rendered: {fault}."
        return
    yield from _fits(message, usual)


def _fits(message: Message, rows: Sequence[Row]) -> Iterator[str]:
    """Whether it says something, and no more than there is room for, when all is as usual."""
    if not rows:
        yield "It comes out empty."
        return
    if message.most:
        size = len(" ".join(row.text if isinstance(row, Quote) else text(row) for row in rows))
        most = message.most
    else:
        size, most = len(fallback(rows)), FALLBACK - 1
    if size > most:
        yield f"It is too long for its place: {size:,} characters, and {most:,} fit."


def _cases(message: Message) -> Iterator[Mapping[str, Any]]:
    """What it may be given: all as usual, with nothing where that may be, each odd value among usual ones."""
    choices = {name: examples(message.name, name) for name in sorted(message.given)}
    usual = {name: values[0] for name, values in choices.items()}
    yield usual
    nothing = {name: _none_like(usual[name]) for name in message.optional}
    yield usual | nothing
    for name, values in choices.items():
        for value in (*values[1:], *((nothing[name],) if name in nothing else ())):
            yield usual | {name: value}


def _none_like(value: Any) -> Any:
    """Nothing, in the place of this value: of a list, an empty one."""
    return [] if isinstance(value, (list, tuple)) else None


def _definitions(folder: Path, roles: Sequence[str]) -> Iterator[Fault]:
    """What roles and severities mean: one text for each name."""
    for file, known in ((ROLES, roles), (SEVERITIES, [each.value for each in Severity])):
        path = folder / file
        if not path.is_file():
            continue
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            yield Fault(str(path), "", f"Cannot be read: {error}.")
            continue
        if not isinstance(found, dict):
            yield Fault(str(path), "", "Must be one object in which each name has a text.")
            continue
        for name, meaning in found.items():
            if name not in known:
                yield Fault(str(path), name, f"There is none of this name.{_nearest(name, known)}")
            elif not isinstance(meaning, str) or not meaning.strip():
                yield Fault(str(path), name, "It has no text.")


def _nearest(name: str, known: Sequence[str]) -> str:
    found = get_close_matches(name, known, 1)
    return f" Did you mean {found[0]}?" if found else ""
