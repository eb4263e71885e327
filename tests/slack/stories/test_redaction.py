"""A secret in every text that there is: redacted, it is nowhere any more, and who, when and why stays."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from adapters.storage.tables import metadata
from incident_core import events as e
from incident_core.model.actor import Actor
from incident_core.model.severity import Severity
from incident_core.ports.log import Batch, Result
from incident_core.record.chain import Envelope
from tests.integrations.standin import StandIn, standing_in
from tests.slack.stories.reading import read
from tests.slack.stories.town import WORKSPACE, Town, founded, town
from tests.storage.asking import ask

WHY = "it named a customer"
_PLACES = (
    "title", "impact", "evidence", "note", "update", "told", "component", "corrected", "retitled", "task",
    "followup", "retracted", "lowered", "reopened", "override", "external", "typed",
)  # fmt: skip
SECRET = {place: f"zq{number}secret{place}" for number, place in enumerate(_PLACES)}
ENTRIES = ("title", "e1", "u1", "u2", "u3", "t1", "f1")
"""What is redacted by name; the reasons, and the link outside, by their numbers."""
WHERE = {
    "table texts", "table incidents", "table documents", "table search", "incident list", "incident show 1",
    "incident timeline 1", "incident export", "incident export --json", "incident export --timeline",
    "incident export --timeline --json", "/incident list all", "/incident timeline INC-1",
    "messages of #incidents", "home",
}  # fmt: skip
"""Where it is there to be found before."""
_SEARCHED = ("title", "note", "lowered")
_WAYS = (
    "list", "list --json", "show 1", "show 1 --json", "timeline 1", "timeline 1 --json", "stats",
    "stats --json", "export", "export --json", "export --timeline", "export --timeline --json", "explain 1",
    "export --case", "timers", "timers 1", "mirrors", "mirrors 1", "audit head",
)  # fmt: skip


@pytest.fixture
def hook() -> Iterator[StandIn]:
    with standing_in() as hook:
        yield hook


@pytest.fixture
def home(sandbox: Sandbox, database_url: str, tmp_path: Path, hook: StandIn) -> Iterator[Town]:
    options: dict[str, Any] = {
        "WEBHOOK_URL": hook.url,
        "WEBHOOK_SECRET": "a secret of these tests",
        "WEBHOOK_ALLOW_PRIVATE": "true",
        "RESOLVE_REQUIRED_ROLES": "technical_lead",
        "LOG_LEVEL": "DEBUG",
    }
    slack = founded(sandbox, options)
    with town(sandbox, database_url, tmp_path, slack=slack, **options) as home:
        yield home


def lived(home: Town) -> str:
    """An incident with a secret in every text; its key."""
    key, type_ = home.opened(SECRET["title"]), home.program
    type_(f"declare {key}")
    type_(f"evidence {key} https://example.com/{SECRET['evidence']} --note {SECRET['note']}")
    type_(f"update {key} {SECRET['update']} --impact {SECRET['impact']} --component {SECRET['component']}")
    type_(f"update {key} news --impact {SECRET['told']}")
    type_(f"correct {key} u2 {SECRET['corrected']}")
    home.say(f"update {key} {SECRET['typed']}")
    type_(f"title {key} {SECRET['retitled']}")
    type_(f"task {key} add {SECRET['task']}")
    type_(f"followup {key} add {SECRET['followup']} --owner slack:{home.slack.person('ben').id}")
    type_(f"retract {key} u2 --reason {SECRET['retracted']}")
    type_(f"assign {key} technical_lead slack:{home.slack.person('ben').id}")
    type_(f"release {key} technical_lead")
    type_(f"severity {key} {Severity.SEV1}")
    type_(f"severity {key} {Severity.SEV3} --reason {SECRET['lowered']}")
    linked(home, key)
    type_(f"resolve {key} --override {SECRET['override']}")
    type_(f"reopen {key} --reason {SECRET['reopened']}")
    home.quiet()
    return key


def linked(home: Town, key: str) -> None:
    """What no command says yet: another system knows it by a link."""
    ann, log = Actor("cli", "ann"), home.database.log
    loaded = log.load(WORKSPACE, key, ann)
    assert loaded is not None
    at = loaded.recorded_at
    event = e.ExternalLinked(
        actor=ann, at=at, system="x", external_id="1", url=f"https://x.example/{SECRET['external']}"
    )
    told = Envelope(WORKSPACE, loaded.incident_id, ann, "cli", "linked", "linked", at)
    log.commit(Batch(told, "request", loaded.incident, Result.ACCEPTED, (event,)))


def redacted(home: Town, key: str) -> None:
    """Everything, by name as far as it has one."""
    for entry in ENTRIES:
        home.program(f"redact {key} {entry} --reason '{WHY}'")
    for line in home.program(f"timeline {key} --json").json:
        texts = {"reason", "url"} & {name for name, value in line["body"].items() if value is not None}
        if texts and line["type"] != "text_redacted":
            home.program(f"redact {key} {line['version']} --reason '{WHY}'")
    home.quiet()


def tables(url: str) -> str:
    """Every row of every table."""
    return "\n".join(text for _, text in _tables(url))


def _tables(url: str) -> Iterator[tuple[str, str]]:
    for table in metadata.sorted_tables:
        rows = ask(url, f"SELECT * FROM {table.name}")
        yield f"table {table.name}", "\n".join(repr([_plain(each) for each in row]) for row in rows)


def places(home: Town, key: str, url: str) -> Iterator[tuple[str, str]]:
    """Everything that can be looked at, by what it is called."""
    yield from _tables(url)
    for line in (*_WAYS, *(f"search {SECRET[each]}" for each in _SEARCHED)):
        yield f"incident {line}", home.program.anyhow(line)
    for line in ("", "list all", f"show {key}", f"timeline {key}", f"update {key}", f"evidence {key}"):
        yield f"/incident {line}", read(home.typed(line).answer)
    for place in home.slack.workspace.channels.values():
        said = [(each.text, each.blocks) for each in place.messages.values() if not each.subtype]
        yield f"messages of #{place.name}", json.dumps(said)
        yield f"name and topic of #{place.name}", f"{place.name} {place.topic}"
    yield "home", home.shown(home.tab("ben"))


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def found(home: Town, key: str, url: str) -> dict[str, set[str]]:
    """The secrets that can be seen, and where; what was asked for is no place."""
    return {
        way: left
        for way, text in places(home, key, url)
        if (left := {word for word in SECRET.values() if word in text and word not in way})
    }


def test_what_is_redacted_is_nowhere_any_more_and_who_when_and_why_is_in_the_timeline(
    home: Town, hook: StandIn, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = lived(home)
    before = found(home, key, database_url)
    seen = set().union(*before.values())
    assert seen == set(SECRET.values()), "each of them is there to be found"
    assert set(before) >= WHERE
    sent = len(hook.received)
    redacted(home, key)
    assert found(home, key, database_url) == {}
    documents = [each.document for each in hook.received[sent:]]
    assert not [word for word in SECRET.values() if word in json.dumps(documents)]
    again = {each["event"]["version"]: each["event"]["details"] for each in documents}
    assert again[1]["title"] is None, "the receiver is told the first event again, without its title"
    assert not [word for word in SECRET.values() if word in caplog.text], "nor was it ever logged"
    lines = [each for each in home.program(f"timeline {key} --json").json if each["type"] == "text_redacted"]
    assert {(each["actor"], each["body"]["reason"]) for each in lines} == {("cli:ann", WHY)}
    assert "wrong" not in home.program("audit verify").out
    assert "none differed" in home.program("db rebuild").out
    assert not [word for word in SECRET.values() if word in tables(database_url)]
    home.program("db compact")
    if database_url.startswith("sqlite"):
        file = home.program.file
        raw = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
        assert not [word for word in SECRET.values() if word.encode() in raw]
