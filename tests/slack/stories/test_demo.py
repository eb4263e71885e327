"""The quick demo, the key features and the workflow example of Case's readme, sentence by sentence."""

from __future__ import annotations

from adapters.sandbox import Sandbox
from incident_core.model.stage import Stage
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import Town, founded, wait_for


def test_something_happens_and_open_makes_a_channel_and_adds_you_to_it(home: Town) -> None:
    said = home.say("open API response times increasing")
    key = said.partition(" ")[0]
    assert said.splitlines() == [
        f"{key} opened: API response times increasing (sev4).",
        "The link to its channel follows.",
    ]
    channel = f"{key.lower()}-api-response-times-increasing"
    wait_for(lambda: home.linked().get(key) == channel)
    home.quiet()
    assert home.room(key).name == channel
    assert home.members(key) == {"ann", "incidents"}


def test_collect_evidence_by_right_clicking_any_message_links_it_to_the_channel(home: Town) -> None:
    key, _ = home.opened("Evidence is looked for"), home.opened("Another one")
    message = home.slack.person("ben").post(home.general, "p99 is 4 seconds")
    home.slack.person("ben").message_shortcut("Collect Evidence", message)
    home.slack.person("ben").submit(home.form("ben"), {"incident": key})
    home.quiet()
    link = f"https://{home.slack.workspace.domain}.slack.com/archives/{home.general}/p"
    (piece,) = home.incident(key).evidence
    assert piece.url == link + message.ts.replace(".", "")
    (line,) = home.lines(key)
    address = home.plain(piece.url)
    assert line == f"<@ben> added evidence e1: {address} ({address})"


def test_if_it_is_serious_escalate_you_are_the_commander_and_the_team_gets_notified(home: Town) -> None:
    key = home.opened("It is serious")
    assert home.say("incident", channel=home.room(key).id) == f"{key} declared; <@ann> is the commander."
    home.quiet()
    assert "incident commander: <@ann>" in home.shown(home.panel(key)).splitlines()
    assert f"↳ {key} was declared an incident by <@ann>: <#{home.room(key).name}>" in home.digest()


def test_when_service_is_restored_it_is_resolved_but_stays_open_for_follow_up(home: Town) -> None:
    key = home.opened("It is restored", options="--declare")
    said = home.say("resolve", channel=home.room(key).id)
    ends = "It stays open for follow-up until it is closed."
    assert said == f"{key} resolved, LENGTH after it was declared. {ends}"
    home.quiet()
    assert not home.room(key).archived
    assert home.say(f"followup {key} add Write it down") == f"{key}: follow-up f1 added."


def test_after_the_post_mortem_close_archives_the_channel_and_the_audit_trail_stays(home: Town) -> None:
    key = home.opened("It is over", options="--declare")
    home.say(f"resolve {key}")
    assert home.close(key) == f"{key} closed: fixed."
    home.quiet()
    assert home.room(key).archived
    trail = home.say(f"timeline {key}").splitlines()
    assert [line.replace(" DATE", "") for line in trail[1:]] == [
        "1. <@ann> opened sev4: It is over",
        "2. <@ann> declared an incident",
        "3. <@ann> took incident_commander",
        "4. <@ann> resolved it",
        "5. <@ann> closed it: fixed",
    ]


def test_every_action_is_tracked_with_who_did_it_and_when(home: Town) -> None:
    key = home.opened("Who did it")
    home.say(f"severity {key} sev2", by="ben")
    home.say(f"declare {key}", by="cleo")
    entries = home.database.reader.timeline("default", key, home.actor())
    assert entries is not None
    did = [home.plain(str(each.event.actor)) for each in entries]
    assert did == ["slack:ann", "slack:ben", "slack:cleo", "slack:cleo"]
    assert all(each.event.at.tzinfo is not None and each.recorded_at >= each.event.at for each in entries)


def test_each_investigation_gets_its_own_channel(home: Town) -> None:
    first, second = home.opened("The same title"), home.opened("The same title")
    assert home.room(first).id != home.room(second).id
    assert home.say("status", channel=home.room(first).id).startswith(f"{first}  The same title")
    assert home.say("status", channel=home.room(second).id).startswith(f"{second}  The same title")


def test_not_every_investigation_needs_to_be_an_incident(home: Town) -> None:
    key = home.opened("Only a deployment")
    assert home.close(key) == f"{key} closed: no_action."
    home.quiet()
    assert home.room(key).archived
    assert home.incident(key).declared_at is None


def test_the_typical_workflow_example(new_town: Founding) -> None:
    """2:45 open, 2:46 evidence three times, 2:55 escalate, 3:30 resolve, the next day close."""
    with new_town() as home:
        ann, title = home.slack.person("ann"), "API response times degrading"
        home.opened(title)
        place = home.place("inc-1-api-response-times-degrading").id
        assert home.digest() == [f"INC-1 · sev4 · investigation · <#{home.place(place).name}> · {title}"]
        for text in ("The monitoring alert", "A customer complains", "Relevant error logs"):
            said = home.collect(ann.post(home.general, text))
            assert said == f"INC-1: evidence e{len(home.incident('INC-1').evidence)} added."
        home.quiet()
        assert len(home.lines("INC-1")) == 3
        home.say("incident", channel=place)
        assert "sev4 · incident · investigating" in home.say("status", channel=place)
        home.say("resolve", channel=place)
        home.quiet()
        assert not home.room("INC-1").archived
        assert home.close("INC-1", channel=place) == "INC-1 closed: fixed."
        home.quiet()
        assert home.room("INC-1").archived
        assert home.incident("INC-1").stage is Stage.CLOSED
        assert len(home.say("timeline INC-1").splitlines()) == 1 + 8
        assert home.program("export --layout case").out.count("INC-1,") == 1


def test_the_investigation_timer_starts_when_it_is_opened(home: Town) -> None:
    key = home.opened("Time goes by")
    opened = home.incident(key).opened_at
    assert home.incident(key).stages[0].at == opened
    assert "opened_at: DATE" in home.say(f"status {key}").splitlines()


def test_the_response_team_is_added_automatically_where_one_is_configured(
    new_town: Founding, sandbox: Sandbox
) -> None:
    slack = founded(sandbox, {"INCIDENT_RESPONSE_GROUP_ID": "S0123456789"})
    group = slack.team.add_group("responders", ["ben", "cleo"])
    with new_town(slack=slack, INCIDENT_RESPONSE_GROUP_ID=group) as home:
        key = home.opened("All hands")
        assert home.members(key) == {"ann", "incidents"}
        home.say(f"incident {key}")
        home.quiet()
        assert home.members(key) == {"ann", "ben", "cleo", "incidents"}
