"""A verb as it is declared: what it does; the words say what people are told about it, by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.words import Words


@dataclass(frozen=True, slots=True)
class Verb:
    """`keyless`: it is not about one incident, so that a key behind it is a word like any other."""

    name: str
    act: Callable[[Asked], Answer]
    aliases: tuple[str, ...] = ()
    keyless: bool = False

    def about(self, words: Words) -> str:
        """A sentence."""
        return words.text(f"verbs.{self.name}")

    def usage(self, words: Words) -> str:
        """What stands after the command, in general."""
        return words.text(f"usage.{self.name}")

    def example(self, words: Words) -> str:
        """What stands after the command, for example."""
        return words.text(f"examples.{self.name}")
