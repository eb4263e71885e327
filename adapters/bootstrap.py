"""The composition root: the only module that knows every adapter, and joins them into one App."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from adapters.bootstrap_policy import mark, policy
from adapters.bootstrap_queue import bell_of_commands, bell_of_workers, queue_found
from adapters.cli.app import App, Done, Performing
from adapters.own_templates import own_templates
from adapters.settings import Settings
from adapters.storage import Database, open_database
from adapters.system import SystemClock, SystemIds
from incident_core.errors import Invalid, Unavailable
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity

if TYPE_CHECKING:
    from adapters.bootstrap_ops import Ops
    from adapters.queue.bell import Bell
    from adapters.queue.heads import Heads
    from adapters.queue.threads import Threads
    from adapters.review.renderer import Reviews
    from adapters.slack.definitions import Definitions
    from adapters.slack.identity import Identity
    from adapters.slack.words import Words
    from incident_core.commands import Command
    from incident_core.ports.clock import Clock
    from incident_core.ports.log import Answer
    from incident_core.ports.mirror import Mirror
    from incident_core.ports.observer import Observer
    from incident_core.ports.queue import Queue
    from incident_core.ports.reader import Reader
    from incident_core.ports.timers import Fired, Timers
    from incident_core.usecases.perform import Perform


def app(settings: Settings) -> App:
    """Everything that one run of the command line needs; connects to nothing yet."""
    ids, clock, rules = SystemIds(), SystemClock(), policy(settings)
    database = opened(settings, ids, rules)

    bell = bell_of_commands(settings, database.name)

    def given() -> Perform:
        return performing(database, clock, ids, rules, settings.workspace, "cli", bell)

    def close() -> None:
        database.close()
        if bell is not None:
            bell.close()

    return App(
        settings=settings,
        policy=rules,
        rules=lambda: rules if not rules.groups else given().rules(),
        perform=_performing(given),
        reader=watched(database.reader, given, rules, clock),
        ledger=database.ledger,
        views=database.views,
        statistics=lambda: database.statistics,
        intake=lambda: database.intake,
        backlog=lambda: database.backlog,
        timers=lambda: database.timers,
        findings=lambda: database.findings,
        reviews=lambda: reviews(settings),
        pruning=lambda: database.pruning,
        working=lambda: Working(database, outside(settings, clock), clock, mark(rules), settings),
        schema=database.schema,
        clock=clock,
        ids=ids,
        name=database.name,
        describe=database.describe,
        templates=lambda: template_faults(settings),
        queue=lambda: queue_found(settings, database.name),
        close=close,
    )


def opened(settings: Settings, ids: SystemIds, rules: Policy) -> Database:
    """The database of these settings; a commit to it tells their mirrors, and arms timers by these rules."""
    return open_database(
        settings.database_url,
        ids=ids,
        wait_seconds=settings.wait_seconds,
        mirrors=mirror_names(settings),
        policy=rules,
    )


@dataclass(frozen=True, slots=True)
class Working:
    """The workers over this database and these mirrors; `mark` stands for the policy of their timers.

    `ops` is what their process tells of itself; None where it tells nothing.
    """

    database: Database
    outside: Mapping[str, Mirror]
    clock: SystemClock
    mark: str
    settings: Settings
    ops: Ops | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The mirrors of this deployment."""
        return tuple(self.outside)

    def once(self) -> Done:
        """Do what is due now."""
        from adapters.queue.said import said

        fired = 0

        def told(new: Sequence[Fired]) -> None:
            nonlocal fired
            said(new)
            fired += len(new)

        self._begin()
        return Done(self._work(lambda: False, told, self.database.timers), fired)

    def forever(self, threads: int, began: Callable[[], object] = lambda: None) -> None:
        """Until SIGTERM or Ctrl-C, which end it in order once it `began`; what is away is waited for."""
        from adapters.bootstrap_ops import log, ops_of
        from adapters.queue.threads import Rung, Together, until_told

        log(self.settings)
        ops = ops_of(self.settings, self.database, self.names)
        mine = replace(self, outside=outside(self.settings, self.clock, told=ops.slack), ops=ops)
        bell = bell_of_workers(self.settings, self.database.name, ops.rang, ops.pulse.beat)
        workers = Rung(mine.threads(threads, bell), bell)
        beside = heads(self.settings, self.database, self.clock)
        until_told(ops.attended(Together((*beside, workers))), began)

    def drain(self, seconds: float, count: int) -> bool:
        """Do what is due, for so long and so often at most; whether there may be more."""
        from time import monotonic

        from adapters.queue.said import said

        until, claimed = monotonic() + seconds, 0

        def one_more() -> None:
            nonlocal claimed
            claimed += 1

        def enough() -> bool:
            return claimed > count or monotonic() > until

        self._begin()
        self._work(enough, said, self.database.timers, first=one_more)
        return enough()

    def threads(self, count: int, bell: Bell, first: Callable[[], None] = lambda: None) -> Threads:
        """So many workers, which this bell wakes; not begun yet. Each calls `first` before it claims."""
        from adapters.queue.said import said
        from adapters.queue.sparing import Sparing
        from adapters.queue.threads import Threads

        lock, begun, timers = Lock(), False, Sparing(self.database.timers)

        def later(when: datetime) -> None:
            bell.wake_in(max(0.0, (when - self.clock.now()).total_seconds()))

        def work(stopping: Callable[[], bool]) -> int:
            nonlocal begun
            with lock:
                if not begun:
                    self._begin()
                    begun = True

            def turning() -> bool:
                if self.ops is not None:
                    self.ops.pulse.beat()
                return stopping()

            return self._work(turning, said, timers, later, bell.wake, first)

        return Threads(work, bell, count)

    def _begin(self) -> None:
        """Bring up to date what was armed under other settings, and what no mirror of these has seen."""
        self.database.timers.rearm(self.mark)
        self.database.mirrors.adopt(self.names, self.clock.now())

    def _work(
        self,
        stopping: Callable[[], bool],
        told: Callable[[Sequence[Fired]], None],
        timers: Timers,
        later: Callable[[datetime], None] = lambda _: None,
        more: Callable[[], None] = lambda: None,
        first: Callable[[], None] = lambda: None,
    ) -> int:
        from adapters.queue.beside import side_by_side
        from incident_core.ports.observer import NOBODY
        from incident_core.usecases.work import Work

        return Work(
            self.database.mirrors,
            self.outside,
            self.clock,
            timers,
            side_by_side,
            stopping,
            told,
            later,
            more,
            first,
            claims=1,
            observer=NOBODY if self.ops is None else self.ops.observer,
        )()


def mirror_names(settings: Settings) -> tuple[str, ...]:
    """The mirrors that the settings switch on; a commit tells them, so it has to be known at once."""
    switched = {"webhook": settings.webhook_url, "slack": settings.slack_bot_token}
    return tuple(name for name, value in switched.items() if value)


def outside(
    settings: Settings,
    clock: SystemClock,
    bot: Identity | None = None,
    suspect: Callable[[str], object] = lambda _: None,
    told: Callable[[str, str, float], None] = lambda *_: None,
) -> dict[str, Mirror]:
    """The mirrors themselves, by name; they are called by nobody yet. `bot`: who it is in Slack, if known.

    `suspect` is told the id of a channel there that somebody may have changed by hand; `told` hears of each
    call of one of Slack's methods.
    """
    makers = {
        "webhook": lambda: _webhook(settings, clock),
        "slack": lambda: _slack(settings, bot, suspect, told),
    }
    return {name: makers[name]() for name in mirror_names(settings)}


_REVIEWED = {"never": (), "severe": ("sev1", "sev2"), "always": tuple(Severity)}


def definitions(settings: Settings) -> Definitions:
    """What roles and severities mean here; raises Invalid for a file that cannot be read."""
    from adapters.shipped import templates_directory
    from adapters.slack.definitions import read_definitions

    own = own_templates(settings)
    return read_definitions(*(() if own is None else (own,)), templates_directory() / "slack")


def words(settings: Settings) -> Words:
    """What the bot says here; raises Invalid for a file that cannot be read, or is not well-formed."""
    from adapters.shipped import templates_directory
    from adapters.slack.words import read_words

    return read_words(templates_directory() / "slack", own_templates(settings))


def reviews(settings: Settings) -> Reviews:
    """What writes review documents here; raises Invalid for a folder of templates that is not there."""
    from adapters.review.renderer import NAME, Reviews
    from adapters.shipped import templates_directory

    own = own_templates(settings)
    mine = None if own is None else own / NAME
    return Reviews(mine if mine is not None and mine.exists() else templates_directory() / "review" / NAME)


def template_faults(settings: Settings) -> tuple[str, ...]:
    """What is wrong with what reviews, roles and severities are written with, one sentence each."""
    from adapters.shipped import NotShipped

    found: dict[str, None] = {}
    for read in (reviews, definitions):
        try:
            read(settings)
        except (Invalid, NotShipped) as fault:
            found[str(fault)] = None
        except ModuleNotFoundError as error:
            found[f"Templates need {error.name}; run: pip install 'incident-core[slack]'"] = None
    return tuple(found)


def _webhook(settings: Settings, clock: SystemClock) -> Mirror:
    from adapters.integrations.webhook import Webhook

    return Webhook(
        settings.webhook_url,
        settings.webhook_secret,
        settings.workspace,
        clock,
        allow_private=settings.webhook_allow_private,
        private=settings.webhook_private,
    )


def heads(settings: Settings, database: Database, clock: SystemClock) -> tuple[Heads, ...]:
    """What notes the head of the log every day, where the settings say in which file."""
    if not settings.audit_head_file:
        return ()
    from pathlib import Path

    from adapters.queue.heads import Heads

    return (Heads(database.ledger, clock, Path(settings.audit_head_file)),)


def _slack(
    settings: Settings,
    bot: Identity | None,
    suspect: Callable[[str], object],
    told: Callable[[str, str, float], None],
) -> Mirror:
    """Raises Unavailable where the extra is not installed."""
    try:
        from adapters.slack.api import Api
        from adapters.slack.drawing.setup import Setup
        from adapters.slack.identity import identify
        from adapters.slack.late import LateMirror
    except ModuleNotFoundError as error:
        sentence = f"Slack needs {error.name}; run: pip install 'incident-core[slack]'"
        raise Unavailable(sentence) from error

    api = Api(settings.slack_bot_token, settings.slack_api_url, told=told)
    setup = Setup(
        bot_user="",
        prefix=settings.slack_channel_prefix,
        digest=settings.slack_digest_channel,
        group=settings.slack_response_group,
        command=settings.slack_commands[0],
        private=settings.slack_private,
        history=settings.slack_history,
        policy=policy(settings),
        guide=settings.guide_link,
        postmortems=settings.postmortems_link,
        about=settings.slack_channel_topic,
        invited=settings.slack_invited_group,
        review_at=frozenset(Severity(level) for level in _REVIEWED[settings.review_channel]),
        alarm=settings.slack_alarm,
        definitions=definitions(settings),
        words=words(settings),
    )
    return LateMirror(api, setup, lambda: bot or identify(api, settings), suspect)


def performing(
    database: Database,
    clock: SystemClock,
    ids: SystemIds,
    rules: Policy,
    workspace: str,
    source: str,
    queue: Queue | None = None,
    observer: Observer | None = None,
) -> Perform:
    """Perform, imported at the first command: a list has no use for the rules and their machines."""
    from incident_core.ports.observer import NOBODY
    from incident_core.usecases.perform import Perform

    return Perform(
        database.log,
        clock,
        ids,
        rules,
        workspace,
        source,
        queue,
        database.groups,
        database.reader,
        observer or NOBODY,
    )


def _performing(given: Callable[[], Perform]) -> Performing:
    def perform(command: Command, key: str | None = None, *, at_given: bool = False) -> Answer:
        return given()(command, key, at_given=at_given)

    return perform


def watched(reader: Reader, given: Callable[[], Perform], rules: Policy, clock: Clock) -> Reader:
    """The reader; where some may see every private incident, one that records that they looked."""
    if not rules.admins:
        return reader
    from incident_core.usecases.looking import Looking

    return Looking(reader, given(), rules, clock)
