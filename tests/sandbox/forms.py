"""Blocks and views for tests, and an app that answers by hand."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from adapters.sandbox.person import Interaction, Person, SeenMessage, SeenView
from tests.sandbox.bots import Bot
from tests.sandbox.lines import Line, line


def text(said: str) -> dict[str, Any]:
    """Plain text."""
    return {"type": "plain_text", "text": said}


def option(said: str, value: str | None = None) -> dict[str, Any]:
    """An option of a select."""
    return {"text": text(said), "value": value or said.lower()}


def button(action_id: str, said: str = "Go", **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": text(said), **more}


def actions(*elements: dict[str, Any], block_id: str = "row") -> list[dict[str, Any]]:
    """One row of elements."""
    return [{"type": "actions", "block_id": block_id, "elements": list(elements)}]


def field(block_id: str, kind: str, *, label: str = "", **more: Any) -> dict[str, Any]:
    """An input block; what belongs to the block and not to its element is told apart here."""
    own: dict[str, Any] = {name: more.pop(name) for name in ("optional", "dispatch_action") if name in more}
    element = {"type": kind, "action_id": "it", **more}
    return {
        "type": "input",
        "block_id": block_id,
        "label": text(label or block_id),
        "element": element,
        **own,
    }


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A modal with a button to submit it."""
    return {"type": "modal", "title": text("Form"), "submit": text("Send"), "blocks": list(blocks), **more}


class Hand:
    """An app that does what the test says: it holds the other end of one socket."""

    def __init__(self, bot: Bot, line: Line, person: Person) -> None:
        self.bot, self.line, self.person = bot, line, person

    def ack(self, sent: Interaction | None, answer: Any = None) -> Interaction:
        """Take what was sent, acknowledge it, and see what comes of it."""
        assert sent is not None
        frame = self.line.next()
        assert frame["envelope_id"] == sent.id
        self.line.ack(frame, answer)
        return self.person.outcome(sent)

    def open(self, view: dict[str, Any]) -> SeenView:
        """Have a modal open before the person."""
        trigger = self.ack(self.person.shortcut("start", wait=False)).trigger_id
        self.bot.client.views_open(trigger_id=str(trigger), view=view)
        return self.top()

    def top(self) -> SeenView:
        """The modal on top."""
        top = self.person.modal
        assert top is not None
        return top

    def says(self, blocks: list[dict[str, Any]], channel: str = "general") -> SeenMessage:
        """Have the app post a message."""
        self.bot.client.chat_postMessage(
            channel=self.bot.workspace.names[channel], text="Panel", blocks=blocks
        )
        return self.person.sees(channel)[-1]


@contextlib.contextmanager
def answering(hand: Hand, answer: Any) -> Iterator[list[dict[str, Any]]]:
    """Whatever the app is asked inside the block gets this answer; what was asked is in the list."""
    asked: list[dict[str, Any]] = []
    ending = threading.Event()

    def serve() -> None:
        while not ending.is_set():
            with contextlib.suppress(TimeoutError):
                frame = hand.line.next(0.02)
                asked.append(frame["payload"])
                hand.line.ack(frame, answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield asked
    finally:
        ending.set()
        thread.join()


@contextlib.contextmanager
def by_hand(bot: Bot) -> Iterator[Hand]:
    """The app is connected inside the block."""
    with line(bot) as one:
        yield Hand(bot, one, bot.person())
