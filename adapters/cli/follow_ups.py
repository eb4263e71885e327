"""The command that lists the open follow-ups of all incidents: one line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adapters.cli import output
from adapters.cli.options import Looking, reading
from adapters.cli.shown import REDACTED, cell

if TYPE_CHECKING:
    from datetime import datetime

    from incident_core.ports.reader import FollowUp

LIMIT = 50


@click.command()
@click.option("--mine", is_flag=True, help="Only what you are to do.")
@click.option("--overdue", is_flag=True, help="Only those whose day is over.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True,
    help="At most so many, those that are due first.",
)  # fmt: skip
@reading
def followups(looking: Looking, mine: bool, overdue: bool, limit: int) -> None:
    """List the open follow-ups of all incidents, what is due first before the others.

    Also those of closed incidents. One line for each, with tabs between key, id, due, overdue, owner and
    text, and - where there is nothing. To finish one: incident followup INC-42 done f1

    \b
    Example:
      incident followups --overdue
      incident followups --mine
    """
    app, actor = looking.app, looking.actor
    now = app.clock.now()
    owner, over_at = actor if mine else None, now if overdue else None
    found = app.reader.follow_ups(app.workspace, actor, limit, owner, over_at)
    if looking.as_json:
        output.array(_plain(each, now) for each in found)
    else:
        for each in found:
            output.say("\t".join(map(cell, _fields(each, now))))
    if not found:
        nothing = f"{'You have' if mine else 'There are'} no {'overdue' if overdue else 'open'} follow-ups"
        output.empty(nothing, app.name, as_json=looking.as_json)
    elif len(found) == limit and not looking.as_json:
        output.note(f"Those due first; there may be more: --limit {2 * limit} shows twice as many.")


def _fields(each: FollowUp, now: datetime) -> tuple[str | None, ...]:
    return (
        each.key,
        each.item,
        None if each.due is None else str(each.due),
        "overdue" if _over(each, now) else None,
        None if each.owner is None else str(each.owner),
        REDACTED if each.text is None else each.text,
    )


def _plain(each: FollowUp, now: datetime) -> dict[str, object]:
    due = None if each.due is None else {"on": each.due.on.isoformat(), "zone": each.due.zone}
    return {
        "key": each.key,
        "id": each.item,
        "text": each.text,
        "owner": None if each.owner is None else str(each.owner),
        "due": due,
        "overdue": _over(each, now),
        "private": each.private,
        "drill": each.drill,
    }


def _over(each: FollowUp, now: datetime) -> bool:
    return each.due is not None and each.due.over_at <= now
