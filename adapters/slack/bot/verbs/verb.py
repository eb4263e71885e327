"""A verb as it is declared: what it does, and what people are told about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked


@dataclass(frozen=True, slots=True)
class Verb:
    """`usage` and `example` are what stands after the command; `about` is a sentence.

    `keyless`: it is not about one incident, so that a key behind it is a word like any other.
    """

    name: str
    act: Callable[[Asked], Answer]
    usage: str
    about: str
    example: str
    aliases: tuple[str, ...] = ()
    keyless: bool = False
