"""What the sandbox itself takes, so that figures about a bot can be told from figures about the sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter

from slack_sdk import WebClient
from websockets.sync.client import connect

from adapters.sandbox import Sandbox, Slack, default_manifest, new_slack
from adapters.sandbox.delivery import signing
from bench.startup import INCIDENT

CALLS = 300
"""In each round, of what is measured and of what it is compared with."""
THREADS = 8
ROUNDS = 7
"""At most: one takes some seconds."""
BODY = b"x" * 500
ECHO = [sys.executable, "-m", "bench.echo"]

HEADER = (
    "| what | against | ratio (median) | least–most | a second | median | p95 |\n"
    "|---|---|---:|---:|---:|---:|---:|"
)

Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table; `rates` are calls a second in each round, `took` the seconds of each call."""

    what: str
    against: str
    ratios: tuple[float, ...]
    rates: tuple[float, ...]
    took: tuple[float, ...]

    def row(self) -> str:
        cells = (
            self.what,
            self.against,
            f"**{median(self.ratios):.2f}×**",
            f"{min(self.ratios):.2f}–{max(self.ratios):.2f}",
            f"{median(self.rates):,.0f}",
            f"{median(self.took) * 1e3:.2f} ms",
            f"{quantiles(self.took, n=20)[-1] * 1e3:.2f} ms",
        )
        return f"| {' | '.join(cells)} |"


def measure(rounds: int) -> Iterator[Line]:
    """Starting; the Web API from one thread and from several; a command over Socket Mode and over HTTP."""
    yield compared("`incident sandbox`, ready", _start, "starting the echo", _start_echo, rounds, calls=3)
    with running(ECHO) as echo:
        port = echo.first
        yield from _web_api(f"http://127.0.0.1:{port}/", rounds)
        yield from _delivery(int(port), rounds)


def _start() -> None:
    with running([INCIDENT, "sandbox"]) as sandbox:
        assert len(list(sandbox.until("# Ready"))) > 1


def _start_echo() -> None:
    with running(ECHO) as echo:
        assert echo.first.isdigit()


def _web_api(echo_url: str, rounds: int) -> Iterator[Line]:
    with running([INCIDENT, "sandbox", "--no-tiers"]) as sandbox:
        settings = dict(line.split("=", 1) for line in [sandbox.first, *sandbox.until("#")])
        ours, echo = _client(settings["SLACK_API_URL"], settings), _client(echo_url, settings)
        channel = str(ours.conversations_create(name="bench")["channel"]["id"])

        def post(client: WebClient) -> Call:
            return lambda: client.chat_postMessage(channel=channel, text="A plain text")

        def history(client: WebClient) -> Call:
            return lambda: client.conversations_history(channel=channel, limit=20)

        against, several = "the same call to an echo", f"`chat.postMessage`, {THREADS} threads"
        yield compared("`auth.test`", ours.auth_test, against, echo.auth_test, rounds)
        yield compared("`chat.postMessage`", post(ours), against, post(echo), rounds)
        yield compared("`conversations.history` of 20", history(ours), against, history(echo), rounds)
        yield compared(several, post(ours), against, post(echo), rounds, threads=THREADS)


def _delivery(port: int, rounds: int) -> Iterator[Line]:
    with Sandbox() as server:
        slack = new_slack(server, people=["ann"])
        with listening(slack, "socket"), connect(f"ws://127.0.0.1:{port}/echo", compression=None) as frames:

            def frame() -> object:
                frames.send(BODY.decode())
                return frames.recv()

            slack.wait_for_socket()
            yield compared(
                _COMMAND.format("Socket Mode"), _command(slack), "a frame to an echo", frame, rounds
            )
        with listening(slack, "http") as bolt:
            slack.control.change_app(slack.app.id, _over_http(f"http://127.0.0.1:{bolt.first}/"))
            echo = signing.Request(f"http://127.0.0.1:{port}/", slack.signing_secret, BODY, signing.FORM)
            sender = signing.Sender()

            def request() -> object:
                return sender.send(echo)

            yield compared(_COMMAND.format("HTTP"), _command(slack), "a request to an echo", request, rounds)


_COMMAND = "a slash command to a Bolt listener and back, {}"


def _command(slack: Slack) -> Call:
    ann = slack.person("ann")

    def give() -> None:
        came = ann.command("/incident", "open", slack.general)
        if not came.acked:
            raise SystemExit(f"The listener did not answer: {came.failure}.")

    return give


def _over_http(url: str) -> dict[str, object]:
    manifest = default_manifest()
    manifest["features"]["slash_commands"][0]["url"] = url
    manifest["settings"] = {"socket_mode_enabled": False}
    return manifest


def compared(
    what: str, a: Call, against: str, b: Call, rounds: int, *, threads: int = 1, calls: int = CALLS
) -> Line:
    """Each round makes so many calls of a, then of b; the ratio is of the times."""
    _timed(a, calls // 10, threads)
    _timed(b, calls // 10, threads)
    timed = [(_timed(a, calls, threads), _timed(b, calls, threads)) for _ in range(rounds)]
    ratios = tuple(first.seconds / second.seconds for first, second in timed)
    rates = tuple(calls / first.seconds for first, _ in timed)
    return Line(what, against, ratios, rates, tuple(one for first, _ in timed for one in first.each))


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of all calls together, and of each."""

    seconds: float
    each: list[float]


def _timed(call: Call, count: int, threads: int) -> Timed:
    def once(_: int) -> float:
        began = perf_counter()
        call()
        return perf_counter() - began

    began = perf_counter()
    if threads == 1:
        each = [once(number) for number in range(count)]
    else:
        with ThreadPoolExecutor(threads) as pool:
            each = list(pool.map(once, range(count)))
    return Timed(perf_counter() - began, each)


@dataclass(frozen=True, slots=True)
class Running:
    """A process that has printed its `first` line."""

    first: str
    process: subprocess.Popen[str]

    def until(self, start: str) -> Iterator[str]:
        """Its further lines, up to one that begins so."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(start):
                return
            yield line.rstrip("\n")


@contextmanager
def running(words: list[str], env: Mapping[str, str] | None = None) -> Iterator[Running]:
    """A process, until the end of the block."""
    given = {**os.environ, **(env or {})}
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=given
    ) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline().rstrip("\n")
            if not first:
                raise SystemExit(f"{' '.join(words)} did not start.")
            yield Running(first, process)
        finally:
            process.kill()


@contextmanager
def listening(slack: Slack, how: str) -> Iterator[Running]:
    """A Bolt app in a process of its own."""
    with running([sys.executable, "-m", "bench.listening", how], slack.settings) as bolt:
        yield bolt


def _client(url: str, settings: Mapping[str, str]) -> WebClient:
    return WebClient(settings["SLACK_BOT_TOKEN"], base_url=url, retry_handlers=[])
