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


class Said(NamedTuple):
    """A message that we ship: its name and file, what it is given (`reason?`), its room, and its source.

    `most` are the characters that there is room for; 0: many.
    """

    name: str
    file: str
    given: tuple[str, ...]
    most: int
    source: object


class Fault(NamedTuple):
    """What is wrong: in which file, with which message (empty: the file itself), and a sentence."""

    file: str
    message: str
    sentence: str


class CheckedWords(NamedTuple):
    """How many messages were rendered, how many of them are a deployment's own, and what is wrong."""

    rendered: int
    own: int
    faults: tuple[Fault, ...]


class Templates(NamedTuple):
    """The words; raises Invalid where ours cannot be read."""

    messages: Callable[[], tuple[Said, ...]]
    """Every message that we ship."""
    check: Callable[[Settings, Path | None], CheckedWords]
    """Ours, and those of this folder; None: of the folder that the settings name, if they do."""
    look: Callable[[Settings], tuple[str, str]]
    """The same in short, for the doctor: `ok` or `bad`, and a sentence."""


class Slack(NamedTuple):
    """What there is of Slack, imported when it is called; raises Unavailable where it is not installed."""

    manifest: Callable[[Settings, str | None], str]
    """The app's manifest as YAML: for Socket Mode, or for HTTP at this public address."""
    run: Callable[[Settings, tuple[str, int] | None, bool, int | None], None]
    """The bot, until SIGTERM or Ctrl-C: where it listens for HTTP, whether it works, how many threads."""
    checks: Callable[[Settings], Iterable[tuple[str, str, str]]]
    """What a look at Slack finds: `ok`, `warning` or `bad`, what was looked at, and a sentence."""
    templates: Templates
    """What it says."""


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
    def found(self) -> Settings:
        """The settings, also where some of them are refused; for what says so itself. Raises BadSettings."""
        return self._read()

    @property
    def settings(self) -> Settings:
        """Raises BadSettings, which names all that is malformed or refused."""
        return self.found.accepted()

    @cached_property
    def app(self) -> App:
        """Raises BadSettings."""
        return self.compose(self.settings)

    @cached_property
    def app_found(self) -> App:
        """The same for those who say themselves what is refused; raises BadSettings for what is malformed."""
        return self.compose(self.found)

    def close(self) -> None:
        """Let go of the database, if it was ever used."""
        for name in ("app", "app_found"):
            made = self.__dict__.pop(name, None)
            if made is not None:
                made.close()
