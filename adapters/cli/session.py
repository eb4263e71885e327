"""One run of the program: its settings and its App, made when first needed; `--help` needs neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.cli.app import App
    from adapters.settings import Settings

    Serving = Callable[[Path | None, int, bool, float], AbstractContextManager[Mapping[str, str]]]
    """The sandbox, from its manifest, its port, whether calls are limited, and seconds of latency."""


class Session:
    """Settings and App, each made once; and the sandbox, which needs neither."""

    def __init__(
        self, read: Callable[[], Settings], compose: Callable[[Settings], App], sandbox: Serving
    ) -> None:
        self._read = read
        self.compose = compose
        self.sandbox = sandbox
        """Serves inside the block; answers the settings of a bot. Raises Invalid and Unavailable."""

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
