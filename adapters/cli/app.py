"""What the command line is handed: the ports, composed elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.settings import Settings
    from incident_core.commands import Command
    from incident_core.model.policy import Policy
    from incident_core.ports.backlog import Backlog
    from incident_core.ports.clock import Clock
    from incident_core.ports.findings import Findings
    from incident_core.ports.ids import Ids
    from incident_core.ports.intake import Intake
    from incident_core.ports.ledger import Ledger
    from incident_core.ports.log import Answer
    from incident_core.ports.pruning import Pruning
    from incident_core.ports.reader import Reader
    from incident_core.ports.statistics import Statistics
    from incident_core.ports.timers import Timers
    from incident_core.ports.views import Views
    from incident_core.record.chain import Head
    from incident_core.record.reviewed import Review


class Performing(Protocol):
    """The use case Perform, loaded when it is first called."""

    def __call__(self, command: Command, key: str | None = None, *, at_given: bool = False) -> Answer: ...


class Done(NamedTuple):
    """What a worker did: incidents that were brought into step, and reminders that fired."""

    settled: int
    fired: int


class Working(Protocol):
    """What fires the timers and keeps the mirrors in step; every method may raise Unavailable."""

    @property
    def names(self) -> tuple[str, ...]:
        """The mirrors of this deployment."""
        ...

    def once(self) -> Done:
        """Do what is due now."""
        ...

    def forever(self, threads: int, began: Callable[[], object] = ...) -> None:
        """Do what is due, whenever it is, until SIGTERM or Ctrl-C."""
        ...


class Reviews(Protocol):
    """What writes the review of an incident; every method raises Invalid for a template that is wrong."""

    def written(self, review: Review) -> str:
        """The whole document."""
        ...

    def renewed(self, review: Review, existing: str) -> str:
        """The same, with what people wrote in the one that there is.

        Raises Invalid, whose field is `output`, with the rest of a sentence about a document that is
        something else.
        """
        ...


class Description(Protocol):
    """What is known about a database; None where it does not apply."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def driver(self) -> str: ...
    @property
    def server(self) -> str: ...
    @property
    def journal_mode(self) -> str | None: ...
    @property
    def revision(self) -> str | None: ...
    @property
    def writable(self) -> bool: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...


class Schema(Protocol):
    """The shape of the database; every method may raise Unavailable."""

    def upgrade(self, progress: Callable[[str], None] | None = None) -> tuple[str, ...]:
        """Bring it up to date, telling each step; the migrations that were applied."""
        ...

    def compact(self) -> None:
        """Leave nothing of rows that were removed or changed in the database's own files."""
        ...

    def backup(
        self, place: Path, told: Callable[[int, int | None], None], *, over: bool, whole: bool
    ) -> Head:
        """Copy it to the file `place` while others write, or raise and leave nothing; the head of the copy.

        `over`: a file that is there is replaced. `whole`: the copy is verified event by event. Raises Invalid
        where this is done otherwise, or the place cannot be taken, OSError, and IncidentError.
        """
        ...

    def check(self) -> tuple[str, ...]:
        """One sentence for each difference between the database and this program."""
        ...

    def stage(self, description: str) -> Path:
        """Write a new migration; where it is."""
        ...


@dataclass(frozen=True, slots=True)
class App:
    """One workspace in one database, not connected yet; `name` is that database as people may see it.

    `rules` is the policy with the members of the user groups that it names, as far as they are known.
    `templates` looks through the texts that people are shown: a sentence for each fault.
    `queue` looks at Redis: `ok`, `warning` or `bad`, and a sentence; None where there is none.
    """

    settings: Settings
    policy: Policy
    rules: Callable[[], Policy]
    perform: Performing
    reader: Reader
    ledger: Ledger
    views: Views
    statistics: Callable[[], Statistics]
    intake: Callable[[], Intake]
    backlog: Callable[[], Backlog]
    timers: Callable[[], Timers]
    findings: Callable[[], Findings]
    reviews: Callable[[], Reviews]
    pruning: Callable[[], Pruning]
    working: Callable[[], Working]
    schema: Schema
    clock: Clock
    ids: Ids
    name: str
    describe: Callable[[], Description]
    templates: Callable[[], tuple[str, ...]]
    queue: Callable[[], tuple[str, str] | None]
    close: Callable[[], None]

    @property
    def workspace(self) -> str:
        return self.settings.workspace
