"""The Statistics in a database: one transaction, of as many statements however much there is.

Counts come from indexes; lengths of time from the rows of what was opened in the window, or, for the whole
history, from the indexes in which they are in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from adapters.storage import statistics_lengths as lengths
from adapters.storage import statistics_tallies as tallies
from adapters.storage.figures import since_epoch
from adapters.storage.sight import sight_of
from adapters.storage.statistics_report import Found, composed
from adapters.storage.statistics_scope import Scope
from adapters.storage.store import Store
from incident_core.errors import Unavailable
from incident_core.model.actor import Actor
from incident_core.model.window import ALWAYS, Window
from incident_core.ports.statistics import Grouping, Report


@dataclass(frozen=True, slots=True)
class SqlStatistics:
    """The Statistics over a Store; each report is as of one moment. `admins` see everything."""

    store: Store
    admins: frozenset[Actor] = frozenset()

    def report(
        self, workspace: str, window: Window, viewer: Actor, now: datetime, by: Grouping | None = None
    ) -> Report:
        """What the window came to."""
        scope, until = Scope(workspace, window, sight_of(viewer, self.admins)), since_epoch(now)
        try:
            with self.store.reading() as connection:
                found = _found(connection, scope, until, by)
            return composed(found, window, until, by)
        except (
            TypeError,
            ValueError,
            OverflowError,
        ) as error:  # SQLite keeps anything in a column of numbers
            raise Unavailable(
                "The database is damaged: figures of incidents cannot be read; run: incident db rebuild"
            ) from error


def _found(connection: Connection, scope: Scope, until: int, by: Grouping | None) -> Found:
    """Everything that is asked of the database."""
    weeks = tallies.weekly(connection, scope, until)
    commanders = tallies.by_commander(connection, scope, reasons=by is Grouping.COMMANDER)
    tallied = {Grouping.WEEK: weeks, Grouping.COMMANDER: commanders}
    if by is Grouping.SEVERITY:
        tallied[by] = tallies.by_severity(connection, scope)
    beside = connection.execute(scope.beside()).one()
    # A window around everything is none: what is in order already need not be read and sorted.
    around = beside.first is None or (beside.first in scope.window and beside.last in scope.window)
    always = scope.window == ALWAYS or (around and by is None)
    values = {} if always and by is None else lengths.collected(connection, scope, by)
    return Found(
        tallied=tallied,
        hours=tallies.hourly(connection, scope),
        declared=tallies.declared(connection, scope, by or Grouping.WEEK),
        beside=beside._mapping,
        everything=lengths.walked(connection, scope) if always else lengths.together(values),
        groups={} if by is None else {key: lengths.measured(each) for key, each in values.items()},
    )
