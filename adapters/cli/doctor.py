"""What a person checks when something seems wrong: the program, settings, database, queue, and Slack."""

from __future__ import annotations

from collections.abc import Iterator

import click

from adapters.cli import doctor_database, doctor_settings, output
from adapters.cli.app import App
from adapters.cli.doctor_check import Check
from adapters.cli.options import as_json
from adapters.cli.session import Session
from incident_core.errors import Invalid, Unavailable


@click.command()
@as_json
@click.pass_obj
@click.pass_context
def doctor(context: click.Context, session: Session, as_json: bool) -> None:
    """Check the installation, the settings and the database, and Slack and Redis where they are set up.

    Says which database that is, and of everything that is wrong what to do. It runs also where settings are
    refused, and makes nothing only to look at it. With SLACK_BOT_TOKEN set, asks Slack about the tokens, the
    scopes, the channel and the groups that the settings name, and counts the open sockets by opening one for
    a moment.

    Exits with 0 where all is well or only worth a warning, 6 where the database cannot be used, 1 where
    anything else is bad.

    \b
    Example:
      incident doctor
    """
    checks = [*doctor_settings.installation(), *_deployment(session)]
    if as_json:
        output.data([check._asdict() for check in checks])
    else:
        for check in checks:
            output.say(f"{check.state:7}  {check.name:12}  {check.found}")
    context.exit(_code(checks))


def _code(checks: list[Check]) -> int:
    bad = [check.name for check in checks if check.state == "bad"]
    return (6 if "connection" in bad else 1) if bad else 0


def _deployment(session: Session) -> Iterator[Check]:
    """Everything that needs the settings; where they are malformed, that is all there is to say."""
    from adapters.settings import BadSettings

    try:
        app = session.app_found
    except BadSettings as fault:
        yield from doctor_settings.malformed(fault)
        return
    except (Invalid, Unavailable) as fault:  # well-formed, and of no use: a permit of what nobody can do
        yield Check("bad", "settings", str(fault))
        return
    yield from doctor_settings.settings(app.settings)
    yield from doctor_settings.templates(app, session.slack.templates.look)
    yield from doctor_database.database(app)
    yield from _queue(app)
    yield from _slack(session)


def _queue(app: App) -> Iterator[Check]:
    """Nothing where there is no Redis."""
    found = app.queue()
    if found is not None:
        state, what = found
        yield Check(state, "redis", what)


def _slack(session: Session) -> Iterator[Check]:
    """Nothing where there is no bot."""
    if not session.found.slack_bot_token:
        return
    try:
        for state, name, found in session.slack.checks(session.found):
            yield Check(state, name, found)
    except Unavailable as fault:
        yield Check("bad", "slack", str(fault))
