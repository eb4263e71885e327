"""Play one whole incident in a Slack of its own: the real bot, a sandbox in Slack's place, and two people."""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

from adapters.bootstrap_bot import made
from adapters.sandbox import Sandbox, Slack, new_slack
from adapters.sandbox.person.seen import SeenMessage
from adapters.settings import Settings
from adapters.slack.manifest import manifest

PATIENCE = 20.0
ROOM = "inc-1-api-response-times-increasing"
STORY: tuple[tuple[str, str, str, str], ...] = (
    ("ann", "general", "open API response times increasing", "An alert fires, and ann looks into it"),
    ("ben", ROOM, "evidence https://grafana.example.com/d/api p99 is 4 s", "Evidence is a link"),
    ("ann", ROOM, "declare", "It is serious: an incident, and ann leads it"),
    ("ann", ROOM, "severity sev2", "Everybody is affected"),
    ("ben", ROOM, "claim lead", "A role is one word away"),
    ("ben", ROOM, "update Checkout is slow for everybody; a fix is being tried", "Others wait for news"),
    ("ann", ROOM, "status monitoring", "It looks better"),
    ("ben", ROOM, "correct u1 Checkout was slow; the fix works", "An update can be put right, in place"),
    ("ann", ROOM, "close", "A refusal explains itself"),
    ("ann", ROOM, "resolve", "Service is restored"),
    ("ben", "general", "list", "What is open?"),
)  # fmt: skip


def main() -> int:
    """0 once everything was played."""
    with tempfile.TemporaryDirectory(prefix="incident-demo-") as folder, Sandbox() as server:
        slack = new_slack(server, manifest(Settings(database_url="")), people=["ann", "ben"])
        slack.person("ann").create_channel("incidents")
        with _bot(slack, Path(folder)):
            for who, where, text, title in STORY:
                _play(slack, who, where, text, title)
            _show(slack, "incidents")
            _show(slack, STORY[1][1])
    return 0


@contextmanager
def _bot(slack: Slack, folder: Path) -> Iterator[None]:
    environ = {
        **slack.settings,
        "DATABASE_URL": f"sqlite:///{(folder / 'demo.db').as_posix()}",
        "INCIDENTS_DIGEST_CHANNEL": "incidents",
    }
    bot = made(Settings.read(environ, folder))
    bot.start()
    try:
        slack.wait_for_socket()
        yield
    finally:
        bot.stop()


def _play(slack: Slack, who: str, where: str, text: str, title: str) -> None:
    print(f"\n# {title}\n{who} in #{where}: /incident {text}", flush=True)
    person = slack.person(who)
    if where != "general":
        _until(lambda: where in [one.name for one in slack.team.channels()], f"{where} was not made")
        person.join(where)
    came = person.command("/incident", text, slack.general if where == "general" else where)
    if not came.acked:
        raise SystemExit(f"The bot did not answer: {came.failure}.")
    _say(slack, f"only {who} sees", str(came.answer.get("text", "")))
    _quiet(slack)


def _show(slack: Slack, channel: str) -> None:
    ann = slack.person("ann")
    ann.join(channel)
    print(f"\n# What stands in #{channel}")
    for message in ann.sees(channel):
        if not message.ephemeral:
            _say(slack, _from(message), message.text)


def _from(message: SeenMessage) -> str:
    return "bot" if message.raw.get("bot_id") else "   "


def _say(slack: Slack, who: str, text: str) -> None:
    """As a reader sees it: names in the place of ids."""
    names = {one.id: f"@{one.name}" for one in slack.team.people()}
    names |= {one.id: f"#{one.name}" for one in slack.team.channels()}
    text = re.sub(r"<[@#]([A-Z0-9]+)>", lambda found: names.get(found[1], found[0]), text)
    text = re.sub(r"<(?:!date[^|>]*|https?:[^|>]*)\|([^>]*)>", r"\1", text)
    for number, line in enumerate(unescape(text).splitlines() or [""]):
        print(f"  {f'[{who}]' if number == 0 else ' ' * (len(who) + 2)} {line}")


def _quiet(slack: Slack) -> None:
    """Until the bot has made no call for a while."""
    before, since = -1, time.monotonic()
    while time.monotonic() - since < 0.5:
        calls = len(slack.team.calls())
        if calls != before:
            before, since = calls, time.monotonic()
        time.sleep(0.05)


def _until(condition: object, otherwise: str) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():  # type: ignore[operator]
        if time.monotonic() > until:
            raise SystemExit(f"{otherwise}.")
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
