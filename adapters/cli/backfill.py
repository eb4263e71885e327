"""Incidents from before, from a CSV file: a dry run first, and nothing twice."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from adapters.cli import output
from adapters.cli.batches import batches, incidents
from adapters.cli.csv_file import Record, opened
from adapters.cli.faults import Failed
from adapters.cli.options import Looking, reading
from adapters.cli.progress import counted, progress
from adapters.cli.shown import quoted

if TYPE_CHECKING:
    from incident_core.model.actor import Actor
    from incident_core.usecases.backfill import Backfill, Plan, Row
    from incident_core.usecases.backfilling.rows import Heading, Reading

SHOWN = 20
"""Lines that are named, where there are more of them."""

_SLACK = re.compile(r"(?:<@)?([UW][A-Z0-9]{7,})(?:\|[^>]*)?>?")


class _Zone(click.ParamType):  # type: ignore[type-arg]
    """The IANA name of a time zone."""

    name = "NAME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        try:
            return ZoneInfo(str(value))
        except (KeyError, ValueError, OSError):
            self.fail(f"{quoted(str(value))} is no time zone: write UTC or Europe/Berlin.", param, ctx)


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Write the new ones. [default: only say what would be done]")
@click.option("--zone", type=_Zone(), help="The time zone of times that do not say theirs: Europe/Berlin.")
@reading
def backfill(looking: Looking, path: Path, write: bool, zone: ZoneInfo | None) -> None:
    """Bring in incidents from before, with their own times, from a CSV file (- is standard input).

    The file is one of `incident export`, or of Case. Without --write, nothing is written: it says what would
    be. All rows have to be good. Given again, the same file brings in only what is not there yet.

    \b
    Example:
      incident backfill before.csv --write
    """
    from incident_core.usecases.backfilling.rows import heading

    gc.freeze()  # what is loaded by now is here to stay: to look through it again and again takes time
    faults: list[tuple[int, str]] = []
    service = _service(looking)
    with progress("examining") as told, opened(path) as records:
        first = next(records)
        found = heading(first.cells, looking.app.policy.roles)
        meaning = _reading(looking, found, service, zone)
        plan = service.plan(_rows(meaning, counted(records, told, lambda: None), faults))
    faults = sorted([*faults, *plan.faults], key=itemgetter(0))
    written = _written(service, plan) if write and not faults else None
    _tell(looking, path, found, plan, faults, written)
    if faults:
        raise Failed


def _service(looking: Looking) -> Backfill:
    from incident_core.usecases.backfill import Backfill

    app = looking.app
    return Backfill(app.intake(), app.ids, app.policy, app.workspace, looking.actor, app.clock.now())


def _reading(looking: Looking, found: Heading, service: Backfill, zone: ZoneInfo | None) -> Reading:
    from incident_core.usecases.backfilling.rows import Reading

    # The same few names stand in every row.
    person = lru_cache(maxsize=10_000)(partial(_person, looking))
    return Reading(found, person, service.by, service.now, zone)


def _person(looking: Looking, name: str) -> Actor:
    """Who is meant by a name, or by a bare id of Slack; the login name stands beside it."""
    from adapters.cli.people import giver

    slack = _SLACK.fullmatch(name)
    return giver(looking.app.settings, name if slack is None else f"slack:{slack[1]}")


def _rows(reading: Reading, records: Iterable[Record], faults: list[tuple[int, str]]) -> Iterator[Row]:
    """The rows that can be understood; what is wrong with the others is added to `faults`."""
    from incident_core.usecases.backfill import Row
    from incident_core.usecases.backfilling.rows import Fault

    for record in records:
        try:
            yield Row(record.line, reading.past(record.cells))
        except Fault as fault:
            faults.extend((record.line, sentence) for sentence in fault.sentences)


def _written(service: Backfill, plan: Plan) -> int:
    with batches("bringing in", "brought in") as (counter, bar):

        def told(written: int) -> None:
            counter.written = written
            bar(written, len(plan.new))

        return service.write(plan, told)


def _tell(
    looking: Looking,
    path: Path,
    found: Heading,
    plan: Plan,
    faults: list[tuple[int, str]],
    written: int | None,
) -> None:
    if looking.as_json:
        _tell_json(found, plan, faults, written)
        return
    if found.ignored:
        output.note(f"Not brought in: the columns {', '.join(found.ignored)}.")
    for line, sentence in faults[:SHOWN]:
        output.note(f"line {line}: {sentence}")
    if len(faults) > SHOWN:
        output.note(f"… and {len(faults) - SHOWN:,} more.")
    output.say(f"{_summary(path, found, plan, faults, written)} ({looking.app.name}).")


def _tell_json(found: Heading, plan: Plan, faults: list[tuple[int, str]], written: int | None) -> None:
    output.data(
        {
            "heading": found.kind,
            "new": len(plan.new),
            "there": plan.there,
            "changed": [{"line": row.line, "origin": row.past.origin} for row in plan.changed],
            "faults": [{"line": line, "sentence": sentence} for line, sentence in faults],
            "ignored": list(found.ignored),
            "written": written or 0,
        }
    )


def _summary(
    path: Path, found: Heading, plan: Plan, faults: list[tuple[int, str]], written: int | None
) -> str:
    """One line: what was done, or would be."""
    bad = len({line for line, _ in faults})
    new = f"{incidents(len(plan.new))} new" if written is None else f"{incidents(written)} brought in"
    parts = [new]
    if plan.there:
        parts.append(f"{plan.there:,} there already{_changes(plan)}")
    if bad:
        parts.append(f"{bad:,} {'row' if bad == 1 else 'rows'} cannot be taken")
    line = f"{path}, {found.kind}: {', '.join(parts)}"
    if written is None:
        line += "; nothing was written" if bad or not plan.new else "; add --write to bring them in"
    return line


def _changes(plan: Plan) -> str:
    """Which of those that are there say something else now."""
    if not plan.changed:
        return ""
    names = ", ".join(row.past.origin for row in plan.changed[:5])
    more = f" and {len(plan.changed) - 5:,} more" if len(plan.changed) > 5 else ""
    return f" (not changed, though the file says something else now: {names}{more})"
