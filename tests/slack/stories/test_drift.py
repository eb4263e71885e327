"""What people do by hand in Slack is put right, or told to the admins once: by event, or at the next look."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.bootstrap_bot import Bot
from adapters.sandbox import Sandbox, Slack
from adapters.slack.drift.watch import Watch
from incident_core.ports.findings import What
from tests.databases import sqlite_address
from tests.slack.stories.town import DIGEST, PEOPLE, WORKSPACE, Town, founded, town, wait_for
from tests.slack.stories.using import directly

DEAF = ("channel_", "group_", "user_change")
OPTIONS = {"SLACK_LOOK_UP_NAMES": "true", "SLACK_READ_HISTORY": "true"}
"""With what an admin, Olga, is told; nobody looks by themselves while a test runs."""


@dataclass
class Watched:
    """A town in which the bot hears of what people do with channels, or has to look for itself."""

    home: Town
    heard: bool

    def noticed(self, done: Callable[[], bool]) -> None:
        """Let the bot notice it, and wait until this is so."""
        if not self.heard:
            look(self.home.bot)
        wait_for(done)
        self.home.quiet()

    def kinds(self, key: str) -> list[What]:
        """What stands about this incident."""
        return [each.what for each in self.home.database.findings.open(WORKSPACE, 100) if each.key == key]

    def reports(self, key: str) -> list[str]:
        """What the admin was told about it."""
        return [each for each in directly(self.home, "olga") if key in each]

    def once(self, key: str, what: What, words: str) -> None:
        """It stands and was told; noticed again it is not told again."""
        self.noticed(lambda: self.kinds(key) == [what])
        (said,) = self.reports(key)
        assert words in said
        look(self.home.bot)
        self.home.quiet()
        assert self.reports(key) == [said]

    def over(self, key: str) -> None:
        """It is so no longer."""
        self.noticed(lambda: self.kinds(key) == [])


def watch(bot: Bot) -> Watch:
    """What looks, in the bot."""
    return next(each for each in bot.beside if isinstance(each, Watch))


def look(bot: Bot) -> None:
    """Look at everything, whoever has looked last."""
    watch(bot).everywhere()


def deafen(slack: Slack) -> None:
    """The app hears of nothing that people do with channels and accounts, like one that is older."""
    settings = slack.app.manifest["settings"]
    events = settings["event_subscriptions"]
    kept = [each for each in events["bot_events"] if not each.startswith(DEAF)]
    changed = {**settings, "event_subscriptions": {**events, "bot_events": kept}}
    slack.control.change_app(slack.app.id, {**slack.app.manifest, "settings": changed})


@pytest.fixture(scope="module", params=[True, False], ids=["by event", "by a look"])
def watched(
    request: pytest.FixtureRequest,
    sandbox: Sandbox,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    url = sqlite_address(Path(shutil.copy(sqlite_template, folder / "incidents.db")))
    slack = founded(sandbox, OPTIONS, people=(*PEOPLE, "olga"))
    options = {**OPTIONS, "ADMIN_USERS": slack.person("olga").id}
    with town(sandbox, url, folder, http=False, slack=slack, **options) as home:
        if not request.param:
            deafen(slack)
        yield Watched(home, request.param)


def test_a_renamed_channel_stays_so_until_the_title_is_another(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Old name")
    room = home.room(key)
    home.slack.person("ann").rename(room.id, "ours-now")
    watched.once(key, What.RENAMED, f"The channel of {key} was renamed by hand, and stays so: <#ours-now>.")
    assert home.room(key).name == "ours-now"
    home.slack.person("ann").rename(room.id, "ours-again")
    watched.noticed(lambda: len(watched.reports(key)) == 2)
    home.say(f"title {key} New name")
    watched.noticed(lambda: home.room(key).name.endswith("new-name"))
    look(home.bot)
    assert watched.kinds(key) == []
    assert len(watched.reports(key)) == 2


def test_what_the_bot_does_itself_is_nobodys_doing(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Quick story", options="--declare")
    home.say(f"title {key} Quick tale")
    home.say(f"resolve {key}")
    home.close(key)
    home.quiet()
    look(home.bot)
    home.say(f"reopen {key} again")
    home.quiet()
    look(home.bot)
    wait_for(lambda: all(each.acked is not None for each in home.slack.team.deliveries()))
    home.quiet()
    assert (watched.kinds(key), watched.reports(key)) == ([], [])
    assert not home.room(key).archived


@pytest.mark.parametrize("options", ["", "--declare", "--private --declare"])
def test_a_channel_archived_while_people_respond_is_taken_back_out(watched: Watched, options: str) -> None:
    home, key = watched.home, watched.home.opened("Needed", options=options)
    room = home.room(key).id
    home.slack.person("ann").archive(room)
    watched.noticed(lambda: not home.room(key).archived)
    home.say(f"update {key} We are still here")
    home.quiet()
    assert home.room(key).id == room
    assert any("We are still here" in line for line in home.lines(key))
    assert watched.reports(key) == []


def test_where_slack_does_not_let_it_the_incident_goes_on_in_a_new_channel(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Stays shut", options="--declare")
    room = home.room(key).id
    home.slack.team.fault("conversations.unarchive", "error", code="restricted_action", times=1)
    home.slack.person("ann").archive(room)
    watched.noticed(lambda: home.room_id(key) not in (None, room))
    assert "goes on" in home.shown(home.panel(key))


def test_what_was_refused_in_between_is_said_once_it_is_back(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Line too late", options="--declare")
    home.slack.person("ann").archive(home.room(key).id)
    home.say(f"update {key} Said in between")
    watched.noticed(lambda: not home.room(key).archived)
    wait_for(lambda: sum("Said in between" in line for line in home.lines(key)) == 1)


def test_archived_while_it_is_resolved_it_stays_so_and_nothing_is_lost(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Done for now", options="--declare")
    home.say(f"resolve {key}")
    home.quiet()
    room = home.room(key).id
    home.slack.person("ann").archive(room)
    watched.once(key, What.ARCHIVED, f"The channel of {key} was archived by hand, and stays so: ")
    home.say(f"followup {key} add Write it down")
    home.quiet()
    assert home.room(key).archived
    home.say(f"reopen {key} it is back")
    wait_for(lambda: not home.room(key).archived)
    wait_for(lambda: any("Write it down" in line for line in home.lines(key)))
    watched.over(key)
    assert home.room(key).id == room


def test_closed_while_it_is_shut_it_says_the_rest_and_is_archived(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Shut and closed", options="--declare")
    home.say(f"resolve {key}")
    home.quiet()
    home.slack.person("ann").archive(home.room(key).id)
    watched.noticed(lambda: watched.kinds(key) == [What.ARCHIVED])
    home.close(key)
    home.quiet()
    assert home.room(key).archived
    look(home.bot)
    assert watched.kinds(key) == []


def test_taken_out_of_the_archive_while_closed_it_stays_so_until_somebody_reopens(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Closed")
    home.close(key)
    home.quiet()
    room = home.room(key).id
    home.slack.person("ann").unarchive(room)
    watched.once(key, What.UNARCHIVED, f"The channel of {key}, which is closed, was taken out of the archive")
    assert not home.room(key).archived
    home.say(f"reopen {key} it is back")
    home.quiet()
    look(home.bot)
    assert watched.kinds(key) == []
    home.close(key)
    home.quiet()
    home.slack.person("ann").unarchive(room)
    watched.noticed(lambda: len(watched.reports(key)) == 2)
    home.slack.person("ann").archive(room)
    watched.over(key)


def test_a_deleted_channel_is_made_again_with_all_that_is_in_it(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Deleted", options="--declare")
    room = home.room(key)
    home.slack.person("owner").delete_channel(room.id)
    watched.noticed(lambda: home.room_id(key) not in (None, room.id))
    assert home.room(key).name == room.name
    assert {"ann", "incidents"} <= home.members(key)
    assert key in home.shown(home.panel(key))
    assert watched.reports(key) == []


def test_a_deleted_panel_is_posted_and_pinned_anew(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Panel")
    panel = home.panel(key)
    home.slack.person("owner").join(panel.channel)
    home.slack.person("owner").delete(panel)
    look(home.bot)  # Slack says it only to those who read messages
    wait_for(lambda: bool(home.slack.workspace.channels[panel.channel].pins))
    home.quiet()
    assert home.panel(key).ts != panel.ts
    assert watched.reports(key) == []


def test_a_deleted_digest_is_posted_anew_with_the_next_change(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Digest", options="--declare")
    for name in ("owner", "ann"):
        home.slack.person(name).join(DIGEST)
    line = next(each for each in home.slack.person("ann").sees(DIGEST) if each.text.startswith(f"{key} · "))
    home.slack.person("owner").delete(line)
    look(home.bot)
    home.say(f"severity {key} sev1")
    wait_for(lambda: sum(each.startswith(f"{key} · ") for each in home.digest()) == 1)
    home.quiet()
    assert "sev1" in home.digest_of(key)


def test_taken_out_of_a_public_channel_the_bot_comes_back(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Come back")
    home.slack.person("ann").remove(home.room(key).id, home.slack.bot_user)
    watched.noticed(lambda: "incidents" in home.members(key))
    assert (watched.kinds(key), watched.reports(key)) == ([], [])


def test_taken_out_of_a_private_channel_it_says_how_to_invite_it(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Secret", options="--private")
    ann, room = home.slack.person("ann"), home.room(key).id
    ann.remove(room, home.slack.bot_user)
    watched.once(key, What.REMOVED, "Whoever is in it types there: /invite @incidents.")
    assert "Secret" not in watched.reports(key)[0]
    home.say(f"update {key} While it was away")
    home.quiet()
    ann.invite(room, home.slack.bot_user)
    look(home.bot)
    wait_for(lambda: any("While it was away" in line for line in home.lines(key)))
    assert watched.kinds(key) == []


def test_where_a_commander_has_left_the_incident_says_who_can_take_over(watched: Watched) -> None:
    home = watched.home
    name = "dora" if watched.heard else "emil"
    home.slack.person(name)
    key = home.opened("Whose is it", by=name, options="--declare")
    home.slack.person("ann").join(home.room(key).id)
    home.slack.team.deactivate(name)
    watched.once(key, What.COMMANDER_LEFT, f"the incident commander of {key}, has no account any more.")
    (line,) = [each for each in home.lines(key) if "no account any more" in each]
    assert f"/incident claim {key} incident_commander" in line
    home.say(f"claim {key} incident_commander", "ben")
    home.quiet()
    look(home.bot)
    assert watched.kinds(key) == []


def test_what_stands_is_listed_by_the_command_line(watched: Watched) -> None:
    home, key = watched.home, watched.home.opened("Listed")
    home.slack.person("ann").rename(home.room(key).id, f"listed-{key.lower()}-{int(watched.heard)}")
    watched.noticed(lambda: watched.kinds(key) == [What.RENAMED])
    shown = home.program("mirrors found")
    assert "incident mirrors found" in home.program("mirrors").err
    assert [line.split("\t")[:3] for line in shown.out.splitlines() if line.startswith(key)] == [
        [key, "slack", "renamed"]
    ]


def drifting(home: Town) -> str:
    """The key of an incident whose channel was renamed by hand."""
    key = home.opened("Renamed while nobody looked")
    home.slack.person("ann").rename(home.room(key).id, "somebody-elses-name")
    return key


def told(home: Town, who: str) -> list[str]:
    """What they were told of a name."""
    return [each for each in directly(home, who) if "was renamed by hand" in each]


def test_what_happened_while_no_bot_ran_is_found_by_the_first_look_and_told_once(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    slack = founded(sandbox, people=(*PEOPLE, "olga"))
    with town(sandbox, sqlite_url, tmp_path, http=True, slack=slack) as home:
        key = home.opened("Over night")
        room = home.room(key).id
    slack.person("ann").rename(room, "over-night-by-hand")
    with town(
        sandbox, sqlite_url, tmp_path, http=True, slack=slack, ADMIN_USERS=slack.person("olga").id
    ) as home:
        for _ in range(2):
            watch(home.bot).everywhere()
            wait_for(lambda: len(told(home, "olga")) == 1)
            home.quiet()
        assert len(told(home, "olga")) == 1


def test_a_bot_that_ends_between_noticing_and_telling_leaves_it_to_the_next(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    slack = founded(sandbox, people=(*PEOPLE, "olga"))
    admin = {"ADMIN_USERS": slack.person("olga").id}
    slack.team.fault("chat.postMessage", "error", code="service_unavailable", times=99, args=olga(slack))
    with town(sandbox, sqlite_url, tmp_path, http=True, slack=slack, **admin) as home:
        key = drifting(home)
        wait_for(lambda: [each.key for each in home.database.findings.open(WORKSPACE, 9)] == [key])
        assert told(home, "olga") == []
    slack.team.clear_faults()
    with town(sandbox, sqlite_url, tmp_path, http=True, slack=slack, **admin) as home:
        home.database.backlog.retry(WORKSPACE, None, None, datetime.now(UTC))
        wait_for(lambda: len(told(home, "olga")) == 1)
        watch(home.bot).everywhere()
        home.quiet()
        assert len(told(home, "olga")) == 1


def olga(slack: Slack) -> dict[str, str]:
    """The arguments of a call that is for the admin."""
    return {"channel": slack.person("olga").id}


def test_without_admins_it_stands_and_nothing_is_sent(
    sandbox: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    with town(sandbox, sqlite_url, tmp_path, http=True) as home:
        key = drifting(home)
        wait_for(lambda: [each.key for each in home.database.findings.open(WORKSPACE, 9)] == [key])
        home.quiet()
        assert [told(home, who) for who in PEOPLE] == [[], [], []]


def test_of_two_bots_one_looks_in_each_while_and_what_both_notice_is_told_once(
    sandbox: Sandbox, postgresql_url: str, tmp_path: Path
) -> None:
    slack = founded(sandbox, people=(*PEOPLE, "olga"))
    admin = {"ADMIN_USERS": slack.person("olga").id}
    with (
        town(sandbox, postgresql_url, tmp_path, http=False, slack=slack, **admin) as one,
        town(sandbox, postgresql_url, tmp_path, http=False, slack=slack, **admin) as other,
    ):
        deafen(slack)
        drifting(one)
        slack.team.clear_calls()
        assert sorted(watch(home.bot).look() for home in (one, other, one, other)) == [
            False,
            False,
            False,
            True,
        ]
        assert len(slack.team.calls("users.conversations")) == 1
        for home in (one, other):
            watch(home.bot).everywhere()
        wait_for(lambda: len(told(one, "olga")) == 1)
        one.quiet()
        assert len(told(one, "olga")) == 1
