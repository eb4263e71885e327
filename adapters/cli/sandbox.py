"""The process that is a Slack of one's own: it serves until it is told to stop."""

from __future__ import annotations

from pathlib import Path
from signal import SIGINT, SIGTERM, signal
from threading import Event

import click

from adapters.cli import output
from adapters.cli.options import Looking, looking

MILLISECONDS = 1000


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Where to listen.  [default: a port that is free]",
)
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    help="The app to install: its manifest, YAML or JSON.  [default: one that may do everything]",
)
@click.option(
    "--tiers/--no-tiers", default=True, show_default=True, help="Limit calls as Slack does, or not at all."
)
@click.option(
    "--latency", type=click.IntRange(0, 60_000), default=0, show_default=True, metavar="MS",
    help="Milliseconds that every call takes on the way.",
)  # fmt: skip
@looking
def sandbox(looking: Looking, port: int, manifest: Path | None, tiers: bool, latency: int) -> None:
    """Start a Slack of your own on this machine, to try a bot out.

    Prints the settings that point a bot at it, in the form of an .env file, and serves until Ctrl-C or
    SIGTERM. Nothing is kept: the next start is another workspace.

    \b
    Example:
      incident sandbox
      incident sandbox --port 8065 --manifest manifest.yaml --latency 80
    """
    told = Event()
    before = {each: signal(each, lambda *_: told.set()) for each in (SIGINT, SIGTERM)}
    try:
        with looking.session.sandbox(manifest, port, tiers, latency / MILLISECONDS) as settings:
            for name, value in settings.items():
                output.say(f"{name}={value}")
            url = settings["SLACK_API_URL"].removesuffix("/api/")
            output.say(f'# To act as ann: SandboxClient("{url}").team().person("ann")')
            output.say("# Ready; Ctrl-C ends it.")
            while not told.wait(1):
                pass
    finally:
        for each, handler in before.items():
            signal(each, handler)
    output.note("Ended.")
