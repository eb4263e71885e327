"""The commands that read many incidents: list and search; a table for a person, tabbed lines for a pipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from adapters.cli import output
from adapters.cli.kinds import WordType
from adapters.cli.options import Looking, reading
from adapters.cli.shown import REDACTED, cell, flags, moment
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage

if TYPE_CHECKING:
    from incident_core.ports.reader import Query, Summary

LIMIT = 50
F = TypeVar("F", bound=Callable[..., Any])
_OPEN = frozenset(stage for stage in Stage if stage is not Stage.CLOSED)


def _limited(which: str) -> Callable[[F], F]:
    return click.option(
        "--limit",
        type=click.IntRange(min=1),
        default=LIMIT,
        show_default=True,
        help=f"At most so many, {which}.",
    )


@click.command("list")
@click.option(
    "--stage", "stages", type=WordType(Stage), multiple=True, help="Only this stage; may be repeated."
)
@click.option(
    "--severity",
    "severities",
    type=WordType(Severity),
    multiple=True,
    help="Only this severity; may be repeated.",
)
@click.option("--all", "everything", is_flag=True, help="The closed ones too.")
@_limited("the newest")
@reading
def list_(
    looking: Looking,
    stages: tuple[Stage, ...],
    severities: tuple[Severity, ...],
    everything: bool,
    limit: int,
) -> None:
    """List incidents, the newest first; without --all or --stage, those that are not closed.

    Piped, it is one line per incident, with tabs between key, severity, stage, status, commander,
    opened_at, flags and title, and - where there is nothing.

    \b
    Example:
      incident list --stage incident --severity sev1 --severity sev2
    """
    from incident_core.ports.reader import Query

    wanted = frozenset(stages) or (frozenset() if everything else _OPEN)
    query = Query(wanted, frozenset(severities), limit)
    found = _documents(looking, query) if looking.as_json else _summaries(looking, query)
    if not found:
        output.empty(
            _NOTHING[bool(stages or severities), everything], looking.app.name, as_json=looking.as_json
        )


_NOTHING = {
    (False, True): "There are no incidents",
    (False, False): "There are no incidents, or all are closed: --all shows those",
    (True, True): "There are no such incidents",
    (True, False): "There are no such incidents",
}
"""By whether a stage or severity was asked for, and whether --all."""


@click.command()
@click.argument("text")
@_limited("the best")
@reading
def search(looking: Looking, text: str, limit: int) -> None:
    """Search every text of every incident; all the words must occur.

    A word matches whole, in whatever case; with * at its end, what begins so. Emoji are words, all other
    signs only separate them. Incidents with the most of the words in their titles come first, then the
    newest; of very many, the newest are looked at.

    \b
    Example:
      incident search "checkout laten*"
    """
    from incident_core.record.words import asked

    if not asked(text):
        raise click.BadParameter("there is no word to search for.", param_hint="'TEXT'")
    summaries = looking.app.reader.search(looking.app.workspace, text, looking.actor, limit)
    if looking.as_json:
        output.array(map(_plain, summaries))
    else:
        _print(summaries)
    if not summaries:
        output.empty("Nothing was found", looking.app.name, as_json=looking.as_json)
    elif len(summaries) == limit and not looking.as_json:
        _beside(f"The best {limit:,}; there may be more: --limit {2 * limit} shows twice as many.")


def _documents(looking: Looking, query: Query) -> bool:
    return output.array(looking.app.reader.documents(looking.app.workspace, query, looking.actor))


def _summaries(looking: Looking, query: Query) -> bool:
    reader, workspace = looking.app.reader, looking.app.workspace
    summaries = reader.list(workspace, query, looking.actor)
    _print(summaries)
    if len(summaries) == query.limit:
        total = reader.count(workspace, query, looking.actor)
        if total > query.limit:
            _beside(f"{query.limit:,} of {total:,}; --limit {total} shows them all.")
    return bool(summaries)


def _beside(line: str) -> None:
    """Something about the list: below it for a person, beside the data where that is read on."""
    (output.say if output.on_terminal() else output.note)(line)


def _print(summaries: Sequence[Summary]) -> None:
    if summaries and output.on_terminal():
        from adapters.cli.table import table

        table(summaries)
    else:
        for summary in summaries:
            output.say("\t".join(map(cell, _fields(summary))))


def _fields(summary: Summary) -> tuple[str | None, ...]:
    return (
        summary.key,
        summary.severity.value,
        summary.stage.value,
        None if summary.status is None else summary.status.value,
        None if summary.commander is None else str(summary.commander),
        moment(summary.opened_at),
        ",".join(flags(summary)) or None,
        REDACTED if summary.title is None else summary.title,
    )


def _plain(summary: Summary) -> dict[str, object]:
    names = ("key", "severity", "stage", "status", "commander")
    found = {name: _text(getattr(summary, name)) for name in names}
    from incident_core.model.times import to_iso

    return found | {
        "title": summary.title,
        "private": summary.private,
        "drill": summary.drill,
        "opened_at": to_iso(summary.opened_at),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
