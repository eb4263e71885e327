"""What a person sees and gets back: messages, views, and what came of what they did. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class CannotDo(Exception):
    """Slack's client would not let the person do this; the message says why. Nothing was sent."""


class MustConfirm(CannotDo):
    """The element asks first; `dialog` is what is shown. Do it again with `accept=True`."""

    def __init__(self, dialog: Mapping[str, Any]) -> None:
        title, text = dialog["title"]["text"], dialog["text"]["text"]
        super().__init__(f"Slack asks first: {title}: {text} (accept=True confirms).")
        self.dialog = dialog


@dataclass(frozen=True)
class Interaction:
    """What came of something that was sent to an app.

    `acked`: the app answered in time. `failure`: why not, else None. `notice`: what Slack told the person
    about it, else None. `answer`: what came with the acknowledgement. `trigger_id`: what was issued with it.
    """

    id: str
    acked: bool
    failure: str | None
    notice: str | None
    answer: Any
    trigger_id: str | None
    payload: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class SeenMessage:
    """A message as one person sees it. `raw` is the message as Slack's API gives it."""

    channel: str
    ts: str
    text: str
    user: str | None
    thread_ts: str | None
    ephemeral: bool
    blocks: list[dict[str, Any]]
    raw: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class SeenView:
    """A modal or a home tab. `errors`: what the app found wrong, by block. `raw`: as Slack's API gives it."""

    id: str
    app_id: str
    type: str
    callback_id: str
    title: str
    blocks: list[dict[str, Any]]
    values: dict[str, dict[str, Any]]
    errors: dict[str, str]
    raw: dict[str, Any] = field(repr=False)


def message(channel: str, raw: dict[str, Any]) -> SeenMessage:
    """A shown message as a value."""
    blocks = raw.get("blocks", [])
    who, ephemeral = raw.get("user"), bool(raw.get("is_ephemeral"))
    return SeenMessage(channel, raw["ts"], raw["text"], who, raw.get("thread_ts"), ephemeral, blocks, raw)


def view(raw: dict[str, Any], errors: dict[str, str]) -> SeenView:
    """A shown view as a value."""
    title = (raw.get("title") or {}).get("text", "")
    values = raw["state"]["values"]
    kind, name = raw["type"], raw["callback_id"]
    return SeenView(raw["id"], raw["app_id"], kind, name, title, raw["blocks"], values, dict(errors), raw)
