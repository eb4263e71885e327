"""The processes: what is typed at a shell, with its arguments, environment and folder."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.cli.app import App
    from adapters.settings import Settings


def main() -> None:
    """The command line program `incident`; exits with the code of its command."""
    gc.disable()  # what is imported stays: looking through it for garbage would cost a sixth of the start
    try:
        from adapters.cli.root import cli
        from adapters.cli.session import Session

        _print_everything()
        cli.main(obj=Session(_settings, _app))
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
