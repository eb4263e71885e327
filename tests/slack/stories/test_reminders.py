"""The engine's timers, spoken in Slack: who is called, what can be pressed, and that each is said once."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox, Slack
from adapters.sandbox.person.seen import SeenMessage
from incident_core.ports.timers import Armed
from tests.cli.running import Program
from tests.databases import opened as opened_database
from tests.databases import sqlite_address
from tests.slack.bot.house import speaks_of
from tests.slack.stories.conftest import Founding
from tests.slack.stories.process import kill, program, running
from tests.slack.stories.town import WORKSPACE, Town, founded, town, wait_for

HALF_AN_HOUR, A_BIT_LESS = timedelta(minutes=30), timedelta(minutes=25)


@pytest.fixture(scope="module")
def quick(
    sandbox: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town in which news, and a technical lead, are asked for after a second, and nobody is called."""
    folder = tmp_path_factory.mktemp("quick")
    url = sqlite_address(Path(shutil.copy(sqlite_template, folder / "incidents.db")))
    options = {
        "COMMS_REMINDER_FIRST": "1s",
        "COMMS_REMINDER_AGAIN": "1h",
        "ROLE_EMPTY_AFTER": "1s",
        "RESOLVE_REQUIRED_ROLES": "incident_commander,technical_lead",
        "SLACK_REMINDERS_ALARM": "false",
    }
    with town(sandbox, url, folder, http=False, slack=None, **options) as made:
        yield made


def forgotten(incident: Program, slack: Slack, title: str, ago: str = "40m ago", *options: str) -> str:
    """The key of something that happened long ago, and of which the record learns only now."""
    by = f"slack:{slack.person('ann').id}"
    return incident(["open", title, "--at", ago, "--as", by, *options]).out.partition(" ")[0].strip()


def severe(home: Town, title: str, *options: str) -> str:
    """Something severe that was declared forty minutes ago, about which nothing was said since."""
    more = options or ("--severity", "sev1")
    return forgotten(home.program, home.slack, title, "40m ago", "--declare", *more)


@pytest.fixture(scope="module")
def late(home: Town) -> dict[str, str]:
    """Keys by what each is for: of all of them the bot learns at once, and reminds at once."""
    names = ("sev1", "sev2", "again", "snooze", "stop", "update")
    return {
        name: severe(home, f"No word of {name}", "--severity", "sev2" if name == "sev2" else "sev1")
        for name in names
    }


@pytest.fixture(scope="module")
def soon(quick: Town) -> dict[str, str]:
    """The same for what is reminded of within seconds."""
    names = ("softly", "news", "over")
    return {name: quick.opened(f"Soon {name}", options="--sev2 --declare") for name in names}


def reminded(home: Town, key: str, times: int = 1, timer: str = "comms") -> SeenMessage:
    """The newest reminder of this timer, once there are so many."""
    wait_for(lambda: len(reminders(home, key, timer)) >= times)
    found = reminders(home, key, timer)
    assert len(found) == times
    return found[-1]


def reminders(home: Town, key: str, timer: str = "comms") -> list[SeenMessage]:
    """All that this timer has said in the incident's channel, oldest first."""
    if key not in home.database.whereabouts.outside(WORKSPACE, "slack", "channel", [key]):
        return []
    seen = home.slack.person("ann").sees(home.room(key).id) if "ann" in home.members(key) else []
    return [each for each in seen if timer in _timers_of(each)]


def _timers_of(message: SeenMessage) -> list[str]:
    names = (block["block_id"].split("|") for block in message.blocks)
    return [name[3] for name in names if name[0] == "timer"]


def armed(home: Town, key: str, by: str = "ann") -> dict[str, Armed]:
    """The timers of this incident, by name."""
    return {each.name: each for each in home.database.timers.armed(WORKSPACE, home.actor(by), key, 20)}


@pytest.mark.parametrize("severity", ["sev1", "sev2"])
def test_half_an_hour_without_an_update_at_sev1_or_sev2_pings_the_channel(
    home: Town, late: dict[str, str], severity: str
) -> None:
    key = late[severity]
    assert home.shown(reminded(home, key)).splitlines() == [
        f"<!channel> No update since DATE. Tell what is known: /incident update {key} TEXT",
        "[Send an update] [Snooze for… ▾] [Stop]",
    ]
    assert "<!channel>" in reminders(home, key)[0].text


def test_from_then_on_a_reminder_is_sent_every_25_minutes(home: Town, late: dict[str, str]) -> None:
    key = late["again"]
    reminded(home, key)
    again = armed(home, key)["comms"]
    assert again.fired_at is not None
    assert again.due_at == again.fired_at + A_BIT_LESS


def test_what_is_less_severe_has_no_such_reminder_until_it_is_promoted(home: Town) -> None:
    key = home.opened("Not so bad yet", options="--declare")
    assert set(armed(home, key)) == {"stale"}
    for severity in ("sev2", "sev1"):
        home.say(f"severity {key} {severity}")
        comms = armed(home, key)["comms"]
        assert comms.due_at == comms.since + HALF_AN_HOUR
    home.quiet()


def test_that_everybody_is_called_is_a_setting_and_so_are_the_lengths(
    quick: Town, soon: dict[str, str]
) -> None:
    key = soon["softly"]
    assert quick.shown(reminded(quick, key)).startswith("No update since DATE.")
    again = armed(quick, key)["comms"]
    assert again.fired_at is not None
    assert again.due_at == again.fired_at + timedelta(hours=1)


def test_snooze_puts_it_off_for_as_long_as_is_chosen(home: Town, late: dict[str, str]) -> None:
    key = late["snooze"]
    message = reminded(home, key)
    before = len(home.alone("ann", message.channel))
    home.slack.person("ann").choose(message, "timer:snooze", "1 hour")
    told = home.told("ann", message.channel, before)
    assert told == f"{key}: no reminder of comms before DATE."
    entries = home.database.reader.timeline(WORKSPACE, key, home.actor())
    assert entries is not None
    comms, snoozed = armed(home, key)["comms"], entries[-1].event
    assert comms.due_at == comms.snoozed_until
    assert comms.snoozed_until is not None
    an_hour = comms.snoozed_until - snoozed.at
    assert abs(an_hour - timedelta(hours=1)) < timedelta(minutes=1)
    home.quiet()
    assert home.lines(key)[-1] == "<@ann> snoozed the reminder comms until DATE."
    assert f"• {key} comms: snoozed until DATE" in home.say(f"timers {key}").splitlines()


def test_stop_stops_it(home: Town, late: dict[str, str]) -> None:
    key = late["stop"]
    message = reminded(home, key)
    before = len(home.alone("ann", message.channel))
    home.slack.person("ann").press(message, "Stop")
    assert home.told("ann", message.channel, before) == f"{key}: no more reminders of comms."
    assert armed(home, key)["comms"].stopped
    home.quiet()
    assert home.lines(key)[-1] == "<@ann> stopped the reminder comms."
    assert f"• {key} comms: stopped" in home.say(f"timers {key}").splitlines()


def test_an_update_resets_the_reminder_and_its_button_opens_the_form(
    home: Town, late: dict[str, str]
) -> None:
    key = late["update"]
    ann = home.slack.person("ann")
    ann.press(reminded(home, key), "Send an update")
    form = home.form()
    ann.submit(form, {"text": "We look into it"})
    ann.close(form)
    (update,) = home.incident(key).updates
    comms = armed(home, key)["comms"]
    assert (comms.since, comms.due_at) == (update.sent_at, update.sent_at + HALF_AN_HOUR)
    home.quiet()
    assert len(reminders(home, key)) == 1


def test_the_reminder_comes_again_after_an_update_without_another(quick: Town, soon: dict[str, str]) -> None:
    key = soon["news"]
    reminded(quick, key)
    quick.say(f"update {key} We look into it")
    reminded(quick, key, times=2)


def test_resolve_stops_it_and_reopen_arms_it_again_even_where_it_was_stopped(
    quick: Town, soon: dict[str, str]
) -> None:
    key = soon["over"]
    reminded(quick, key)
    quick.say(f"timers {key} stop comms")
    quick.say(f"resolve {key} --override nobody looked")
    assert armed(quick, key) == {}
    assert quick.say(f"timers {key}") == f"{key} has no timer that counts."
    quick.say(f"reopen {key} it is back")
    assert {"comms", "stale"} <= set(armed(quick, key))
    reminded(quick, key, times=2)


def test_an_empty_role_that_is_required_is_asked_for(quick: Town) -> None:
    key = quick.opened("Nobody looks into it", options="--declare")
    role = "role:technical_lead"
    assert quick.shown(reminded(quick, key, timer=role)).splitlines() == [
        f"Nobody is technical lead since DATE: /incident claim {key} technical_lead",
        "[Snooze for… ▾] [Stop]",
    ]
    quick.say(f"claim {key} lead")
    assert role not in armed(quick, key)
    quick.quiet()


def test_what_is_open_for_seven_days_stands_in_a_list_in_the_digest_channel(home: Town) -> None:
    private = forgotten(home.program, home.slack, "Long and quiet", "8d ago", "--private")
    key = forgotten(home.program, home.slack, "Long forgotten", "8d ago")
    listed = "Open for too long; close what is over: /incident close INC-…"
    wait_for(lambda: any(each.startswith(listed) for each in home.digest()))
    (said,) = (each for each in home.digest() if each.startswith(listed))
    assert said.splitlines()[1:] == [f"{key} · sev4 · investigation · DATE · Long forgotten"]
    alone = home.shown(reminded(home, private, timer="stale")).splitlines()
    assert alone[0] == f"<!channel> PRIVATE Open since DATE. Where it is over: /incident close {private}"
    home.quiet()
    assert not speaks_of(private, "".join(home.digest()))


def test_timers_lists_what_is_due_when(home: Town) -> None:
    key = home.opened("Counted", options="--sev1 --declare")
    assert home.say("timers", channel=home.room(key).id).splitlines() == [
        "Timers, the next to fire first",
        f"• {key} comms: DATE",
        f"• {key} stale: DATE",
        f"To put one off: /incident timers {key} snooze comms LENGTH",
    ]
    assert home.say(f"timers {key} snooze comms 30m") == f"{key}: no reminder of comms before DATE."
    assert home.say(f"timers {key} stop stale") == f"{key}: no more reminders of stale."
    home.quiet()


def test_scheduler_list_shows_the_scheduled_reminders_of_all_incidents(new_town: Founding) -> None:
    with new_town() as home:
        keys = [home.opened(f"Number {number}", options="--sev2 --declare") for number in (1, 2)]
        hidden = home.opened("For few", options="--private --sev2 --declare")
        shown = home.mention("scheduler list").splitlines()
        assert [f"• {key} comms: DATE" in shown for key in (*keys, hidden)] == [True, True, True]
        others = home.mention("scheduler list", by="ben").splitlines()
        assert [f"• {key} comms: DATE" in others for key in (*keys, hidden)] == [True, True, False]
        assert not speaks_of(hidden, "".join(others))


def spoken(slack: Slack) -> Counter[str]:
    """How often each incident was reminded of its news, by title."""
    found: Counter[str] = Counter()
    ann = slack.person("ann")
    for place in slack.team.channels():
        if place.name.startswith("inc-") and ann.id in place.members and not place.name.endswith("-rca"):
            name = place.name.split("-", 2)[2]
            found[name] += sum("comms" in _timers_of(each) for each in ann.sees(place.id))
    return found


def test_killed_and_started_again_every_reminder_still_due_fires_once(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    slack = founded(sandbox)
    incident = program(slack, sqlite_url, tmp_path)

    def late(title: str) -> str:
        return forgotten(incident, slack, title, "40m ago", "--declare", "--severity", "sev1")

    with running(slack, incident) as process, closing(opened_database(sqlite_url)) as database:
        late("before")
        wait_for(lambda: spoken(slack)["before"] == 1)
        wait_for(lambda: not database.backlog.lags(WORKSPACE, None, 20))
        kill(process)
    late("while away")
    resolved, stopped = late("resolved since"), late("stopped since")
    incident(f"resolve {resolved}")
    incident(f"timers {stopped} stop comms")
    expected = {"before": 1, "while-away": 1, "resolved-since": 0, "stopped-since": 0}
    with running(slack, incident), closing(opened_database(sqlite_url)) as database:
        wait_for(lambda: spoken(slack)["while-away"] == 1)
        wait_for(lambda: not database.backlog.lags(WORKSPACE, None, 20))
        assert spoken(slack) == expected


def test_two_workers_never_send_a_reminder_twice(
    sandbox: Sandbox, postgresql_url: str, tmp_path: Path
) -> None:
    slack = founded(sandbox)
    incident = program(slack, postgresql_url, tmp_path)
    titles = [f"late {number}" for number in range(6)]
    for title in titles:
        forgotten(incident, slack, title, "40m ago", "--declare", "--severity", "sev1")
    with running(slack, incident), town(sandbox, postgresql_url, tmp_path, slack=slack) as home:
        wait_for(lambda: len(slack.control.connections(slack.app.id)) == 2)
        for title in ("late x", "late y"):
            titles.append(title)
            forgotten(incident, slack, title, "40m ago", "--declare", "--severity", "sev1")
        wait_for(lambda: sum(spoken(slack).values()) >= len(titles))
        home.quiet()
        assert spoken(slack) == {title.replace(" ", "-"): 1 for title in titles}
