"""The composition root: the only module that knows every adapter, and joins them into one App."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.cli.app import App, Performing
from adapters.settings import Settings
from adapters.storage import Database, open_database
from adapters.system import SystemClock, SystemIds
from incident_core.model.policy import Policy
from incident_core.model.role import STANDARD_ROLES
from incident_core.model.severity import Severity

if TYPE_CHECKING:
    from incident_core.commands import Command
    from incident_core.ports.log import Answer
    from incident_core.ports.mirror import Mirror


def app(settings: Settings) -> App:
    """Everything that one run of the command line needs; connects to nothing yet."""
    ids = SystemIds()
    database = open_database(
        settings.database_url, ids=ids, wait_seconds=settings.wait_seconds, mirrors=mirror_names(settings)
    )
    clock, rules = SystemClock(), policy(settings)
    return App(
        settings=settings,
        policy=rules,
        perform=_performing(database, clock, ids, rules, settings.workspace),
        reader=database.reader,
        ledger=database.ledger,
        views=database.views,
        statistics=lambda: database.statistics,
        intake=lambda: database.intake,
        backlog=lambda: database.backlog,
        working=lambda: Working(database, outside(settings, clock), clock),
        schema=database.schema,
        clock=clock,
        ids=ids,
        name=database.name,
        describe=database.describe,
        close=database.close,
    )


@dataclass(frozen=True, slots=True)
class Working:
    """The workers over this database and these mirrors."""

    database: Database
    outside: Mapping[str, Mirror]
    clock: SystemClock

    @property
    def names(self) -> tuple[str, ...]:
        """The mirrors of this deployment."""
        return tuple(self.outside)

    def once(self) -> int:
        """Do what is due now."""
        return self._work(lambda: False)

    def forever(self, threads: int) -> None:
        """Until SIGTERM or Ctrl-C."""
        from adapters.queue.bell import Bell
        from adapters.queue.threads import Threads, until_told

        until_told(Threads(self._work, Bell(), threads))

    def _work(self, stopping: Callable[[], bool]) -> int:
        from incident_core.usecases.work import Work

        return Work(self.database.mirrors, self.outside, self.clock, stopping=stopping)()


def mirror_names(settings: Settings) -> tuple[str, ...]:
    """The mirrors that the settings switch on; a commit tells them, so it has to be known at once."""
    return ("webhook",) if settings.webhook_url else ()


def outside(settings: Settings, clock: SystemClock) -> dict[str, Mirror]:
    """The mirrors themselves, by name."""
    if not settings.webhook_url:
        return {}
    from adapters.integrations.webhook import Webhook

    return {
        "webhook": Webhook(
            settings.webhook_url,
            settings.webhook_secret,
            settings.workspace,
            clock,
            allow_private=settings.webhook_allow_private,
            private_texts=settings.webhook_private_texts,
        )
    }


def policy(settings: Settings) -> Policy:
    """The process rules of this deployment."""
    return Policy(
        roles=(*STANDARD_ROLES, *settings.extra_roles),
        required_roles=settings.required_roles,
        review_to_close=settings.review_to_close,
        reason_to_lower=frozenset(map(Severity, settings.reason_to_lower)),
    )


def _performing(
    database: Database, clock: SystemClock, ids: SystemIds, rules: Policy, workspace: str
) -> Performing:
    """Perform, imported at the first command: a list has no use for the rules and their machines."""

    def perform(command: Command, key: str | None = None, *, at_given: bool = False) -> Answer:
        from incident_core.usecases.perform import Perform

        give = Perform(
            log=database.log, clock=clock, ids=ids, policy=rules, workspace=workspace, source="cli"
        )
        return give(command, key, at_given=at_given)

    return perform
