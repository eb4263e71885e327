"""What was typed after the command: a verb, perhaps a key, and the rest; texts stay as they were typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from adapters.slack.bot.people import Directory
from incident_core.errors import Invalid

_KEY = re.compile(r"inc-([0-9]{1,15})", re.IGNORECASE)
_ROOM = re.compile(r"<#([CGD][A-Z0-9]{2,30})(?:\|[^<>]*)?>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^<>|]*)(?:\|([^<>]*))?>")
_WRAPPED = re.compile(
    r"<(?:@([UWB][A-Z0-9]{2,30})|#([CGD][A-Z0-9]{2,30})|!([^<>|]+)|((?:https?|mailto|tel):[^<>|]*))(?:\|([^<>]*))?>"
)
_WORD = re.compile(r"\s*(<[@#!hmt][^<>\n]*>|\S+)")
_AGAIN = re.compile(r"(?:^|\s)(?:--|—)key\s+(slack:\S+)\s*$")
_QUOTES = {'"': '"', "'": "'", "“": "”", "\u2018": "’", "„": "“"}


@dataclass(frozen=True, slots=True)
class Typed:
    """`word` is the verb in lower case, and empty where there is none. `key` is INC-42.

    `room` is the channel that was named in its place, `as_text` the rest if that was no name of an incident.
    `rest` is as Slack sent it. `again` is the command key under which it was asked before.
    """

    word: str
    key: str | None
    rest: str
    room: str | None = None
    again: str | None = None
    as_text: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """What is left without the options, and the options by name (without dashes)."""

    rest: str
    given: Mapping[str, str] = field(default_factory=dict)


def read(text: str, keyless: Collection[str] = ()) -> Typed:
    """Take the text apart; verbs in `keyless` have no key behind them: it would be a word of theirs."""
    again = _AGAIN.search(text)
    if again:
        text = text[: again.start()]
    first, rest = word(text)
    key, room = key_of(first)
    if key or room:
        first, rest = word(rest)
    verb, as_text = first.lower(), rest.strip()
    if not (key or room) and verb not in keyless:
        key, room = key_of(word(rest)[0])
        rest = word(rest)[1] if key or room else rest
    return Typed(verb, key, rest.strip(), room, again[1] if again else None, as_text)


def without_key(text: str) -> str:
    """The text without the command key under which it was asked before, if it ends with one."""
    return _AGAIN.sub("", text)


def word(text: str) -> tuple[str, str]:
    """The first word, which may be something that Slack wrapped in < and >, and what comes after it."""
    found = _WORD.match(text)
    return (found[1], text[found.end() :].lstrip()) if found else ("", "")


def words(text: str) -> list[str]:
    """All the words."""
    return _WORD.findall(text)


def key_of(text: str) -> tuple[str | None, str | None]:
    """The key, or the channel, that a word is; (None, None) for any other word."""
    if found := _KEY.fullmatch(text):
        return f"INC-{int(found[1])}", None
    found = _ROOM.fullmatch(text)
    return None, found[1] if found else None


def options(text: str, texts: Collection[str] = (), words: Collection[str] = ()) -> Options:
    """Take the options out of the text.

    Those in `texts` go up to the next option, those in `words` are one word. Raises Invalid for options that
    are not known here, given twice, or empty.
    """
    names = "|".join(map(re.escape, (*texts, *words)))
    pieces = re.split(rf"(?:^|(?<=\s))(?:--|—)({names})(?==|\s|$)=?", text)
    left, given = [pieces[0].strip()], {}
    for name, value_of in zip(pieces[1::2], pieces[2::2], strict=True):
        if name in given:
            raise Invalid("option", f"--{name} is given twice.")
        value, after = _value(value_of.strip(), whole=name in texts)
        if not value:
            raise Invalid("option", f"--{name} needs something behind it.")
        given[name] = value
        left.append(after)
    rest = " ".join(part for part in left if part)
    if unknown := re.search(r"(?:^|\s)((?:--|—)[a-z][a-z0-9-]*)", rest):
        raise Invalid("option", f"{unknown[1][:80]} is not known here.")
    return Options(rest, given)


def behind(text: str, name: str) -> str:
    """The text; where it begins with the option `name`, what comes behind that: a reason needs no option."""
    found = re.match(rf"(?:--|—){re.escape(name)}(?:=|\s+|$)", text)
    return text if found is None else _value(text[found.end() :].strip(), whole=True)[0]


def leading(text: str, flags: Collection[str] = (), words: Collection[str] = ()) -> Options:
    """Take off only the options that stand first: what comes after them is text, whatever it looks like."""
    given: dict[str, str] = {}
    while True:
        first, rest = word(text)
        name = re.sub(r"^(?:--|—)", "", first)
        if name == first or name in given or name not in {*flags, *words}:
            return Options(text, given)
        given[name], text = ("", rest) if name in flags else _value(rest, whole=False)
        if name in words and not given[name]:
            raise Invalid("option", f"--{name} needs something behind it.")


def _value(text: str, *, whole: bool) -> tuple[str, str]:
    """The value at the beginning of the text, without quotation marks around it, and what comes after it."""
    end = _QUOTES.get(text[:1])
    close = text.find(end, 1) if end else -1
    if end and close > 0 and (not whole or close == len(text) - 1):
        return text[1:close], text[close + 1 :].strip()
    return (text, "") if whole else word(text)


def as_typed(text: str, directory: Directory | None = None) -> str:
    """The text as the person typed it: names, channels and links without what Slack wraps around them."""

    def unwrapped(found: re.Match[str]) -> str:
        user, room, group, link, label = found.groups()
        if user:
            return f"@{label or (directory and directory.name(user)) or user}"
        if room:
            return f"#{label or room}"
        if group:
            kind, _, id_ = group.partition("^")
            return f"@{(label or (id_ if kind == 'subteam' else kind)).removeprefix('@')}"
        return label or re.sub(r"^(mailto|tel):", "", link)

    return unescaped(_WRAPPED.sub(unwrapped, text))


def link_of(word: str) -> str:
    """The address that a word is, without what Slack wraps around it."""
    found = _LINK.fullmatch(word)
    return unescaped(found[1] if found else word)


def unescaped(text: str) -> str:
    """The characters that Slack escapes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
