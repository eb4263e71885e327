"""What a person checks when something seems wrong: the program, the settings, the database, and Slack."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

import click

from adapters import shipped
from adapters.cli import output
from adapters.cli.app import App, Description
from adapters.cli.options import as_json
from adapters.cli.session import Session
from incident_core.errors import IncidentError, Unavailable

SLACK = timedelta(minutes=1)
"""A worker that is busy may fire this late."""


class Check(NamedTuple):
    """One thing that was looked at: ok, warning or bad; what it is called, and what was found."""

    state: str
    name: str
    found: str


@click.command()
@as_json
@click.pass_obj
@click.pass_context
def doctor(context: click.Context, session: Session, as_json: bool) -> None:
    """Check the installation, the settings and the database, and Slack where it is set up.

    Says which database that is. With SLACK_BOT_TOKEN set, asks Slack about the tokens, the scopes, the
    channel and the group that the settings name, and counts the open sockets by opening one for a moment.

    Exits with 0 where all is well or only worth a warning, 6 where the database cannot be used, 1 where
    anything else is bad.

    \b
    Example:
      incident doctor
    """
    app = session.app
    checks = [*_installation(), *_database(app), *_slack(session)]
    if as_json:
        output.data([check._asdict() for check in checks])
    else:
        for check in checks:
            output.say(f"{check.state:7}  {check.name:12}  {check.found}")
    context.exit(_code(checks))


def _code(checks: list[Check]) -> int:
    bad = [check.name for check in checks if check.state == "bad"]
    return (6 if "connection" in bad else 1) if bad else 0


def _installation() -> Iterator[Check]:
    from adapters.cli.version import version

    yield Check("ok", "program", f"{shipped.DISTRIBUTION} {version()}, Python {platform.python_version()}")
    owners = shipped.owners_of_adapters()
    others = [name for name in owners if name != shipped.DISTRIBUTION]
    if others:
        clash = f"also installed by {', '.join(others)}, which overwrites it: uninstall that"
        yield Check("bad", "packages", f"the package `adapters` is {clash}, then install this again.")
    else:
        yield Check("ok", "packages", "the package `adapters` is ours")
    for name, find in _FOLDERS:
        yield _found(name, find)


_FOLDERS: tuple[tuple[str, Callable[[], object]], ...] = (
    ("migrations", shipped.migrations_directory),
    ("words", shipped.templates_directory),
)


def _found(name: str, find: Callable[[], object]) -> Check:
    try:
        return Check("ok", name, str(find()))
    except shipped.NotShipped as fault:
        return Check("bad", name, str(fault))


def _slack(session: Session) -> Iterator[Check]:
    """Nothing where there is no bot."""
    if not session.settings.slack_bot_token:
        return
    try:
        for state, name, found in session.slack.checks(session.settings):
            yield Check(state, name, found)
    except Unavailable as fault:
        yield Check("bad", "slack", str(fault))


def _database(app: App) -> Iterator[Check]:
    yield Check("ok", "database", app.name)
    try:
        described = app.describe()
    except Unavailable as fault:
        yield Check("bad", "connection", str(fault))
        return
    journal = "" if described.journal_mode is None else f", journal {described.journal_mode}"
    yield Check("ok", "connection", f"{described.server} through {described.driver}{journal}")
    writable = "can be written" if described.writable else "can only be read: no command will be recorded"
    yield Check("ok" if described.writable else "bad", "writing", writable)
    for warning in described.warnings:
        yield Check("warning", "database", warning)
    yield from _schema(app, described)


def _schema(app: App, described: Description) -> Iterator[Check]:
    """Nothing is made only to be looked at: where there are no tables, this says who makes them."""
    if described.revision is None:
        itself = described.kind == "SQLite"
        makes = "the first command makes them" if itself else "incident db upgrade makes them"
        yield Check("warning" if itself else "bad", "schema", f"there are no tables yet; {makes}")
        return
    try:
        findings = app.schema.check()
        with app.ledger.read() as pages:
            head = pages.head()
    except IncidentError as fault:
        yield Check("bad", "schema", str(fault))
        return
    for finding in findings:
        yield Check("bad", "schema", finding)
    if not findings:
        yield Check("ok", "schema", f"revision {described.revision}")
    yield Check("ok", "log", f"{head.count:,} events; `incident audit verify` checks them")
    if not findings:
        yield _mirrors(app)
        yield _timers(app)


def _mirrors(app: App) -> Check:
    """Whether the world outside is in step."""
    try:
        names = ", ".join(app.working().names) or "none is configured"
    except (
        ModuleNotFoundError,
        Unavailable,
    ) as fault:  # one of them was not installed: its own line says more
        return Check("bad", "mirrors", str(fault))
    behind, stopped = app.backlog().count(app.workspace)
    if behind or stopped:
        found = f"{names}; {behind:,} behind, {stopped:,} stopped: `incident mirrors` says why"
        return Check("warning", "mirrors", found)
    return Check("ok", "mirrors", f"{names}; nothing is behind")


def _timers(app: App) -> Check:
    """Whether somebody fires them."""
    late = app.timers().late(app.workspace, app.clock.now() - SLACK)
    if late:
        are = "1 timer is" if late == 1 else f"{late:,} timers are"
        return Check("warning", "timers", f"{are} late, since nobody fires them: run `incident worker`")
    return Check("ok", "timers", "none is late")
