"""Slack from the command line: the manifest of its app, and the process that is the bot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import click

from adapters.cli import output
from adapters.cli.options import Looking, looking

if TYPE_CHECKING:
    from adapters.cli.session import Session
    from adapters.settings import SettingLine, Settings

_BOTS_PAGE = "the page of the app at https://api.slack.com/apps, under"
BOT_TOKEN = ("SLACK_BOT_TOKEN", f"the bot token (xoxb-…) is on {_BOTS_PAGE} OAuth & Permissions")
APP_TOKEN = (
    "SLACK_APP_TOKEN",
    f"make an app-level token (xapp-…) with connections:write on {_BOTS_PAGE} Basic Information, "
    "or listen with --http HOST:PORT instead",
)
SIGNING_SECRET = ("SLACK_SIGNING_SECRET", f"it is on {_BOTS_PAGE} Basic Information")


class Where(NamedTuple):
    """A place to listen at."""

    host: str
    port: int


class _Where(click.ParamType):  # type: ignore[type-arg]
    name = "HOST:PORT"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Where:
        if isinstance(value, Where):
            return value
        found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})", str(value))
        if found is None or int(found[3]) > 65535:
            self.fail(f"{str(value)!r} is no place to listen at, such as 127.0.0.1:3000.", param, ctx)
        return Where(found[1] or found[2], int(found[3]))


class _Address(click.ParamType):  # type: ignore[type-arg]
    name = "URL"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from adapters.setting_kinds import endpoint

        text = str(value)
        try:
            good = bool(endpoint(text)) and "?" not in text
        except ValueError:
            good = False
        if not good:
            self.fail("Give the address at which Slack reaches the bot: https://bot.example.org.", param, ctx)
        return text


@click.group()
def slack() -> None:
    """Run the Slack bot, and make the manifest of its app.

    \b
    Example:
      incident slack manifest
      incident slack run
    """


@slack.command()
@click.option(
    "--url",
    type=_Address(),
    help="Where Slack reaches the bot over HTTP.  [default: Socket Mode, no address]",
)
@looking
def manifest(looking: Looking, url: str | None) -> None:
    """Print the manifest of the Slack app, in YAML, for the settings in force.

    It asks for the scopes of what is switched on, each with its reason. Paste it where Slack makes an app
    from a manifest; after a change of the settings, into the page of the app.

    \b
    Example:
      incident slack manifest
      incident slack manifest --url https://bot.example.org
    """
    session = looking.session
    output.say(session.slack.manifest(session.settings, url).rstrip("\n"))


@slack.command()
@click.option("--http", type=_Where(), help="Listen there for signed requests.  [default: Socket Mode]")
@click.option("--no-worker", is_flag=True, help="Leave mirrors and timers to `incident worker`.")
@click.option(
    "--threads", type=click.IntRange(1, 32),
    help="Threads that make calls to Slack.  [default: SLACK_WORKERS]",
)  # fmt: skip
@looking
def run(looking: Looking, http: Where | None, no_worker: bool, threads: int | None) -> None:
    """Be the Slack bot, and the worker too, until Ctrl-C or SIGTERM.

    Needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN; with --http it needs SLACK_BOT_TOKEN and
    SLACK_SIGNING_SECRET. Any number may run over one database.

    \b
    Example:
      incident slack run
      incident slack run --http 0.0.0.0:3000 --no-worker
    """
    needs = (BOT_TOKEN, APP_TOKEN if http is None else SIGNING_SECRET)
    settings = _settings(looking.session, needs)
    looking.session.slack.run(settings, http, not no_worker, threads)
    output.note("Ended.")


def _settings(session: Session, needs: tuple[tuple[str, str], ...]) -> Settings:
    """The settings; raises BadSettings, which names the malformed and the missing together."""
    from adapters.settings import BadSettings

    try:
        settings = session.settings
    except BadSettings as fault:
        raise BadSettings((*fault.sentences, *_missing(fault.lines, needs)), fault.lines) from None
    if missing := _missing(settings.explain(), needs):
        raise BadSettings(missing)
    return settings


def _missing(lines: tuple[SettingLine, ...], needs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    unset = {line.name for line in lines if not line.is_set}
    return tuple(f"{name} is not set: {where}." for name, where in needs if name in unset)
