"""Finding what a person points at: an element of a message or a view, by its action_id or by what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from adapters.sandbox.blocks.kept import ACTING
from adapters.sandbox.person.seen import CannotDo

Shape = dict[str, Any]


@dataclass(frozen=True)
class Element:
    """An element that can be used, and the block in which it stands."""

    shape: Shape
    block: Shape

    @property
    def kind(self) -> str:
        """Slack's name for the kind of element."""
        return str(self.shape["type"])

    @property
    def action_id(self) -> str:
        """Its name in its block."""
        return str(self.shape["action_id"])

    @property
    def block_id(self) -> str:
        """The name of its block."""
        return str(self.block["block_id"])

    @property
    def in_input(self) -> bool:
        """Whether its value is collected by a form and not sent at once."""
        return bool(self.block["type"] == "input")

    @property
    def dispatches(self) -> bool:
        """Whether using it tells the app at once."""
        return not self.in_input or bool(self.block.get("dispatch_action"))

    @property
    def said(self) -> str:
        """What a person reads on it or beside it."""
        label = self.block.get("label") if self.in_input else None
        words = (
            label or self.shape.get("text") or self.shape.get("placeholder") or self.block.get("text") or {}
        )
        return str(words.get("text", ""))


def every(blocks: list[Shape]) -> Iterator[Element]:
    """All elements that can be used, in the order in which they are shown."""
    for block in blocks:
        yield from (Element(shape, block) for shape in _inside(block))


def _inside(value: Any) -> Iterator[Shape]:
    if isinstance(value, list):
        for part in value:
            yield from _inside(part)
    elif isinstance(value, dict):
        if value.get("type") in ACTING and "action_id" in value:
            yield value
        else:
            for part in value.values():
                yield from _inside(part)


def find(blocks: list[Shape], name: str, *, block: str | None = None, value: str | None = None) -> Element:
    """The one element that `name` means: an action_id, or the text on it. Raises CannotDo.

    `block`: the block_id in which it stands; `value`: what a button carries, where several look the same.
    """
    there = [one for one in every(blocks) if block is None or one.block_id == block]
    meant = [one for one in there if one.action_id == name] or [one for one in there if one.said == name]
    meant = meant or [one for one in there if one.in_input and one.block_id == name]
    if value is not None:
        meant = [one for one in meant if one.shape.get("value") == value]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        offered = ", ".join(f"{one.action_id} ({one.said})" for one in there) or "nothing"
        raise CannotDo(f"There is no {name!r} to use; there is: {offered}.")
    raise CannotDo(f"{len(meant)} elements are {name!r}: say which with block= or value=.")
