"""The command for whoever joins late: where we are, who is who, and what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from adapters.cli import armed, output
from adapters.cli.options import Looking, key, reading
from adapters.cli.page import evidence_line, section, task_line, update_line
from adapters.cli.shown import flags, isolated, moment, prose
from adapters.cli.words import words

if TYPE_CHECKING:
    from incident_core.guards.refusal import Reason
    from incident_core.ports.reader import Entry
    from incident_core.usecases.catchup import Catchup


@click.command()
@key
@reading
def catchup(looking: Looking, key: str) -> None:
    """Catch up with an incident: where we are, who is who, what has changed.

    For whoever joins late: the last updates, open tasks, the newest evidence, what was recorded in the last
    half hour, what is missing for the next move, and what reminds people next. All from the record.

    \b
    Example:
      incident catchup INC-42
    """
    from incident_core.usecases.catchup import catching_up

    app = looking.app
    now, rules = app.clock.now(), app.rules()
    found = catching_up(app.reader, app.timers(), rules, app.workspace, key, looking.actor, now)
    if looking.as_json:
        output.data(_plain(found))
    else:
        output.say("\n".join(_lines(found)))


def _lines(found: Catchup) -> Iterator[str]:
    incident = found.incident
    state = (incident.stage, incident.status, incident.severity, *flags(incident))
    yield f"{incident.key}  {prose(incident.title)}"
    yield f"{' · '.join(filter(None, state))} · since {moment(found.since)}"
    if found.impact is not None:
        yield f"Impact: {prose(found.impact)}"
    yield from section("Who is who", _roles(found))
    yield from section("The last updates", _or_not(map(update_line, found.updates), "None was sent yet."))
    yield from section("Open tasks", map(task_line, found.tasks))
    yield from section("In the last half hour", _or_not(_changes(found), "Nothing was recorded."))
    yield from section(
        f"The newest evidence ({found.evidence_in_all} in all)", map(evidence_line, found.evidence)
    )
    if found.next_move is not None:
        lines = (_reason(incident.key, each) for each in found.missing)
        yield from section(f"What is missing to {found.next_move} it", _or_not(lines, "Nothing."))
    yield from section(
        "What reminds us next", (f"{each.name}  {moment(each.due_at)}" for each in found.reminders)
    )


def _or_not(lines: Iterable[str], nothing: str) -> Iterator[str]:
    yield from list(lines) or [nothing]


def _roles(found: Catchup) -> Iterator[str]:
    width = max((len(role) for role, _ in found.roles), default=0)
    for role, holder in found.roles:
        yield f"{role:{width}}  {'nobody yet' if holder is None else isolated(str(holder))}"


def _changes(found: Catchup) -> Iterator[str]:
    for entry in found.changes:
        first, *rest = words(entry.event, entry.redacted).splitlines()
        yield f"{moment(entry.event.at)}  {isolated(str(entry.event.actor))}  {first}"
        yield from (f"  {line}" for line in rest)
    if left := found.changes_in_all - len(found.changes):
        yield f"and {left:,} before that: incident timeline {found.incident.key}"


def _reason(key: str, reason: Reason) -> str:
    return f"{isolated(reason.sentence)} → {reason.remedy.line(key)}"


def _plain(found: Catchup) -> dict[str, object]:
    from incident_core.model.times import to_iso
    from incident_core.record.document import document

    whole = document(found.incident)
    named = {name: None if who is None else str(who) for name, who in found.roles}
    return {
        **{name: whole[name] for name in ("key", "title", "stage", "status", "severity", "private", "drill")},
        "at": to_iso(found.at),
        "since": to_iso(found.since),
        "impact": found.impact,
        "roles": named,
        "updates": _chosen(whole["updates"], found.updates),
        "tasks": _chosen(whole["tasks"], found.tasks),
        "evidence": _chosen(whole["evidence"], found.evidence),
        "changes": list(map(_change, found.changes)),
        "next_move": None if found.next_move is None else found.next_move.value,
        "missing": [
            {"code": each.code, "reason": each.sentence, "remedy": each.remedy.line(found.incident.key)}
            for each in found.missing
        ],
        "reminders": list(map(armed.plain, found.reminders)),
    }


def _chosen(whole: Any, named: Iterable[Any]) -> list[object]:
    """As `show --json` has them."""
    ids = {each.id for each in named}
    return [each for each in whole if each["id"] in ids]


def _change(entry: Entry) -> dict[str, object]:
    from incident_core.model.times import to_iso
    from incident_core.record.telling import told

    event = entry.event
    return {
        "version": entry.version,
        "type": event.type,
        "actor": str(event.actor),
        "occurred_at": to_iso(event.at),
        "recorded_at": to_iso(entry.recorded_at),
        "said": told(event, entry.redacted),
    }
