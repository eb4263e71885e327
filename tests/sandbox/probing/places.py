"""Where the questions are asked: the sandbox, and the simulator `emulate` from npm, pinned."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock

from adapters.sandbox import Sandbox, add_channel, add_user, create_app, found, install
from tests.sandbox.probing import asked
from tests.sandbox.probing.asking import Place, call, speaking
from tests.sandbox.team import BOT_SCOPES, manifest

VERSION = "0.11.2"
PINNED = Path(__file__).with_name("npm")
"""package.json and package-lock.json: the simulator and all it needs, by their digests."""
INSTALLED_WITHIN, STARTED_WITHIN = 120.0, 30.0
"""Seconds."""
PERSON = "ann"


class NotInstalled(Exception):
    """The simulator cannot be had here; the sentence says why."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Not compared: emulate@{VERSION} could not be installed from npm: {why}.")


def simulated() -> dict[str, Any]:
    """The simulator's answers. Raises NotInstalled."""
    with simulator() as place:
        return asked.answers(place)


@contextmanager
def sandbox() -> Iterator[Place]:
    """The sandbox, with a fresh world."""
    with Sandbox() as running:
        world = running.world
        workspace = found(world)
        workspace.conditions.limited = False
        person = add_user(world, workspace, PERSON)
        app = create_app(world, manifest())
        made = install(world, workspace, app)
        narrow = install(world, workspace, create_app(world, manifest(("chat:write",))))
        yield Place(
            url=running.api_url,
            token=made.bot_token,
            narrow_token=narrow.bot_token,
            person=person.id,
            elsewhere=add_channel(world, workspace, "random"),
            general=workspace.general,
            trigger=lambda view: world.triggers.issue(workspace.id, person.id, app.id, world.now(), view),
            wait=world.clock.move,
        )


@contextmanager
def simulator() -> Iterator[Place]:
    """The simulator, in a process of its own. Raises NotInstalled."""
    program = installed()
    with tempfile.TemporaryDirectory(prefix="sandbox-simulator-") as folder:
        seed, port = Path(folder, "seed.json"), _free_port()
        seed.write_text(json.dumps(_seed()), encoding="utf-8")
        words = [
            "node",
            str(program),
            "start",
            "--service",
            "slack",
            "--port",
            str(port),
            "--seed",
            str(seed),
        ]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                yield _place(f"http://127.0.0.1:{port}/api/", process)
            finally:
                process.terminate()


def installed() -> Path:
    """The simulator's program, installed into the user's cache the first time. Raises NotInstalled."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NotInstalled("there is no node with npm on this machine")
    folder = platformdirs.user_cache_path("incident-core") / f"emulate-{VERSION}"
    program = folder / "node_modules" / "emulate" / "dist" / "index.js"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "done").is_file():
            _install(npm, folder)
            (folder / "done").touch()
    return program


def _install(npm: str, folder: Path) -> None:
    for file in PINNED.iterdir():
        shutil.copy(file, folder)
    words = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    try:
        ran = subprocess.run(
            words, cwd=folder, capture_output=True, text=True, timeout=INSTALLED_WITHIN, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotInstalled(f"npm took longer than {INSTALLED_WITHIN:.0f} seconds") from None
    if ran.returncode:
        why = next((line for line in ran.stderr.splitlines() if "error" in line), "it did not say why")
        raise NotInstalled(f"npm could not install it: {why.strip()}")


def _place(url: str, process: subprocess.Popen[bytes]) -> Place:
    _await(url, process)
    place = Place(
        url, "xoxb-wide", "xoxb-narrow", "", "C000000002", "C000000001", lambda view: "", time.sleep
    )
    wide = speaking(place, place.token)
    person = call(wide, "users.lookupByEmail", email=f"{PERSON}@example.com")["user"]["id"]

    def trigger(view: str | None) -> str:
        about = {"view_id": view} if view else {"user_id": person}
        return str(call(wide, "views.generateTriggerId", **about)["trigger_id"])

    return Place(
        url, place.token, place.narrow_token, person, place.elsewhere, place.general, trigger, place.wait
    )


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    host, port = url.split("/")[2].split(":")
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"The simulator did not start within {STARTED_WITHIN:.0f} seconds.")


def _seed() -> dict[str, object]:
    """The same as in the sandbox: two apps with their scopes, and a person."""
    wide = [*BOT_SCOPES, "channels:write"]
    apps = [_app(1, wide), _app(2, ["chat:write"])]
    tokens = [_token("xoxb-wide", 1, wide), _token("xoxb-narrow", 2, ["chat:write"])]
    users = [{"name": PERSON, "real_name": "Ann", "email": f"{PERSON}@example.com"}]
    return {"slack": {"strict_scopes": True, "users": users, "oauth_apps": apps, "tokens": tokens}}


def _app(number: int, scopes: list[str]) -> dict[str, object]:
    return {
        "client_id": f"{number}.{number}", "client_secret": "x", "app_id": f"A00000001{number}",
        "name": f"Probe {number}", "redirect_uris": ["http://localhost/"], "scopes": scopes,
        "bot_id": f"B00000001{number}", "bot_user_id": f"U00000001{number}", "bot_name": f"probe-{number}",
    }  # fmt: skip


def _token(secret: str, number: int, scopes: list[str]) -> dict[str, object]:
    return {
        "token": secret, "type": "bot", "user_id": f"U00000001{number}", "scopes": scopes,
        "app_id": f"A00000001{number}", "bot_id": f"B00000001{number}", "bot_user_id": f"U00000001{number}",
    }  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
