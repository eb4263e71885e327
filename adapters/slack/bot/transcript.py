"""A channel's log as text: a line for each message, times in UTC; what was said cannot look like another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.slack.bot.parse import as_typed
from adapters.slack.bot.people import Directory
from adapters.slack.bot.talk import Message, Said
from adapters.slack.words import Words

_NOT_PRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LINE = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_BELOW, _MORE = "    ", "  "
_DATE = re.compile(r"<!date\^[^<>|]*\|([^<>]*)>")


def written(words: Words, head: Sequence[str], messages: Sequence[Message], directory: Directory) -> str:
    """The whole file: the lines of `head`, and then what was said, oldest first."""
    return "\n".join((*head, "", *_lines(words, messages, directory), ""))


def _lines(words: Words, messages: Sequence[Message], directory: Directory) -> Iterator[str]:
    if not messages:
        yield words.text("chat_log.nothing")
    for message in messages:
        yield from _entry(words, message.said, directory, "")
        for reply in message.replies:
            yield from _entry(words, reply, directory, _BELOW)


def _entry(words: Words, said: Said, directory: Directory, indent: str) -> Iterator[str]:
    first, *rest = _LINE.split(as_typed(_DATE.sub(r"\1", _text(said, "text")), directory))
    more = "".join(f" ({note})" for note in _notes(words, said))
    author = _author(said, directory) or words.text("chat_log.somebody")
    yield _plain(f"{indent}{_time(words, _text(said, 'ts'))}  {author}: {first}{more}")
    for line in rest:
        yield _plain(f"{indent}{_BELOW}{_MORE}{line}")
    for file in _listed(said, "files"):
        named = words.text("chat_log.file", file=_text(file, "name"), url=_text(file, "permalink"))
        yield _plain(f"{indent}{_BELOW}{_MORE}{named}")


def _notes(words: Words, said: Said) -> Iterator[str]:
    edited = said.get("edited")
    if isinstance(edited, Mapping):
        yield words.text("chat_log.edited", time=_time(words, _text(edited, "ts")))
    if said.get("thread_ts") and said.get("subtype") == "thread_broadcast":
        yield words.text("chat_log.in_channel_too")


def _author(said: Said, directory: Directory) -> str:
    """What they are called; empty where Slack does not say."""
    user = _text(said, "user")
    known = directory.name(user) if user else None
    profile = said.get("bot_profile")
    of_bot = _text(profile, "name") if isinstance(profile, Mapping) else ""
    return " ".join((known or _text(said, "username") or of_bot or user).split())


def _time(words: Words, ts: str) -> str:
    try:
        return f"{datetime.fromtimestamp(float(ts), UTC):%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):
        return words.text("chat_log.unknown_time")


def _plain(line: str) -> str:
    return _NOT_PRINTED.sub("", _LINE.sub(" ", line)).rstrip()


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _listed(found: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = found.get(name)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
