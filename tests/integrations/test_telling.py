"""What the webhook says about an event: the same for ever, and no text of a private incident."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.integrations.webhook import Webhook
from incident_core.events import EVENT_TYPES, Event, Opened, UpdateSent
from incident_core.model.incident import Incident
from incident_core.ports.mirror import Item
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder
from incident_core.record.canonical import canonical
from incident_core.record.codec import encode
from incident_core.testing.memory_clock import NOON, FrozenClock
from incident_core.testing.simulation.stories import Story
from incident_core.testing.strategies import events
from tests.integrations.stories import SECRET_WORDS, whole
from tests.integrations.stories import private as hidden


def webhook(*, private: bool = False) -> Webhook:
    return Webhook("https://hooks.example/", "a secret of ours", "default", FrozenClock(), private=private)


def said(story: Story, *, private: bool = False) -> list[Item]:
    """The items about every event, with the incident as it is at the end."""
    last = story.chapters[-1]
    return [
        item
        for entry in last.entries
        for item in webhook(private=private).items(replace(last.incident, number=42), entry)
    ]


def test_the_webhook_wants_nothing_and_says_each_event_once_to_one_audience() -> None:
    last = whole().chapters[-1]
    assert webhook().wanted(last.incident) == ()
    items = said(whole())
    assert len(items) == len(last.entries) > 10
    assert {(item.audience, item.method, item.repeatable, item.needs) for item in items} == {
        ("webhook", "webhook.post", True, ())
    }


def test_what_is_said_about_an_event_does_not_change_when_the_incident_goes_on() -> None:
    story = whole()
    hook = webhook()
    for chapter in story.chapters:
        for entry in chapter.entries:
            then = list(hook.items(replace(chapter.incident, number=42), entry))
            now = list(hook.items(replace(story.chapters[-1].incident, number=42), entry))
            assert then == now


def test_nothing_of_a_private_incident_is_sent_not_even_that_there_is_one() -> None:
    assert said(hidden()) == []
    reminder = Reminder(1, "stale", NOON, NOON, NOON)
    incident = replace(hidden().chapters[-1].incident, number=42)
    assert list(webhook().reminders(incident, reminder)) == []
    assert len(list(webhook(private=True).reminders(incident, reminder))) == 1


def test_private_incidents_are_sent_whole_where_that_is_allowed() -> None:
    items = said(hidden(), private=True)
    assert len(items) == 4
    assert all(SECRET_WORDS in str(item) for item in items)
    assert {str(item.content["incident"]) for item in items} == {
        "{'key': 'INC-42', 'private': True, 'drill': True}"
    }


def test_what_becomes_private_is_sent_no_longer_from_its_first_event_on() -> None:
    last = whole().chapters[-1]
    now = replace(last.incident, number=42, private=True)
    assert [item for entry in last.entries for item in webhook().items(now, entry)] == []


def test_a_drill_is_sent_and_marked() -> None:
    assert {str(item.content["incident"]) for item in said(hidden(), private=True)} == {
        "{'key': 'INC-42', 'private': True, 'drill': True}"
    }


def about(event: Event, incident: Incident, *, private: bool = False) -> bytes:
    entry = Entry(1, 1, UUID(int=1), event, "cli", NOON, None)
    (item,) = webhook(private=private).items(incident, entry)
    return canonical(dict(item.content))


PUBLIC = replace(whole().chapters[0].incident, number=42)
PRIVATE = replace(PUBLIC, private=True)


@pytest.mark.parametrize("kind", sorted(EVENT_TYPES))
@settings(max_examples=25)
@given(data=st.data())
def test_every_event_can_be_sent_with_all_its_fields(kind: str, data: st.DataObject) -> None:
    event = data.draw(events(EVENT_TYPES[kind]))
    body, texts = encode(event, bytes)
    told = json.loads(about(event, PUBLIC))["event"]
    assert (told["type"], told["by"]) == (kind, str(event.actor))
    assert set(told["details"]) == set(body)
    assert {name: told["details"][name] for name in texts} == {
        name: text.text for name, text in texts.items()
    }
    allowed = json.loads(about(event, PRIVATE, private=True))["event"]
    assert allowed == told


def test_a_redacted_text_is_gone_from_a_repeat() -> None:
    first = whole().chapters[0].entries[0]
    assert isinstance(first.event, Opened)
    assert b"API is slow" in about(first.event, PUBLIC)
    assert b"API is slow" not in about(replace(first.event, title=None), PUBLIC)


def test_long_text_in_any_script_is_sent_as_it_is() -> None:
    event = UpdateSent(actor=PUBLIC.opened_by, at=NOON, update="U1", text="é𝄞\n\u202e שלום" * 900)
    assert json.loads(about(event, PUBLIC))["event"]["details"]["text"] == event.text
