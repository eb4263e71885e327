"""Closing what is quiet: a dry run first, each by the ordinary command, and a refusal stops nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import click

from adapters.cli import output
from adapters.cli.batches import incidents
from adapters.cli.options import Given
from adapters.cli.progress import progress
from adapters.cli.shown import cell
from incident_core.model.stage import Stage

if TYPE_CHECKING:
    from incident_core.ports.log import Answer
    from incident_core.ports.reader import Summary

REFUSED = 3
"""The exit code where a rule stood against closing one of them."""

Function = Callable[..., None]


class Quiet(NamedTuple):
    """What is quiet: what can be closed, and what would have to be resolved first; the oldest first."""

    closing: tuple[Summary, ...]
    first: tuple[Summary, ...]


class Ended(NamedTuple):
    """What came of one: closed, unchanged, refused or gone; and, where it was not closed, why."""

    key: str
    result: str
    why: str = ""


def stale_options(function: Function) -> Function:
    """The options of `close` that are about many."""
    days = click.option(
        "--stale", type=click.IntRange(1, 3650), metavar="DAYS",
        help="Without KEY: all that nothing has happened to for so many days.",
    )  # fmt: skip
    write = click.option("--write", is_flag=True, help="With --stale: close them. [default: only say which]")
    return days(write(function))


def alone(*others: object) -> None:
    """Raises UsageError where something was given that goes with one incident, or --write without --stale."""
    *of_one, stale = others
    if stale is None:
        raise click.UsageError("--write goes with --stale DAYS")
    if any(each is not None for each in of_one):
        raise click.UsageError(
            "--stale closes many, each by the ordinary rules: it takes no KEY, --outcome, --duplicate-of, "
            "--at or --override"
        )


def close_stale(given: Given, days: int, *, write: bool) -> None:
    """Close what is quiet, or say what would be; exits with 3 where a rule stood against one of them."""
    quiet = _quiet(given, days)
    ended = _closed(given, quiet.closing) if write else []
    if given.as_json:
        _tell_json(days, quiet, ended if write else None)
    else:
        _tell(given, quiet, ended, write=write)
    if any(each.result == "refused" for each in ended):
        click.get_current_context().exit(REFUSED)


def _quiet(given: Given, days: int) -> Quiet:
    from incident_core.ports.reader import Query

    app = given.app
    stages = frozenset(stage for stage in Stage if stage is not Stage.CLOSED)
    query = Query(stages, quiet_since=app.clock.now() - timedelta(days=days))
    found = tuple(reversed(app.reader.list(app.workspace, query, given.actor)))
    burning = [each for each in found if each.stage is Stage.INCIDENT]
    return Quiet(tuple(each for each in found if each.stage is not Stage.INCIDENT), tuple(burning))


def _closed(given: Given, lines: tuple[Summary, ...]) -> list[Ended]:
    """Close them one by one; what ends it early says how many were closed, and how to go on."""
    from incident_core.errors import OutcomeUnknown, Unavailable

    run = given.command_key or str(given.app.ids.uuid())
    ended: list[Ended] = []

    def so_far() -> str:
        done = sum(each.result == "closed" for each in ended)
        return f"{incidents(done)} closed so far. The same command, with --key {run}, goes on from there."

    try:
        with progress("closing") as told:
            for line in lines:
                ended.append(_close(given, line.key, f"{run}:{line.key}"))
                told(len(ended), len(lines))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Interrupted; {so_far()}") from None
    except OutcomeUnknown as fault:
        raise Unavailable(f"Whether the last one was closed is not known; before it, {so_far()}") from fault
    except Unavailable as fault:
        raise Unavailable(f"{fault} {so_far()}") from fault
    return ended


def _close(given: Given, key: str, name: str) -> Ended:
    from incident_core.commands import Close
    from incident_core.errors import Conflict, NotFound
    from incident_core.ports.log import Result

    app = given.app
    command = Close(actor=given.actor, at=app.clock.now(), key=name)
    try:
        answer = app.perform(command, key)
    except (Conflict, NotFound) as fault:  # others were faster: they changed it, or made it private
        return Ended(key, "gone", str(fault))
    if answer.result is Result.REFUSED:
        return Ended(key, "refused", _why(answer))
    return Ended(key, "closed" if answer.result is Result.ACCEPTED else "unchanged")


def _why(answer: Answer) -> str:
    return " ".join(f"{each.sentence} → {each.remedy.line(answer.key)}" for each in answer.reasons)


def _tell_json(days: int, quiet: Quiet, ended: list[Ended] | None) -> None:
    results = {each.key: each for each in ended or ()}

    def plain(line: Summary) -> dict[str, object]:
        found = results.get(line.key)
        more = {} if found is None else {"result": found.result, "why": found.why}
        return {"key": line.key, "stage": line.stage.value, "title": line.title, **more}

    output.data(
        {
            "days": days,
            "written": ended is not None,
            "close": [plain(line) for line in quiet.closing],
            "resolve_first": [plain(line) for line in quiet.first],
        }
    )


def _tell(given: Given, quiet: Quiet, ended: list[Ended], *, write: bool) -> None:
    results = {each.key: each for each in ended}
    for line in quiet.closing:
        output.say(_line(line, results[line.key] if write else None))
    for line in quiet.first:
        output.say(f"{_named(line)}; resolve it first: incident resolve {line.key}")
    output.say(f"{_summary(quiet, ended, write=write)} ({given.app.name}).")


def _named(line: Summary) -> str:
    return f"{line.key}  {line.stage.value}, {line.severity.value}: {cell(line.title)}"


def _line(line: Summary, ended: Ended | None) -> str:
    if ended is None:
        return _named(line)
    why = f": {ended.why}" if ended.why else ""
    return f"{_named(line)}; {_RESULTS[ended.result]}{why}"


_RESULTS = {
    "closed": "closed",
    "unchanged": "was closed already",
    "refused": "refused",
    "gone": "not closed",
}


def _summary(quiet: Quiet, ended: list[Ended], *, write: bool) -> str:
    first = f", and {incidents(len(quiet.first))} to be resolved first" if quiet.first else ""
    if not quiet.closing:
        return f"unchanged: nothing quiet can be closed{first}"
    if not write:
        return f"{incidents(len(quiet.closing))} to be closed{first}; add --write to close them"
    closed = sum(each.result == "closed" for each in ended)
    left = f", {len(ended) - closed:,} not" if closed < len(ended) else ""
    return f"{incidents(closed)} closed{left}{first}"
