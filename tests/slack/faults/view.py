"""What is to be seen of an incident in Slack, without ids and times, so that two runs can be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.slack.faults.scene import Scene

Places = Sequence[tuple[str, ...]]
"""What is said in each, in order."""

_TIMES = ((re.compile(r"<!date[^>]*>"), "DATE"), (re.compile(r"\b\d+[dhms]\b( \d+[dhms]\b)?"), "LENGTH"))
_STAMP = re.compile(r'"timestamp": \d+, |"fallback": "[^"]*"|"block_id": "[^"]*"')


@dataclass(frozen=True)
class Channel:
    """One that the bot has made."""

    name: str
    private: bool
    archived: bool
    topic: str
    members: tuple[str, ...]
    panels: tuple[str, ...]
    pinned: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """`threads` are the replies in the digest channel; `directs` what is said to each person alone, by name.

    `behind` and `error` are what the engine says.
    """

    channels: tuple[Channel, ...]
    digests: tuple[str, ...]
    threads: tuple[str, ...]
    directs: tuple[tuple[str, ...], ...]
    behind: bool
    error: str | None

    @property
    def messages(self) -> Places:
        """Everything that is said to more than one, or shown in a message."""
        of_channels = [each for channel in self.channels for each in (channel.panels, channel.lines)]
        return [*of_channels, self.digests, self.threads]


def view(scene: Scene) -> View:
    """As it is now."""
    names = _names(scene)
    places = sorted(scene.channels(), key=lambda place: place.name)
    found = tuple(_channel(scene, place.id, names) for place in places)
    said = scene.digest
    return View(
        found,
        tuple(_shown(each, names) for each in said if each["thread"] is None),
        tuple(_shown(each, names) for each in said if each["thread"] is not None),
        tuple(_directs(scene, names)),
        not scene.settled,
        scene.lag.error,
    )


def _directs(scene: Scene, names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """To each person, in the order of their names."""
    for person in sorted(scene.slack.team.people(), key=lambda each: each.name):
        place = scene.slack.workspace.directs.get(frozenset((person.id, scene.slack.bot_user)))
        yield tuple(_shown(each, names) for each in scene.said(place)) if place else ()


def _channel(scene: Scene, channel: str, names: Mapping[str, str]) -> Channel:
    place = next(each for each in scene.channels() if each.id == channel)
    said = scene.said(channel)
    panels = [each for each in said if _slot(each) == "panel"]
    pins = scene.slack.workspace.channels[channel].pins
    return Channel(
        place.name,
        place.kind == "private_channel",
        place.archived,
        _plain(place.topic, names),
        tuple(sorted(names[member] for member in place.members)),
        tuple(_shown(each, names) for each in panels),
        tuple(_shown(each, names) for each in said if each["ts"] in pins),
        tuple(_shown(each, names) for each in said if _slot(each) != "panel"),
    )


def _slot(message: Mapping[str, Any]) -> str:
    key: str = message["metadata"]["event_payload"]["key"]
    return key.split(":")[2]


def _names(scene: Scene) -> dict[str, str]:
    found = {each.id: each.name for each in scene.slack.team.people()}
    return found | {place.id: f"#{place.name}" for place in scene.slack.team.channels()}


def _shown(message: Mapping[str, Any], names: Mapping[str, str]) -> str:
    blocks = _STAMP.sub("", json.dumps(message["blocks"], ensure_ascii=False))
    return _plain(f"{message['text']}\n{blocks}", names)


def _plain(text: str, names: Mapping[str, str]) -> str:
    for pattern, instead in _TIMES:
        text = pattern.sub(instead, text)
    for id_, name in names.items():
        text = text.replace(id_, name)
    return re.sub(r"/p\d{16}", "/pTS", text)
