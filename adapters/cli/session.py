"""One run of the program: its settings and its App, made when first needed; `--help` needs neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from adapters.cli.app import App
    from adapters.settings import Settings

    Serving = Callable[[Path | None, int, bool, float], AbstractContextManager[Mapping[str, str]]]
    """The sandbox, from its manifest, its port, whether calls are limited, and seconds of latency."""


class Slack(NamedTuple):
    """What there is of Slack, imported when it is called; raises Unavailable where it is not installed."""

    manifest: Callable[[Settings, str | None], str]
    """The app's manifest as YAML: for Socket Mode, or for HTTP at this public address."""
    run: Callable[[Settings, tuple[str, int] | None, bool, int | None], None]
    """The bot, until SIGTERM or Ctrl-C: where it listens for HTTP, whether it works, how many threads."""
    checks: Callable[[Settings], Iterable[tuple[str, str, str]]]
    """What a look at Slack finds: `ok`, `warning` or `bad`, what was looked at, and a sentence."""


class Session:
    """Settings and App, each made once; and the sandbox, which needs neither."""

    def __init__(
        self,
        read: Callable[[], Settings],
        compose: Callable[[Settings], App],
        sandbox: Serving,
        slack: Slack,
    ) -> None:
        self._read = read
        self.compose = compose
        self.sandbox = sandbox
        """Serves inside the block; answers the settings of a bot. Raises Invalid and Unavailable."""
        self.slack = slack

    @cached_property
    def settings(self) -> Settings:
        """Raises BadSettings."""
        return self._read()

    @cached_property
    def app(self) -> App:
        """Raises BadSettings."""
        return self.compose(self.settings)

    def close(self) -> None:
        """Let go of the database, if it was ever used."""
        made = self.__dict__.pop("app", None)
        if made is not None:
            made.close()
