"""The processes: what is typed at a shell, with its arguments, environment and folder."""

from __future__ import annotations

import gc
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from adapters.cli.app import App
    from adapters.cli.session import CheckedWords, Said, Slack
    from adapters.settings import Settings


def main() -> None:
    """The command line program `incident`; exits with the code of its command."""
    gc.disable()  # what is imported stays: looking through it for garbage would cost a sixth of the start
    try:
        from adapters.cli.root import cli
        from adapters.cli.session import Session

        _print_everything()
        cli.main(obj=Session(_settings, _app, sandbox, slack()))
    except KeyboardInterrupt:  # before the first command, or after the last
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)


def _print_everything() -> None:
    """A character that standard output's encoding has not is written as an escape, and is no error."""
    import io

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _settings() -> Settings:
    import os
    from pathlib import Path

    from adapters.settings import Settings

    return Settings.read(os.environ, Path())


def _app(settings: Settings) -> App:
    from adapters.bootstrap import app

    made = app(settings)
    gc.freeze()
    gc.enable()
    return made


@contextmanager
def sandbox(manifest: Path | None, port: int, tiers: bool, latency: float) -> Iterator[Mapping[str, str]]:
    """Serve a workspace inside the block; raises Invalid for the manifest, Unavailable where it cannot be."""
    import os

    from incident_core.errors import Invalid, Unavailable

    try:
        from adapters.sandbox.manifest import BadManifest
        from adapters.sandbox.serving import serving
    except ModuleNotFoundError as error:
        sentence = f"The sandbox needs {error.name}; run: pip install 'incident-core[sandbox]'"
        raise Unavailable(sentence) from error
    gc.enable()
    with ExitStack() as stack:
        try:
            slack = stack.enter_context(serving(manifest, port, tiers=tiers, latency=latency))
        except BadManifest as error:
            raise Invalid("manifest", f"Slack would not take this manifest: {error}") from error
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise Unavailable(f"Port {port} cannot be used: {why}.") from error
        yield slack.settings


def drain() -> None:
    """What a ring is for a worker of RQ: do what is due, for a while, and ring again where there is more.

    Every connection to the database is made and given back here, so that none is shared by a fork. Raises
    BadSettings, Invalid where its settings are those of another queue, and Unavailable.
    """
    import os
    from pathlib import Path

    from adapters.bootstrap_drain import drained
    from adapters.settings import Settings

    drained(Settings.read(os.environ, Path()).accepted())


def slack() -> Slack:
    """What the command line is handed of Slack; nothing of it is imported before it is called."""
    from adapters.cli.session import Slack, Templates

    return Slack(_manifest, _bot, _checks, Templates(_messages, _check_templates, _look_at_templates))


def _manifest(settings: Settings, url: str | None) -> str:
    from adapters.slack.manifest import as_yaml

    return as_yaml(settings, url)


def _bot(settings: Settings, http: tuple[str, int] | None, worker: bool, threads: int | None) -> None:
    _need("slack_sdk", "slack_bolt", "slugify", "websockets", *(() if http is None else ("waitress",)))
    from adapters.bootstrap_bot import slack_bot

    gc.enable()
    slack_bot(settings, http=http, worker=worker, threads=threads)


def _checks(settings: Settings) -> Iterable[tuple[str, str, str]]:
    _need("slack_sdk", "websockets")
    from adapters.slack.doctor import checks

    return checks(settings)


def _messages() -> tuple[Said, ...]:
    from adapters.bootstrap_words import messages

    return messages()


def _check_templates(settings: Settings, folder: Path | None) -> CheckedWords:
    from adapters.bootstrap_words import check

    return check(settings, folder)


def _look_at_templates(settings: Settings) -> tuple[str, str]:
    from adapters.bootstrap_words import look

    return look(settings)


def _need(*modules: str) -> None:
    """Raises Unavailable where one of them is not installed."""
    from importlib import import_module

    from incident_core.errors import Unavailable

    try:
        for name in modules:
            import_module(name)
    except ModuleNotFoundError as error:
        absent = str(error.name).partition(".")[0]
        sentence = f"Slack needs {absent}; run: pip install 'incident-core[slack]'"
        raise Unavailable(sentence) from error
