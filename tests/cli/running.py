"""Running the program: in this process for breadth, as a process of its own where that is the point."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from adapters.bootstrap import app
from adapters.cli.app import App
from adapters.cli.root import cli
from adapters.cli.session import Session
from adapters.entrypoints import sandbox, slack
from adapters.settings import Settings

PROGRAM = Path(sys.executable).with_name("incident")
_RELEVANT = (
    "INCIDENT_", "INCIDENTS_", "POSTGRES_", "DATABASE_URL", "COMMS_REMINDER_", "STALE_", "ROLE_EMPTY_",
    "WEBHOOK_", "SLACK_", "ISSUES_CHANNEL_ID", "ALLOWED_WORKSPACE_IDS", "EXPORT_AUTHORIZED_USERS",
    "ADMIN_USERS", "PAGERDUTY_", "STATUSPAGE_", "CONFLUENCE_", "AUTO_CREATE_RCA", "WEB_INTERFACE_", "AUTH0_",
    "REDIS_URL", "OPS_ADDRESS", "LOG_FORMAT", "LOG_LEVEL", "AUDIT_HEAD_FILE", "RCA_CHANNEL",
    "RESOLVE_REQUIRED_ROLES", "TEMPLATES_DIRECTORY",
)  # fmt: skip
_OUTSIDE = ("mirrors", "timers")


@dataclass(frozen=True)
class Ran:
    """What came of one run."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


@dataclass
class Program:
    """The program over one database; a line is what a person types after `incident`."""

    url: str
    settings: dict[str, str]
    folder: Path
    compose: Callable[[Settings], App] = field(default=app)

    def __call__(self, line: str | Sequence[str], code: int = 0, **environment: str) -> Ran:
        """Run it here, as ann; fails unless it ends with `code`."""
        ran = self._run(line, environment)
        assert ran.code == code, ran
        return ran

    def anyhow(self, line: str | Sequence[str], **environment: str) -> str:
        """Run it here, as ann, however it ends; all that is printed."""
        ran = self._run(line, environment)
        return f"{ran.out}{ran.err}"

    def _run(self, line: str | Sequence[str], environment: Mapping[str, str]) -> Ran:
        words = shlex.split(line) if isinstance(line, str) else list(line)
        environ = {"DATABASE_URL": self.url, **self.settings, **environment}
        session = Session(lambda: Settings.read(environ, self.folder), self.compose, sandbox, slack())
        done = CliRunner().invoke(cli, words, obj=session, env={"LOGNAME": "ann", "COLUMNS": "110"})
        assert done.exc_info is not None, done
        assert done.exc_info[0] is SystemExit, done.exc_info
        return Ran(done.exit_code, done.stdout, done.stderr)

    def document(self, key: str) -> dict[str, Any]:
        """What `show --json` says about the incident itself."""
        shown: dict[str, Any] = self(f"show {key} --json").json
        assert set(_OUTSIDE) <= set(shown)
        return {name: value for name, value in shown.items() if name not in _OUTSIDE}

    def environ(self, **more: str) -> dict[str, str]:
        """The environment of a process of its own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_RELEVANT)}
        return {**kept, "LOGNAME": "ann", "DATABASE_URL": self.url, **self.settings, **more}

    def process(self, *words: str, prepare: Callable[[], None] | None = None, **more: str) -> Ran:
        """Run it as a process of its own, to its end."""
        done = subprocess.run(
            [PROGRAM, *words],
            check=False, capture_output=True, text=True, encoding="utf-8", timeout=60,
            env=self.environ(**more), cwd=self.folder, preexec_fn=prepare,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str, **how: Any) -> subprocess.Popen[str]:
        """Start it as a process of its own."""
        return subprocess.Popen(
            [PROGRAM, *words], text=True, encoding="utf-8", env=self.environ(), cwd=self.folder, **how
        )

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return Path(self.url.removeprefix("sqlite:///"))
