"""What reminds people of an incident and when; and putting it off: snooze until a time, or stop."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from adapters.cli import output, when
from adapters.cli.armed import cells, plain
from adapters.cli.kinds import WHEN, KeyType
from adapters.cli.options import Given, Looking, reading, under_key, verb
from adapters.cli.performing import give
from adapters.cli.read_one import found
from adapters.cli.shown import quoted
from incident_core import commands as c
from incident_core.model.times import to_iso

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

LIMIT = 50

_EVERY = "\0"
"""Stands for the key that was not typed: no word of a command line can be this."""


class _KeyOrEvery(KeyType):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return None if value == _EVERY else super().convert(value, param, ctx)


class _Timer(click.ParamType):  # type: ignore[type-arg]
    """The name of a timer; which there are is for the rules to say."""

    name = "TIMER"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """The timers of the incident whose key stands before."""
        from adapters.cli.completing import timers

        return timers(ctx, incomplete)


class _Span(click.ParamType):  # type: ignore[type-arg]
    """A length of time, as far ahead as it says."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> when.When:
        if isinstance(value, when.When):
            return value
        try:
            return when.parse(f"in {value}")
        except ValueError:
            self.fail(f"{quoted(str(value))} is not a length of time: write 30m, 2h or 1d.", param, ctx)


class _Showing(click.Group):
    """The key stands before the command, and may be left out; without a command, it shows."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing and args[:1] not in ([name] for name in ctx.help_option_names):
            args = self._completed(args, ctx.help_option_names)
        return super().parse_args(ctx, args)

    def _completed(self, args: list[str], helping: list[str]) -> list[str]:
        """With the key and the command that were left out."""
        named = bool(args) and not args[0].startswith("-") and args[0] != "show"
        key, rest = (args[0], args[1:]) if named else (_EVERY, args)
        known = rest[:1] and (rest[0] in helping or not rest[0].startswith("-"))
        return [key, *rest] if known else [key, "show", *rest]


@click.group(cls=_Showing)
@click.argument("key", type=_KeyOrEvery(), required=False, metavar="KEY")
def timers(key: str | None) -> None:
    """Show what reminds people, and when; snooze or stop it.

    The timers are comms (no update for too long), stale (open for too long), role:ROLE (nobody holds a
    required role) and followup:ID (it is overdue). `incident timers INC-42` is short for `incident timers
    INC-42 show`; without KEY it shows those of all incidents.

    \b
    Example:
      incident timers INC-42 snooze comms --for 30m
    """


@timers.command()
@click.option(
    "--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True, help="At most so many."
)
@reading
@under_key
def show(looking: Looking, key: str | None, limit: int) -> None:
    """Show the timers, the next to fire first: those of one incident, or of all.

    Cells have tabs between them: key, timer, when it is due, and since when it counts. The key `all` stands
    for the list of all that is stale.

    \b
    Example:
      incident timers INC-42 show
    """
    app = looking.app
    if key is not None:
        found(looking, key)
    armed = app.timers().armed(app.workspace, looking.actor, key, limit)
    if looking.as_json:
        output.array(map(plain, armed))
    for each in () if looking.as_json else armed:
        output.say("\t".join(cells(each)))
    if not armed:
        nothing = "No timer counts" if key is None else f"No timer of {key} counts"
        output.empty(nothing, app.name, as_json=looking.as_json)


@timers.command()
@click.argument("timer", type=_Timer())
@click.option("--for", "span", type=_Span(), help="For so long: 30m, 2h, 1d; from --at on, or from now.")
@click.option("--until", type=WHEN, help="Until then: in 30m, or an ISO time.")
@verb
@under_key
def snooze(given: Given, key: str, timer: str, span: when.When | None, until: when.When | None) -> None:
    """Snooze a timer: no reminder before then. What was stopped is armed again.

    \b
    Example:
      incident timers INC-42 snooze comms --for 30m
    """
    give(given, c.SnoozeTimer, key, timer=timer, until=_end(given, span, until))


@timers.command()
@click.argument("timer", type=_Timer())
@verb
@under_key
def stop(given: Given, key: str, timer: str) -> None:
    """Stop a timer: no more reminders, until it is snoozed or the incident is reopened.

    A follow-up's timer stays stopped when the incident is reopened.

    \b
    Example:
      incident timers INC-42 stop comms
    """
    give(given, c.StopTimer, key, timer=timer)


def _end(given: Given, span: when.When | None, until: when.When | None) -> datetime:
    """When the snooze is over; raises Invalid."""
    if (span is None) == (until is None):
        raise click.UsageError("Say for how long: --for 30m, or --until WHEN.")
    if span is None:
        assert until is not None
        return given.moment("until", until)
    now = given.app.clock.now()
    end = span.resolve("for", now if given.at is None else given.moment("at", given.at))
    given.pinned["until"] = to_iso(end)
    return end
