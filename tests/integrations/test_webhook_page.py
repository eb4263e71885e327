"""docs/webhook.md: its receiver tells our documents from others, and its example is what we send."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.integrations.webhook import Webhook
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.times import from_iso
from incident_core.ports.timers import Listed, Reminder
from incident_core.testing.memory_clock import NOON, FrozenClock
from tests.integrations.pages import DOCS, block, blocks
from tests.integrations.playing import Play
from tests.integrations.standin import Received, standing_in
from tests.integrations.stories import whole

SECRET = "a secret of ours"
NOW = NOON.timestamp()


@pytest.fixture(scope="module")
def sent() -> list[Received]:
    """Every document about a whole incident, as a receiver gets it."""
    with standing_in() as stand_in:
        clock = FrozenClock()
        play = Play(whole(), Webhook(stand_in.url, SECRET, "default", clock, allow_private=True), clock)
        play.tell()
        play.finish()
        return stand_in.received


@pytest.fixture(scope="module")
def is_genuine() -> Callable[..., bool]:
    """The lines of the page."""
    names: dict[str, Any] = {}
    exec(compile(block("webhook.md", "python"), "docs/webhook.md", "exec"), names)
    return names["is_genuine"]  # type: ignore[no-any-return]


def test_the_receiver_of_the_page_takes_what_we_send(
    sent: list[Received], is_genuine: Callable[..., bool]
) -> None:
    assert len(sent) > 10
    assert all(is_genuine(SECRET, each.headers, each.body, NOW) for each in sent)


def test_it_takes_nothing_else(sent: list[Received], is_genuine: Callable[..., bool]) -> None:
    first, second = sent[:2]
    late = {**first.headers, "Incident-Timestamp": str(int(NOW) + 1)}
    assert not is_genuine("another secret of ours", first.headers, first.body, NOW)
    assert not is_genuine(SECRET, first.headers, second.body, NOW)
    assert not is_genuine(SECRET, first.headers, first.body + b" ", NOW)
    assert not is_genuine(SECRET, late, first.body, NOW)
    assert not is_genuine(SECRET, {**first.headers, "Incident-Signature": "v1=é"}, first.body, NOW)
    assert not is_genuine(SECRET, {**first.headers, "Incident-Timestamp": "now"}, first.body, NOW)
    week = timedelta(weeks=1).total_seconds()
    assert not is_genuine(SECRET, first.headers, first.body, NOW + week)
    assert not is_genuine(SECRET, first.headers, first.body, NOW - week)


def test_the_example_of_the_page_is_what_we_send(sent: list[Received]) -> None:
    example = json.loads(blocks("webhook.md", "json")[0])
    document = sent[example["event"]["version"] - 1].document
    assert document == example


def test_the_example_of_a_reminder_is_what_we_say() -> None:
    example = json.loads(blocks("webhook.md", "json")[1])
    times: dict[str, Any] = {
        name: from_iso(example["reminder"][name]) for name in ("since", "due_at", "fired_at")
    }
    incident = replace(whole().chapters[-1].incident, number=42)
    (item,) = _webhook().reminders(incident, Reminder(number=2, timer="comms", **times))
    assert {**item.content, "id": example["id"]} == example


def test_a_list_is_about_no_incident_and_names_those_in_it() -> None:
    listed = Listed("INC-7", "slow", Severity.SEV2, Stage.INCIDENT, NOON)
    reminder = Reminder(1, "stale", NOON, NOON, NOON, listed=(listed,), more=3)
    (item,) = _webhook().reminders(None, reminder)
    told = item.content["reminder"]
    assert isinstance(told, dict)
    page = (DOCS / "webhook.md").read_text()
    assert (item.content["incident"], told["more"], told["listed"][0]["title"]) == (None, 3, "slow")
    assert all(f"`{name}`" in page for name in (*told["listed"][0], "listed", "more"))
    assert list(_webhook().reminders(None, replace(reminder, listed=()))) == []


def _webhook() -> Webhook:
    return Webhook("https://example.org/", SECRET, "default", FrozenClock())


def test_the_headers_of_the_page_are_those_we_send(sent: list[Received]) -> None:
    example = dict(re.findall(r"^([A-Z][\w-]+): (.*)$", block("webhook.md", "http"), re.MULTILINE))
    request = next(each for each in sent if each.key == example["Idempotency-Key"])
    ours = {name: request.headers[name] for name in example} | {"Incident-Signature": "v1=HEX"}
    assert ours == example
    added = set(request.headers) - set(example)
    assert added == {"Host", "Connection", "Content-Length", "Accept-Encoding"}


def test_the_page_describes_every_field(sent: list[Received]) -> None:
    page = (DOCS / "webhook.md").read_text()
    document = sent[0].document
    fields = [*document, *(f"{part}.{name}" for part in ("incident", "event") for name in document[part])]
    for field in fields:
        assert f"`{field}`" in page or field in ("incident", "event"), field
