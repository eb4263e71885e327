"""What an argument may look like: keys, times, days and words of a list; each error is one sentence."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

from adapters.cli import when
from adapters.cli.shown import quoted

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

W = TypeVar("W", bound=StrEnum)

_KEY = re.compile(r"(?:inc-)?([0-9]{1,15})", re.IGNORECASE)


class KeyType(click.ParamType):  # type: ignore[type-arg]
    """INC-42, in any case, or its bare number."""

    name = "KEY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = _KEY.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"{quoted(str(value))} is not the key of an incident: write INC-42 or 42.", param, ctx)
        return f"INC-{int(found[1])}"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """The newest keys that the viewer can see."""
        from adapters.cli.completing import keys

        return keys(ctx, incomplete)


class RoleType(click.ParamType):  # type: ignore[type-arg]
    """The name of a role; which there are is for the rules to say."""

    name = "ROLE"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """The roles of this deployment."""
        from adapters.cli.completing import roles

        return roles(ctx, incomplete)


class WhenType(click.ParamType):  # type: ignore[type-arg]
    """A time, absolute or relative; made absolute later, against the clock of the App."""

    name = "WHEN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> when.When:
        if isinstance(value, when.When):
            return value
        try:
            return when.parse(str(value))
        except ValueError as fault:
            self.fail(str(fault), param, ctx)


class DayType(click.ParamType):  # type: ignore[type-arg]
    """A day and perhaps its time zone."""

    name = "DATE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[date, str | None]:
        if isinstance(value, tuple):
            return value
        try:
            return when.day(str(value))
        except ValueError as fault:
            self.fail(str(fault), param, ctx)


class WordType(click.Choice[str], Generic[W]):
    """One of the values of an enumeration, in any case."""

    def __init__(self, words: type[W], *, without: tuple[W, ...] = ()) -> None:
        super().__init__([word.value for word in words if word not in without], case_sensitive=False)
        self._words = words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> W:
        return self._words(super().convert(value, param, ctx))


KEY = KeyType()
ROLE = RoleType()
WHEN = WhenType()
DAY = DayType()
