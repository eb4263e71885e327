"""The bot as people feel it: the answer, the invitation, a hundred at once, and a storm under limits.

The sandbox, the bot and whoever measures are processes of their own. All times are the sandbox's: from the
moment in which a person sent something to the moment in which the bot's answer, or call, had come in.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from adapters.sandbox.control.client import PersonClient, SandboxClient, TeamClient
from adapters.sandbox.control.facts import Called, Delivered
from bench.sandbox import running
from bench.startup import INCIDENT
from tests.servers.postgres import Postgres

ACKS, OPENS, CROWD, STORM = 100, 30, 100, 30
LATENCY = 0.1
"""Seconds that each call takes on its way, where it takes any."""
CALLS = 6
"""Of one open."""
METHODS = frozenset(
    {"chat.postMessage", "pins.add"} | {f"conversations.{name}" for name in ("create", "invite", "setTopic")}
)
"""The methods of these calls; the first of all takes a few more, to find the digest channel."""
IN_TURN = (2 * LATENCY, 3 * LATENCY)
"""What the calls that come after each other take by themselves: until the invitation, and to the end."""
PATIENCE = 180.0
PAUSE = 0.05
"""Seconds after the last call, in which the bot writes down what came of it."""
PEOPLE = tuple(f"p{number}" for number in range(STORM))

HEADER = (
    "| what | database | median | p95 | goal | against | ratio |\n"
    "|---|---|---:|---:|---:|---|---:|"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `values` in seconds, or the `rate` of a whole; what it is held against, in the same unit."""

    what: str
    kind: str
    values: Sequence[float]
    goal: str = ""
    against: str = ""
    other: float = 0.0
    rate: float | None = None

    def row(self) -> str:
        middle = median(self.values) if self.values else self.rate or 0.0
        p95 = quantiles(self.values, n=20)[-1] if len(self.values) > 1 else None
        ratio = f"**{middle / self.other:.2f}×**" if self.other else ""
        shown = f"{self.rate:.1f}/s" if self.rate is not None else _ms(middle)
        cells = (self.what, self.kind, shown, "" if p95 is None else _ms(p95), self.goal, self.against, ratio)
        return f"| {' | '.join(cells)} |"


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace, and the bot in it; `pid` is the bot's process."""

    kind: str
    team: TeamClient
    general: str
    pid: int

    def person(self, name: str) -> PersonClient:
        return self.team.person(name)

    def quiet(self, calls: int) -> list[Called]:
        """The calls that were answered, once there are so many."""
        until, found = time.monotonic() + PATIENCE, list[Called]()
        while time.monotonic() < until:
            found = [call for call in self.team.calls() if call.outcome == "ok" and call.method in METHODS]
            if len(found) >= calls:
                time.sleep(PAUSE)
                return found
            time.sleep(0.02)
        raise SystemExit(f"{len(found)} calls came within {PATIENCE:.0f} seconds, and {calls} should have.")

    def cpu(self) -> float:
        """Seconds of CPU that the bot has used, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure() -> Iterator[Line]:
    """On SQLite and on PostgreSQL."""
    empty = _empty()
    for kind in ("SQLite", "PostgreSQL"):
        with _place(kind) as place:
            yield from _acks(place, empty)
        with _place(kind, latency=LATENCY) as place:
            yield from _opens(place)
        with _place(kind, latency=LATENCY) as place:
            yield from _crowd(place)
        with _place(kind, latency=LATENCY) as place:
            place.team.tiers(True)
            yield from _storm(place)


def _empty() -> float:
    """The median seconds of a listener that does nothing."""
    with sandboxed(latency=0.0) as (client, settings), ExitStack() as end:
        words = [sys.executable, "-m", "bench.listening", "socket"]
        end.enter_context(running(words, settings))
        team = client.team()
        general, ann = general_of(team), team.person("ann")
        for _ in range(ACKS):
            ann.command("/incident", "open it", general)
        return median(_acked(each) for each in team.deliveries()[ACKS // 10 :])


def _acks(place: Place, empty: float) -> Iterator[Line]:
    """Each when the one before it is settled: what a person feels who is alone."""
    for number in range(ACKS):
        place.team.clear_calls()
        place.person("ann").command("/incident", f"open Slow {number}", place.general)
        place.quiet(CALLS)
    acks = [_acked(each) for each in place.team.deliveries()[ACKS // 10 :]]
    goal = "5 ms" if place.kind == "SQLite" else "15 ms"
    what = "`/incident open` acknowledged, and committed for good"
    yield Line(what, place.kind, acks, goal, "a listener that does nothing", empty)


def _opens(place: Place) -> Iterator[Line]:
    """Each for itself."""
    invited, settled = [], []
    for number in range(OPENS):
        place.team.clear_calls()
        place.person("ann").command("/incident", f"open Slow {number}", place.general)
        made = place.team.deliveries()[-1].made
        time.sleep(IN_TURN[-1])  # whoever asks how it goes takes time from those who do it
        calls = place.quiet(CALLS)
        invited.append(_end(calls, "conversations.invite") - made)
        settled.append(max(map(_answered, calls)) - made)
    goals = ("230 ms" if place.kind == "SQLite" else "260 ms", "600 ms")
    for what, values, goal, least in zip(
        ("opener invited", "all six calls settled"), (invited, settled), goals, IN_TURN, strict=True
    ):
        turns = f"{least * 1e3:.0f} ms of calls in turn"
        yield Line(f"open at 100 ms a call: {what}", place.kind, values, goal, turns, least)


def _crowd(place: Place) -> Iterator[Line]:
    """A hundred at one instant."""
    before = place.cpu()
    _at_once(place, [f"open Slow {number}" for number in range(CROWD)])
    calls = place.quiet(CALLS * CROWD)
    used = place.cpu() - before
    sent = place.team.deliveries()
    acks = [_acked(each) for each in sent]
    took = max(_answered(call) for call in calls) - min(each.made for each in sent)
    yield Line(f"{CROWD} opens at one instant: the last acknowledged", place.kind, [max(acks)], "1 s")
    limit = f"{used / CROWD * 1e3:.0f} ms of the bot's CPU each: {CROWD / used:.0f}/s on one core"
    what = f"{CROWD} opens at one instant, 100 ms a call: settled a second"
    yield Line(what, place.kind, [], "20/s", limit, CROWD / used, CROWD / took)


def _storm(place: Place) -> Iterator[Line]:
    """Thirty at one instant, under Slack's limits; meanwhile somebody asks for the list."""
    severities = [f"sev{1 + number % 4}" for number in range(STORM)]
    _at_once(place, [f"open --severity {each} Storm {number}" for number, each in enumerate(severities)])
    made = min(each.made for each in place.team.deliveries())
    lists, until = [], time.monotonic() + PATIENCE
    ok: list[Called] = []
    while len(ok) < CALLS * STORM and time.monotonic() < until:
        asked = place.person("p0").command("/incident", "list", place.general)
        lists.append(_acked(next(each for each in place.team.deliveries() if each.id == asked.id)))
        ok = [call for call in place.team.calls() if call.outcome == "ok" and call.method in METHODS]
        time.sleep(2.5)
    invited = sorted(_answered(call) - made for call in ok if call.method == "conversations.invite")
    ended = max(_answered(call) for call in ok) - made
    least = (STORM - 20) * 3.0
    yield Line(f"storm of {STORM}: the first 20 invited", place.kind, invited[:20], "1 s")
    yield Line(f"storm of {STORM}: `list` meanwhile acknowledged", place.kind, lists)
    yield Line(
        f"storm of {STORM}: all settled", place.kind, [ended], f"{least + 10:.0f} s",
        f"{least:.0f} s: 20 channels at once, then 20 a minute", least,
    )  # fmt: skip


def _at_once(place: Place, texts: list[str]) -> None:
    """Different people, so that nobody's own limit is met."""
    people = [place.person(PEOPLE[number % len(PEOPLE)]) for number in range(len(texts))]
    with ThreadPoolExecutor(16) as pool:
        given = [
            pool.submit(person.command, "/incident", text, place.general, wait=False)
            for person, text in zip(people, texts, strict=True)
        ]
        for each in given:
            each.result()


def _acked(delivered: Delivered) -> float:
    if delivered.acked is None:
        raise SystemExit(f"Not acknowledged: {delivered.failure}.")
    return delivered.acked - delivered.made


def _answered(call: Called) -> float:
    return call.answered or 0.0


def _end(calls: list[Called], method: str) -> float:
    return next(_answered(call) for call in calls if call.method == method)


@contextmanager
def sandboxed(*, latency: float) -> Iterator[tuple[SandboxClient, dict[str, str]]]:
    words = [INCIDENT, "sandbox", "--latency", str(round(latency * 1000))]
    with tempfile.TemporaryDirectory(prefix="incident-bench-") as folder, ExitStack() as end:
        manifest = Path(folder, "manifest.yaml")
        manifest.write_bytes(
            subprocess.run([INCIDENT, "slack", "manifest"], check=True, capture_output=True).stdout
        )
        words += ["--manifest", str(manifest), "--no-tiers"]
        sandbox = end.enter_context(running(words))
        settings = dict(line.split("=", 1) for line in [sandbox.first, *sandbox.until("#")])
        yield SandboxClient(settings["SLACK_API_URL"].removesuffix("/api/")), settings


@contextmanager
def _place(kind: str, *, latency: float = 0.0) -> Iterator[Place]:
    with ExitStack() as end:
        url = end.enter_context(_database(kind))
        client, settings = end.enter_context(sandboxed(latency=latency))
        team = client.team()
        general = general_of(team)
        for name in PEOPLE:
            team.add_user(name)
            team.person(name).join(general)
        team.add_channel("incidents", by="ann")
        env = {
            **os.environ, **settings, "DATABASE_URL": url, "INCIDENTS_DIGEST_CHANNEL": "incidents",
            "SLACK_COMMANDS_PER_MINUTE": "600",
        }  # fmt: skip
        bot = end.enter_context(bot_process(env))
        connected(team.person("ann"), general, bot)
        team.person("ann").command("/incident", "open Warm", general)
        place = Place(kind, team, general, bot.pid)
        place.quiet(CALLS)
        team.clear_calls()
        yield Place(kind, _Since(team, len(team.deliveries())), general, bot.pid)  # type: ignore[arg-type]


class _Since:
    """A team whose deliveries begin with those that are measured."""

    def __init__(self, team: TeamClient, before: int) -> None:
        self._team, self._before = team, before

    def deliveries(self) -> list[Delivered]:
        return self._team.deliveries()[self._before :]

    def __getattr__(self, name: str) -> object:
        return getattr(self._team, name)


@contextmanager
def bot_process(env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    nowhere = subprocess.DEVNULL
    with subprocess.Popen([INCIDENT, "slack", "run"], env=env, stdout=nowhere, stderr=nowhere) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def connected(ann: PersonClient, general: str, bot: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while not ann.command("/incident", "help", general).acked:
        if time.monotonic() > until or bot.poll() is not None:
            raise SystemExit("The bot did not connect.")
        time.sleep(0.1)


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "SQLite":
        with tempfile.TemporaryDirectory(prefix="incident-bench-") as folder:
            yield f"sqlite:///{folder}/bench.db"
        return
    with Postgres(durable=True) as server:
        url = server.create_database()
        subprocess.run(
            [INCIDENT, "db", "upgrade"],
            env={**os.environ, "DATABASE_URL": url},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield url


def general_of(team: TeamClient) -> str:
    return next(place.id for place in team.channels() if place.name == "general")
