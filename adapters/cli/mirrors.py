"""What is behind in the world outside, why, and when it is tried again; trying now, and giving up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from adapters.cli import output
from adapters.cli.faults import Failed
from adapters.cli.kinds import KeyType
from adapters.cli.options import Looking, as_json, looking
from adapters.cli.shown import cell, moment
from incident_core.ports.backlog import ALL

if TYPE_CHECKING:
    from incident_core.ports.backlog import Lag, Stuck
    from incident_core.ports.findings import Finding

LIMIT = 50


class _KeyOrAll(KeyType):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return ALL if str(value).strip().lower() == ALL else super().convert(value, param, ctx)


KEY = _KeyOrAll()


class _Showing(click.Group):
    """Without the name of a command, it shows: `incident mirrors INC-42`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Showing)
def mirrors() -> None:
    """Show what is behind in the world outside, and help it: try again, or give up.

    A mirror keeps one outside system in step with the incidents. `incident mirrors INC-42` is short for
    `incident mirrors show INC-42`. The key `all` stands for the list of all that is stale.

    \b
    Example:
      incident mirrors INC-42
    """


@mirrors.command()
@click.argument("key", type=KEY, required=False)
@click.option(
    "--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True, help="At most so many."
)
@as_json
@looking
def show(looking: Looking, key: str | None, limit: int) -> None:
    """Show which incidents are behind in which mirror, why, and when they are tried next.

    With KEY, also what is not behind. Cells have tabs between them: key, mirror, version shown, version
    wanted, reminders that are to be said, next try; and for each thing that failed a line with its slot,
    tries, next try and error.

    \b
    Example:
      incident mirrors show INC-42
    """
    app = looking.app
    found = app.backlog().lags(app.workspace, key, limit, looking.actor)
    if looking.as_json:
        output.array(map(plain, found))
    for line in () if looking.as_json else (line for lag in found for line in _lines(lag)):
        output.say(line)
    others = app.findings().open(app.workspace, limit, looking.actor)
    if any(key in (None, each.key) for each in others):
        output.note("Somebody changed things by hand outside: incident mirrors found")
    if not found:
        output.empty(
            "Nothing is behind" if key is None else f"No mirror knows {key}",
            app.name,
            as_json=looking.as_json,
        )


@mirrors.command()
@click.option(
    "--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True, help="At most so many."
)
@as_json
@looking
def found(looking: Looking, limit: int) -> None:
    """Show what somebody changed by hand outside and is left so, the oldest first.

    Cells have tabs between them: key, mirror, what, since when, and a sentence.

    \b
    Example:
      incident mirrors found
    """
    app = looking.app
    here = app.findings().open(app.workspace, limit, looking.actor)
    if looking.as_json:
        output.array(map(_plainly, here))
    for each in () if looking.as_json else here:
        output.say("\t".join((each.key, each.mirror, each.what, moment(each.noticed_at), each.sentence)))
    if not here:
        output.empty("Nobody changed anything by hand", app.name, as_json=looking.as_json)


def _plainly(each: Finding) -> dict[str, object]:
    from incident_core.model.times import to_iso

    return {
        "key": each.key,
        "mirror": each.mirror,
        "what": each.what,
        "noticed_at": to_iso(each.noticed_at),
        "sentence": each.sentence,
    }


@mirrors.command()
@click.argument("key", type=KEY, required=False)
@click.option("--mirror", metavar="NAME", help="Only in this mirror.")
@as_json
@looking
def retry(looking: Looking, key: str | None, mirror: str | None) -> None:
    """Try again, now, what failed: everything, or what belongs to one incident.

    \b
    Example:
      incident mirrors retry INC-42
    """
    app = looking.app
    count = app.backlog().retry(app.workspace, key, mirror, app.clock.now())
    if looking.as_json:
        output.data({"retried": count})
    else:
        output.say(f"{count:,} {'thing is' if count == 1 else 'things are'} tried again ({app.name}).")


@mirrors.command()
@click.argument("key", type=KEY)
@click.argument("mirror", metavar="MIRROR")
@click.argument("slot", metavar="SLOT")
@as_json
@looking
def skip(looking: Looking, key: str, mirror: str, slot: str) -> None:
    """Skip something that failed: nobody wants it any more, and what waits for it may go on.

    \b
    Example:
      incident mirrors skip INC-42 webhook say:webhook:7
    """
    app = looking.app
    if not app.backlog().skip(app.workspace, key, mirror, slot, app.clock.now()):
        output.note(f"Nothing named {cell(slot)} has failed in {cell(mirror)} for {key}.")
        raise Failed
    if looking.as_json:
        output.data({"skipped": slot})
    else:
        output.say(f"{key}: {cell(slot)} is skipped in {cell(mirror)}.")


def plain(lag: Lag) -> dict[str, object]:
    """A lag as JSON has it."""
    from incident_core.model.times import to_iso

    return {
        "key": lag.key,
        "mirror": lag.mirror,
        "shown": lag.shown,
        "wanted": lag.wanted,
        "unsaid": lag.unsaid,
        "next_at": None if lag.next_at is None else to_iso(lag.next_at),
        "error": lag.error,
        "stuck": [
            {
                "slot": each.slot,
                "attempts": each.attempts,
                "next_at": None if each.next_at is None else to_iso(each.next_at),
                "error": each.error,
                "stopped": each.stopped,
            }
            for each in lag.stuck
        ],
    }


def behind(found: Sequence[Lag]) -> Iterator[str]:
    """A line that names the mirrors that are not in step with an incident; none where all are."""
    words = [word for lag in found if (word := _state(lag))]
    if words:
        yield f"Mirrors: {', '.join(words)}; incident mirrors {found[0].key} says why"


def _state(lag: Lag) -> str:
    if any(each.stopped for each in lag.stuck):
        return f"{cell(lag.mirror)} is stopped"
    away = lag.shown < lag.wanted or lag.unsaid or lag.stuck
    return f"{cell(lag.mirror)} is behind" if away else ""


def _lines(lag: Lag) -> Iterator[str]:
    cells = (
        lag.key,
        lag.mirror,
        str(lag.shown),
        str(lag.wanted),
        str(lag.unsaid),
        moment(lag.next_at),
    )
    yield "\t".join(cells)
    for each in lag.stuck:
        yield "\t".join(("", cell(each.slot), str(each.attempts), _next(each), cell(each.error)))


def _next(stuck: Stuck) -> str:
    return "stopped" if stuck.stopped else moment(stuck.next_at)
