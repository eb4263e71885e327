"""Remove a text for good, and say exactly what was removed: which field of which event, never the text."""

from __future__ import annotations

from collections.abc import Iterator

import click

from adapters.cli.options import Given, key, verb
from adapters.cli.output import say
from adapters.cli.performing import give
from incident_core import commands as c
from incident_core.events import TextRedacted
from incident_core.ports.log import Answer, Result

GONE = (
    "This is gone for good: nothing can bring it back. Messages of ours outside are changed next; what people"
    " wrote there, and older backups and exports, are not.\n"
    "The database's own files may still hold it; type: incident db compact"
)


@click.command()
@key
@click.argument("entry")
@click.option("--reason", metavar="TEXT", help="Why; needed, and kept in the timeline.")
@verb
def redact(given: Given, key: str, entry: str, reason: str | None) -> None:
    """Remove a text from the record for good; who did it, when and why stays.

    ENTRY is an id, as `incident show` prints it (all that was ever written of it), title (every title it
    had), or the number of an event in `incident timeline`. Nothing is asked: this cannot be undone.

    \b
    Example:
      incident redact INC-42 u1 --reason "a customer's name"
    """
    answer = give(given, c.Redact, key, entry=entry, reason=reason)
    if answer.result is Result.ACCEPTED and not given.as_json:
        for line in _removed(given, answer):
            say(line)
        say(GONE)


def _removed(given: Given, answer: Answer) -> Iterator[str]:
    """What this command removed, by field and event."""
    app = given.app
    entries = app.reader.timeline(app.workspace, answer.key, given.actor) or ()
    types = {each.version: each.event.type for each in entries}
    for each in entries[answer.first_version - 1 : answer.last_version]:
        if isinstance(each.event, TextRedacted):
            version = each.event.version
            yield f"  removed: {each.event.field} of event {version} ({types.get(version, 'unknown')})"
