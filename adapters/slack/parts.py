"""Lines made of parts: what people typed is literal, so that nothing in it can become a mention or a format.

A line is drawn twice: in a `rich_text` block, which readers see, and as mrkdwn, which stands in for it in
notifications and screen readers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.slack.escape import escaped, fitted
from incident_core.model.actor import Actor

Block = dict[str, Any]

LONGEST = 2900
"""Characters of one text that somebody typed; a section takes 3,000."""

_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
_SHOWN = "{date_short_pretty} at {time}"


@dataclass(frozen=True, slots=True)
class Bold:
    """Words that stand out."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type, or a sign."""

    text: str


@dataclass(frozen=True, slots=True)
class Who:
    """A person: a mention where they are known to Slack, and a name otherwise."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Group:
    """A user group, by its id: who reads it sees its handle."""

    id: str


@dataclass(frozen=True, slots=True)
class Room:
    """A channel, by its id, or by what stands for an id that is not known yet (see `known`)."""

    channel: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address, and the words that lead there."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class When:
    """A moment (UTC), shown in each reader's own time zone."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Everybody:
    """Everybody in the channel, who is called by it."""


Part = str | Bold | Code | Who | Group | Room | Link | When | Everybody
Line = Sequence[Part]


def known(slot: str) -> str:
    """What stands for the external id of a slot until the call is made; nobody can type it."""
    return f"\0{slot}\0"


def filled(content: Any, ids: dict[str, str]) -> Any:
    """The same JSON with every id that is known by now in its place, leaf by leaf."""
    if isinstance(content, str):
        for slot, external in ids.items():
            content = content.replace(known(slot), external)
        return content
    if isinstance(content, dict):
        return {name: filled(each, ids) for name, each in content.items()}
    return [filled(each, ids) for each in content] if isinstance(content, list) else content


def rich(*lines: Line) -> Block:
    """One block with these lines below each other."""
    elements: list[Block] = []
    for line in lines:
        if elements:
            elements.append({"type": "text", "text": "\n"})
        elements += [_element(part) for part in line if part]
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "elements": [section]}


def bullets(*lines: Line) -> Block:
    """One block with a dot before each line."""
    items = [
        {"type": "rich_text_section", "elements": [_element(part) for part in line if part]} for line in lines
    ]
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items}],
    }


def plain(*lines: Line) -> str:
    """The same lines as mrkdwn."""
    return "\n".join("".join(map(_text, line)) for line in lines)


def message(*lines: Line) -> dict[str, Any]:
    """The text and blocks of a message that has only these lines."""
    return {"text": plain(*lines), "blocks": [rich(*lines)]}


def mentioned(actor: Actor) -> bool:
    """Whether Slack knows them: other ids may be anything that somebody typed elsewhere."""
    return actor.kind == "slack" and _USER.fullmatch(actor.id) is not None


def name_of(actor: Actor) -> str:
    """What somebody is called who is not known to Slack: ann (cli)."""
    return f"{actor.id} ({actor.kind})"


def _element(part: Part) -> Block:
    if isinstance(part, (str, Bold, Code)):
        return _literal(part)
    match part:
        case Who(actor):
            return {"type": "user", "user_id": actor.id} if mentioned(actor) else _literal(name_of(actor))
        case Group(id_):
            return {"type": "usergroup", "usergroup_id": id_}
        case Room(channel):
            return {"type": "channel", "channel_id": channel}
        case Link(url, text):
            return {"type": "link", "url": url, "text": fitted(text, LONGEST)}
        case When(at):
            stamp, said = int(at.timestamp()), _utc(at)
            return {"type": "date", "timestamp": stamp, "format": _SHOWN, "fallback": said}
        case Everybody():
            return {"type": "broadcast", "range": "channel"}


def _literal(part: str | Bold | Code) -> Block:
    if isinstance(part, str):
        return {"type": "text", "text": fitted(part, LONGEST)}
    style = "bold" if isinstance(part, Bold) else "code"
    return {"type": "text", "text": fitted(part.text, LONGEST), "style": {style: True}}


def _text(part: Part) -> str:
    if isinstance(part, (str, Bold, Code)):
        text = escaped(fitted(part if isinstance(part, str) else part.text, LONGEST))
        return f"`{text}`" if isinstance(part, Code) else text
    match part:
        case Who(actor):
            return f"<@{actor.id}>" if mentioned(actor) else escaped(name_of(actor))
        case Group(id_):
            return f"<!subteam^{id_}>"
        case Room(channel):
            return f"<#{channel}>"
        case Link(url, text):
            return f"<{escaped(url).replace('|', '%7C')}|{escaped(fitted(text, LONGEST)).replace('|', '¦')}>"
        case When(at):
            return f"<!date^{int(at.timestamp())}^{_SHOWN}|{_utc(at)}>"
        case Everybody():
            return "<!channel>"


def _utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
