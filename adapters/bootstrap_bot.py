"""The composition of the bot's process: what listens to Slack, what answers, and the workers beside it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Protocol

from adapters.bootstrap import (
    Working,
    definitions,
    heads,
    mirror_names,
    opened,
    outside,
    performing,
    reviews,
    watched,
    words,
)
from adapters.bootstrap_ops import Ops, log, ops_of
from adapters.bootstrap_policy import mark, policy
from adapters.bootstrap_queue import bell_of_workers
from adapters.cli.output import note
from adapters.cli.version import version
from adapters.queue.bell import Bell
from adapters.queue.threads import Rung, until_told
from adapters.settings import Settings
from adapters.slack.api import Api
from adapters.slack.bot import drifted
from adapters.slack.bot.app import bolt_app
from adapters.slack.bot.desk import Desk, Team
from adapters.slack.bot.heard import Heard
from adapters.slack.bot.pool import Pool
from adapters.slack.drift.acting import Hand, Ports
from adapters.slack.drift.asking import Eyes
from adapters.slack.drift.looking import Look
from adapters.slack.drift.watch import Watch
from adapters.slack.everybody import Everybody
from adapters.slack.features import Features
from adapters.slack.groups import Members
from adapters.slack.http import Http
from adapters.slack.identity import Identity, identify
from adapters.slack.sockets import Sockets
from adapters.slack.turns import Turns
from adapters.storage import Database
from adapters.system import SystemClock, SystemIds
from incident_core.errors import IncidentError
from incident_core.usecases.perform import Perform

WAIT = 2.0
"""Seconds that a command waits for the database, at most: Slack gives up after three."""

_LOG = logging.getLogger("incident.slack")

BESIDE = 8
"""Threads for what follows an acknowledgement: answers, modals, files."""


class Front(Protocol):
    """What listens; `where`, for people: over Socket Mode, or at a place."""

    @property
    def where(self) -> str: ...

    def start(self) -> None:
        """Begin; raises Unavailable."""
        ...

    def fault(self) -> str | None:
        """Why nothing comes in, in a sentence; None where it can."""
        ...

    def stop(self) -> None:
        """Take nothing more."""
        ...


class Beside(Protocol):
    """What asks Slack for facts now and then, on a thread of its own."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Bot:
    """The whole process. First it works, then it listens; first it hears no more, then it ends its work.

    `beside` is what asks Slack for facts now and then; `hears` is what it is told once it listens.
    `ops` is what the process tells of itself.
    """

    front: Front
    workers: Rung | None
    beside: Sequence[Beside]
    pool: Pool
    database: Database
    hears: str
    bell: Bell
    ops: Ops

    def start(self) -> None:
        """Begin; raises Unavailable."""
        if self.workers is not None:
            self.workers.start()
        for each in self.beside:
            each.start()
        self.front.start()
        note(self.hears.format(where=self.front.where))

    def stop(self) -> None:
        """End; calls that are under way are waited for."""
        self.front.stop()
        for each in self.beside:
            each.stop()
        if self.workers is not None:
            self.workers.stop()
        self.pool.close()
        self.bell.close()
        self.database.close()


def slack_bot(settings: Settings, *, http: tuple[str, int] | None, worker: bool, threads: int | None) -> None:
    """Be the bot until SIGTERM or Ctrl-C; raises Unavailable and Invalid where it cannot begin."""
    log(settings)
    bot = made(settings, http=http, worker=worker, threads=threads)
    until_told(bot.ops.attended(bot, bot.front.fault))


def made(
    settings: Settings,
    *,
    http: tuple[str, int] | None = None,
    worker: bool = True,
    threads: int | None = None,
) -> Bot:
    """The bot, not yet begun; raises Unavailable and Invalid for what Slack says of its token."""
    settings = replace(settings, wait_seconds=min(settings.wait_seconds, WAIT))
    ids, clock, rules = SystemIds(), SystemClock(), policy(settings)
    database = opened(settings, ids, rules)
    ops = ops_of(settings, database, mirror_names(settings))
    api = Api(settings.slack_bot_token, settings.slack_api_url, told=ops.slack)
    identity = identify(api, settings)
    perform = performing(database, clock, ids, rules, settings.workspace, "slack", observer=ops.observer)
    desk = _desk(settings, identity, database, perform)
    pool = Pool(BESIDE)
    bell = bell_of_workers(settings, database.name, ops.rang, ops.pulse.beat)

    turns = Turns(bell.wake, pool.release, ops.came)
    members = _members(settings, api, database, desk)
    regroup = members.soon if members is not None else _nothing
    watch = _watch(settings, api, database, desk, bell.wake)
    front = _front(settings, desk, pool, http, turns, _ready(database), regroup, watch, ops)
    mirrors = outside(settings, clock, identity, watch.suspect, ops.slack)
    working = Working(database, mirrors, clock, mark(rules), settings, ops)
    count = threads or settings.slack_workers
    workers = Rung(working.threads(count, bell, turns.wait), bell) if worker else None
    names = Everybody(api, desk.directory) if desk.features.names else None
    noting = heads(settings, database, clock)
    beside = [each for each in (names, members, watch, *noting) if each is not None]
    return Bot(front, workers, beside, pool, database, _hears(settings, identity), bell, ops)


def _nothing() -> None:
    """Nobody has to know."""


def _members(settings: Settings, api: Api, database: Database, desk: Desk) -> Members | None:
    """What keeps the members of the user groups that may do something; None where there are none."""
    groups = desk.policy.groups
    if not groups:
        return None
    return Members(api, database.groups, settings.workspace, groups, desk.actor, desk.clock)


def _watch(settings: Settings, api: Api, database: Database, desk: Desk, wake: Callable[[], object]) -> Watch:
    """What looks at what people change in Slack by hand."""
    end, features = Event(), desk.features
    ports = Ports(
        settings.workspace,
        database.whereabouts,
        database.findings,
        database.mirrors,
        database.backlog,
        desk.clock,
    )
    eyes = Eyes(api, end, private=features.private)
    look = Look(ports, eyes, Hand(ports, wake), desk.prefix, features.private, features.names)
    minutes = settings.slack_look_every
    return Watch(look, end, timedelta(minutes=minutes) if minutes else None)


def _drifted(watch: Watch, heard: Heard) -> None:
    told = drifted.told(heard)
    if told is not None:
        watch.told(told)


def _hears(settings: Settings, identity: Identity) -> str:
    """What whoever began it is told, but for where it listens."""
    names, team = " and ".join(settings.slack_commands), identity.team.replace("{", "").replace("}", "")
    missing = " There is no digest channel: set INCIDENTS_DIGEST_CHANNEL."
    digest = "" if settings.slack_digest_channel else missing
    return f"Listening to {names} in {team} {{where}}; Ctrl-C ends it.{digest}"


def _desk(settings: Settings, identity: Identity, database: Database, perform: Perform) -> Desk:
    return Desk(
        perform=perform,
        reader=watched(database.reader, lambda: perform, perform.policy, perform.clock),
        whereabouts=database.whereabouts,
        statistics=database.statistics,
        timers=database.timers,
        backlog=database.backlog,
        policy=perform.policy,
        clock=perform.clock,
        workspace=settings.workspace,
        team=Team(
            identity.team_id,
            identity.domain,
            identity.bot_user,
            identity.enterprise,
            identity.bot_id,
            identity.name,
        ),
        review=reviews(settings).written,
        allowed=frozenset(settings.slack_allowed_workspaces),
        export_users=frozenset(settings.slack_export_users),
        commands=settings.slack_commands,
        per_minute=settings.slack_per_minute,
        prefix=settings.slack_channel_prefix,
        features=Features.of(settings),
        timezone=settings.timezone,
        people=settings.people,
        emoji=settings.slack_emoji,
        version=version(),
        database=settings.database_url.partition(":")[0].partition("+")[0],
        definitions=definitions(settings),
        holds=database.mirrors,
        words=words(settings),
    )


def _front(
    settings: Settings,
    desk: Desk,
    pool: Pool,
    http: tuple[str, int] | None,
    turns: Turns,
    ready: Callable[[], str | None],
    regroup: Callable[[], object],
    watch: Watch,
    ops: Ops,
) -> Front:
    secret = None if http is None else settings.slack_signing_secret
    app = bolt_app(
        desk,
        settings.slack_bot_token,
        settings.slack_api_url,
        pool,
        signing_secret=secret,
        regroup=regroup,
        drifted=partial(_drifted, watch),
        told=ops.slack,
    )
    if http is None:
        token, api_url = settings.slack_app_token, settings.slack_api_url
        return Sockets(app, token, api_url, turns, told=ops.connected, turned=ops.pulse.beat)
    return Http(app, *http, turns, ready, turned=ops.pulse.beat)


def _ready(database: Database) -> Callable[[], str | None]:
    def ready() -> str | None:
        try:
            described = database.describe()
        except IncidentError as fault:
            _LOG.warning("Not ready: %s", fault)  # whoever asks may be anybody
            return "The database cannot be used."
        return None if described.writable else "The database can only be read."

    return ready
