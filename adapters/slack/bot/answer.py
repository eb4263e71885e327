"""What the bot says back: lines, perhaps buttons; never longer than Slack takes, whatever people wrote."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.escape import fitted
from adapters.slack.parts import Block, Line, plain, rich
from adapters.slack.words import Words

MOST = 10_000
"""Characters of a message's blocks as JSON; Slack was seen to refuse about 13,200."""
_TEXT = 2_500
_LABEL, _TITLE = 75, 24
Job = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: `value` comes back with it. `style` is primary, danger or nothing."""

    text: str
    action: str
    value: str
    style: str = ""

    def block(self) -> Block:
        """As Slack draws it."""
        shape: Block = {"type": "button", "action_id": self.action, "value": self.value}
        shape["text"] = {"type": "plain_text", "text": fitted(self.text, _LABEL)}
        return {**shape, "style": self.style} if self.style else shape


@dataclass(frozen=True, slots=True)
class Answer:
    """Lines and buttons for one person; `after` is what is done once Slack has the answer.

    `below` are other blocks at the end, of which a few fit.
    """

    lines: Sequence[Line]
    buttons: tuple[Button, ...] = ()
    after: tuple[Job, ...] = ()
    below: tuple[Block, ...] = ()

    def message(self, words: Words) -> dict[str, Any]:
        """Its text and blocks; `words` are for what does not fit."""
        lines = within(words, self.lines, MOST - len(json.dumps(self.below, ensure_ascii=False)))
        blocks = [rich(*lines)]
        if self.buttons:
            blocks.append({"type": "actions", "elements": [button.block() for button in self.buttons]})
        blocks += self.below
        text = plain(*lines)
        return {"text": text if len(text) <= _TEXT else plain(*lines[:1])[:_TEXT], "blocks": blocks}

    def payload(self, words: Words) -> dict[str, Any]:
        """A new message that only the person sees."""
        return {"response_type": "ephemeral", "replace_original": False, **self.message(words)}

    def instead(self, words: Words) -> dict[str, Any]:
        """The same in the place of the message whose button was pressed."""
        return {"response_type": "ephemeral", "replace_original": True, **self.message(words)}

    def view(self, words: Words, title: str) -> dict[str, Any]:
        """A modal that only says it."""
        close = fitted(words.text("answers.window_close"), _TITLE)
        return {
            "type": "modal",
            "title": {"type": "plain_text", "text": fitted(title, _TITLE)},
            "close": {"type": "plain_text", "text": close},
            "blocks": [rich(*within(words, self.lines))],
        }


def say(*lines: Line | str) -> Answer:
    """An answer of these lines."""
    return Answer([(line,) if isinstance(line, str) else line for line in lines])


def within(words: Words, lines: Sequence[Line], most: int = MOST) -> Sequence[Line]:
    """As many of the lines as fit, and how many do not."""
    size = 0
    for kept, line in enumerate(lines):
        size += _size(line)
        if size > most and kept:
            return [*lines[:kept], words.line("answers.more_lines", count=len(lines) - kept)]
    return lines


def _size(line: Line) -> int:
    """Characters that a line adds to a block, with the break before it."""
    (section,) = rich(("\n",), line)["elements"]
    return len(json.dumps(section["elements"], ensure_ascii=False))
