"""Severity and status: set on the panel, typed, or on the command line; announced, and shown everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from incident_core.model.severity import Severity
from incident_core.model.status import Status
from tests.slack.stories.town import Town
from tests.slack.stories.using import asked, fields, kept, row, select, sent


def panel(home: Town, key: str, name: str, value: str) -> None:
    select(home, key, name, value)


def typed(home: Town, key: str, name: str, value: str) -> None:
    home.say(f"{name} {key} {value}")


def in_its_channel(home: Town, key: str, name: str, value: str) -> None:
    home.say(f"{name} {value}", channel=home.room(key).id)


def command_line(home: Town, key: str, name: str, value: str) -> None:
    home.program(f"{name} {key} {value}")
    home.say("list")


WAYS = [panel, typed, in_its_channel, command_line]
Way = Callable[[Town, str, str, str], None]


def opened(home: Town, title: str, severity: str = "sev4") -> str:
    """An incident of this severity."""
    return home.opened(title, options=f"--declare --{severity}")


def shows(home: Town, key: str, severity: str, status: str) -> None:
    """Panel with its selects, topic, digest and record agree."""
    incident, shown = home.incident(key), home.panel(key)
    assert (incident.severity, incident.status) == (Severity(severity), Status(status))
    state = f"{severity} · incident: {status}"
    assert home.shown(shown).splitlines()[1] == state
    chosen = [row(shown, name)["elements"][0]["initial_option"]["value"] for name in ("severity", "status")]
    assert chosen == [severity, status]
    assert home.room(key).topic == f"{key} · {state} · {incident.title}"
    assert home.digest_of(key).splitlines()[0] == (
        f"{key} · {state} · <#{home.room(key).name}> · led by <@ann> · {incident.title}"
    )


def who(way: Way) -> str:
    """Who does it, as the channel names them."""
    return "ann (cli)" if way is command_line else "<@ann>"


@pytest.mark.parametrize("way", WAYS)
def test_a_status_is_announced_in_the_channel_and_digest_and_panel_follow(home: Town, way: Way) -> None:
    key = opened(home, f"Status {way.__name__}")
    ts = home.panel(key).ts
    for status in ("identified", "monitoring", "investigating"):
        way(home, key, "status", status)
        home.quiet()
        assert home.lines(key)[-1] == f"{who(way)} set the status to {status}."
        shows(home, key, "sev4", status)
    assert home.panel(key).ts == ts


@pytest.mark.parametrize("way", WAYS)
def test_a_severity_is_announced_in_the_channel_and_digest_and_panel_follow(home: Town, way: Way) -> None:
    """All incidents start as sev4, and may be promoted through to sev1."""
    key = opened(home, f"Severity {way.__name__}")
    shows(home, key, "sev4", "investigating")
    for before, severity in (("sev4", "sev3"), ("sev3", "sev2"), ("sev2", "sev1")):
        way(home, key, "severity", severity)
        home.quiet()
        assert home.lines(key)[-1] == f"{who(way)} raised the severity from {before} to {severity}."
        shows(home, key, severity, "investigating")


def test_what_the_panel_did_is_told_to_whoever_did_it(home: Town) -> None:
    key = opened(home, "Answered")
    assert select(home, key, "status", "identified") == f"{key} is identified now."
    assert select(home, key, "severity", "sev2") == f"{key} is sev2 now."
    home.quiet()
    assert select(home, key, "severity", "sev2") == f"Unchanged: {key} is sev2 already."


@pytest.mark.parametrize("before", ["sev1", "sev2"])
def test_lowering_asks_for_its_reason_in_a_modal(home: Town, before: str) -> None:
    key = opened(home, f"Lowered from {before}", before)
    events = home.events()
    form = asked(home, lambda ann: ann.choose(home.panel(key), "set:severity", "sev3"))
    assert fields(form) == {"reason": False}
    assert home.shown(form).splitlines()[:2] == [
        f"{key} Lowered from {before}",
        f"From {before} to sev3: until you send this, nothing changes.",
    ]
    assert home.events() == events
    assert sent(home, form, reason="only one region") == f"{key} is sev3 now."
    home.quiet()
    assert home.lines(key)[-1] == f"<@ann> lowered the severity from {before} to sev3:\n> only one region"
    shows(home, key, "sev3", "investigating")
    assert "only one region" in home.say(f"timeline {key}").splitlines()[-1]


def test_without_a_reason_the_modal_stays_and_nothing_changes(home: Town) -> None:
    key = opened(home, "Kept as it is", "sev1")
    events = home.events()
    form = asked(home, lambda ann: ann.choose(home.panel(key), "set:severity", "sev4"))
    assert kept(home, form, reason="  ") == {"reason": "Lowering needs a reason."}
    assert home.events() == events
    shows(home, key, "sev1", "investigating")


def test_lowering_that_nobody_needs_to_explain_is_done_at_once(home: Town) -> None:
    key = opened(home, "Not so bad", "sev3")
    assert select(home, key, "severity", "sev4") == f"{key} is sev4 now."
    home.quiet()
    assert home.lines(key)[-1] == "<@ann> lowered the severity from sev3 to sev4."


def test_a_lowering_that_somebody_was_faster_with_says_so(home: Town) -> None:
    key = opened(home, "Lowered twice", "sev1")
    form = asked(home, lambda ann: ann.choose(home.panel(key), "set:severity", "sev3"))
    home.say(f"severity {key} sev3 only one region", by="ben")
    events = home.events()
    assert sent(home, form, reason="only one region, I think") == f"Unchanged: {key} is sev3 already."
    assert home.events() == events
    home.quiet()


@pytest.mark.parametrize("way", [typed, command_line])
def test_lowering_typed_without_a_reason_is_refused_and_says_what_to_type(home: Town, way: Way) -> None:
    key = opened(home, f"Lowered {way.__name__}", "sev1")
    events = home.events()
    if way is typed:
        said = home.say(f"severity {key} sev3")
        assert f"→ /incident severity {key} sev3 " in said
    else:
        ran = home.program.anyhow(f"severity {key} sev3")
        assert f"incident severity {key} sev3 " in ran
    assert home.events() == events
    home.say(f"severity {key} sev3 only one region")
    home.quiet()
    shows(home, key, "sev3", "investigating")


def test_severity_shows_what_the_levels_mean(home: Town) -> None:
    key = opened(home, "How bad", "sev2")
    head, *levels = home.say(f"severity {key}").splitlines()
    assert head == f"{key} is sev2 since DATE."
    assert [each.partition(": ")[0] for each in levels] == ["sev1", "sev2", "sev3", "sev4"]
    assert levels[0].startswith("sev1: Critical: customers cannot use the product")


def test_when_it_is_resolved_the_digest_message_shows_that(home: Town) -> None:
    key = opened(home, "Over now", "sev3")
    before = home.digest_of(key)
    home.say(f"resolve {key}")
    home.quiet()
    assert home.digest_of(key) == before.replace("incident: investigating", "resolved")


def test_a_status_has_to_be_one_that_there_is_and_belongs_to_an_incident(home: Town) -> None:
    key = home.opened("Only looked into")
    events = home.events()
    said = home.say(f"status {key} perhaps")
    assert said == "perhaps is not a status; the statuses are investigating, identified, monitoring."
    assert f"{key} is in stage investigation" in home.say(f"status {key} identified")
    assert home.events() == events


def test_a_choice_on_a_panel_of_an_earlier_stage_changes_nothing(home: Town) -> None:
    key = opened(home, "Moved on", "sev3")
    room, old = home.room(key).id, home.panel(key)
    home.slack.team.latency(1.0, "chat.update")
    try:
        home.say(f"resolve {key}", by="ben")
        events, told = home.events(), len(home.alone("ann", room))
        home.slack.person("ann").choose(old, "set:status", "monitoring")
        assert home.told("ann", room, told).startswith(f"{key} has moved on since this button was shown")
        assert home.events() == events
    finally:
        home.slack.team.latency(0.0, "chat.update")
    home.quiet()
