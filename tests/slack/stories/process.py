"""The bot as a process of its own, as people run it: `incident slack run`."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from adapters.sandbox import Slack
from adapters.settings import Settings
from adapters.slack.manifest import manifest
from tests.cli.running import Program
from tests.slack.stories.town import SOON, USUAL, wait_for


def program(slack: Slack, url: str, folder: Path, **options: str) -> Program:
    """The program with the settings of a town."""
    return Program(url, {**slack.settings, **USUAL, **options}, folder)


@contextmanager
def running(slack: Slack, incident: Program, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The process, which listens inside the block; killed at its end if it still runs."""
    process = incident.start("slack", "run", *words, stderr=subprocess.PIPE)
    try:
        if words:
            wait_for(lambda: health(words[-1], "healthz")[0] == 200)
            slack.control.change_app(slack.app.id, manifest(_settings(incident), f"http://{words[-1]}"))
        else:
            slack.wait_for_socket(SOON)
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL."""
    process.kill()
    process.wait()
    if process.stderr is not None:
        process.stderr.close()


def ended(process: subprocess.Popen[str], by: int = signal.SIGTERM) -> tuple[int, str]:
    """Send the signal; the exit code, and the last line that was said."""
    process.send_signal(by)
    _, err = process.communicate(timeout=SOON)
    return process.returncode, err.splitlines()[-1]


def free_address() -> str:
    """127.0.0.1 with a port at which nobody listens."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{found.getsockname()[1]}"


def health(address: str, path: str) -> tuple[int, str]:
    """The status and the words; 0 where nobody answers."""
    try:
        with urlopen(f"http://{address}/{path}", timeout=SOON) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except (URLError, OSError):
        return 0, ""


def _settings(incident: Program) -> Settings:
    return Settings.read({**incident.settings, "DATABASE_URL": incident.url}, incident.folder)
