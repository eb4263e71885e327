"""The clock, ids, manifests, and what apps are told of what happens."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from adapters.sandbox import (
    BadManifest,
    Clock,
    Fault,
    Happening,
    Sandbox,
    World,
    add_group,
    add_user,
    create_app,
    deactivate,
    people,
    set_group,
)
from adapters.sandbox.ids import Ids
from tests.sandbox.team import Team, manifest, new_team
from tests.servers.watchdog import wait_until


class TestClock:
    """Time goes forward only."""

    def test_it_runs_like_the_machines_and_is_moved_forward(self) -> None:
        clock = Clock()
        assert abs(clock.now() - time.time()) < 5
        clock.move(3600)
        assert 3590 < clock.now() - time.time() < 3610
        with pytest.raises(ValueError, match="forward only"):
            clock.move(-1)

    def test_it_stands_still_until_it_is_moved_and_runs_on_from_there(self) -> None:
        clock = Clock()
        clock.stop()
        stood = clock.now()
        clock.move(10)
        assert clock.now() == stood + 10
        clock.run()
        assert clock.now() >= stood + 10

    def test_whoever_listens_is_told_of_each_move(self) -> None:
        clock, moves = Clock(), []
        deaf = clock.listen(lambda: moves.append(clock.now()))
        clock.move(1)
        deaf()
        clock.move(1)
        assert len(moves) == 1


def test_ids_look_like_slacks_and_are_never_the_same() -> None:
    ids = Ids()
    made = [ids.new("C") for _ in range(10_000)]
    assert len(set(made)) == len(made)
    assert all(len(name) == 10 and name.startswith("C0") and name.isupper() for name in made)


def test_a_server_listens_from_start_to_stop() -> None:
    with Sandbox() as sandbox:
        place = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
        socket.create_connection(place, timeout=30).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(place, timeout=30)


def test_a_port_that_is_taken_is_told() -> None:
    with Sandbox() as sandbox, pytest.raises(OSError, match="in use"):
        Sandbox(port=int(sandbox.url.rpartition(":")[2])).start()


def test_a_server_stops_though_a_call_hangs() -> None:
    sandbox = Sandbox().start()
    team = new_team(sandbox)
    team.workspace.conditions.faults.append(Fault("auth.test", "hang", seconds=300))
    ended: list[BaseException] = []

    def call() -> None:
        try:
            team.client.auth_test()
        except ConnectionError as error:
            ended.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    assert wait_until(lambda: bool(team.workspace.journal) and team.last().outcome == "hang", 30)
    sandbox.stop()
    caller.join(30)
    assert len(ended) == 1


def test_two_worlds_know_nothing_of_each_other() -> None:
    with Sandbox() as one, Sandbox() as other:
        assert one.url != other.url
        app = create_app(one.world, manifest())
        assert app.id not in other.world.apps


class TestManifests:
    """What Slack would not take as a manifest."""

    def broken(self, change: Callable[[dict[str, Any]], None]) -> str:
        """What is said of a manifest with this change."""
        given = manifest()
        change(given)
        with pytest.raises(BadManifest) as caught:
            create_app(World(), given)
        return str(caught.value)

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            (lambda m: m.pop("display_information"), "missing required field: display_information"),
            (lambda m: m["display_information"].update(name="a" * 36), "must be less than 36 characters"),
            (lambda m: m.update(colour="red"), "invalid additional property: colour"),
            (
                lambda m: m["features"].update(slash_commands=[{"command": "x", "description": "x"}]),
                "[json-pointer:/features/slash_commands/0/command]",
            ),
            (
                lambda m: m["features"].update(
                    shortcuts=[{"name": "a" * 25, "type": "global", "callback_id": "a", "description": "a"}]
                ),
                "must be less than 25 characters [json-pointer:/features/shortcuts/0/name]",
            ),
            (
                lambda m: m["settings"].update(event_subscriptions={"bot_events": ["mesage.channels"]}),
                "unknown event: mesage.channels",
            ),
            (
                lambda m: m["settings"].update(socket_mode_enabled=False),
                "missing required field: request_url [json-pointer:/settings/interactivity]",
            ),
        ],
    )
    def test_a_broken_one_is_refused_with_its_reason(
        self, change: Callable[[dict[str, Any]], None], fault: str
    ) -> None:
        assert fault in self.broken(change)

    def test_every_reason_is_named_at_once(self) -> None:
        def change(given: dict[str, Any]) -> None:
            given["display_information"]["name"] = ""
            given["features"]["bot_user"]["display_name"] = "a" * 81

        assert self.broken(change).count("json-pointer") == 2


@pytest.fixture
def heard(team: Team) -> Callable[[], list[Happening]]:
    """What has happened in the workspace since the last look."""
    past: list[Happening] = []
    team.world.listen(lambda told: past.append(told) if told.team_id == team.workspace.id else None)

    def look() -> list[Happening]:
        found = list(past)
        past.clear()
        return found

    return look


class TestHappenings:
    """Whatever Slack would tell an app about."""

    def test_a_persons_message_is_told_and_a_mention_twice(
        self, team: Team, heard: Callable[[], list[Happening]]
    ) -> None:
        channel, ann = team.channel(), add_user(team.world, team.workspace, "ann").id
        people.join(team.world, team.workspace, ann, channel)
        heard()
        message = people.post(team.world, team.workspace, ann, channel, f"<@{team.bot}> help")
        told = heard()
        assert [one.type for one in told] == ["message", "app_mention"]
        assert told[0].payload["channel_type"] == "channel"
        assert told[0].payload["event_ts"] == message.ts
        assert (told[1].app_id, told[1].channel_id) == (team.app.id, channel)

    def test_what_people_do_in_a_channel_is_told(
        self, team: Team, heard: Callable[[], list[Happening]]
    ) -> None:
        world, workspace, channel = team.world, team.workspace, team.channel()
        ann = add_user(world, workspace, "ann").id
        heard()
        people.join(world, workspace, ann, channel)
        ts = people.post(world, workspace, ann, channel, "first").ts
        people.react(world, workspace, ann, channel, ts, "fire")
        people.react(world, workspace, ann, channel, ts, "fire")
        people.unreact(world, workspace, ann, channel, ts, "fire")
        people.pin(world, workspace, ann, channel, ts)
        people.unpin(world, workspace, ann, channel, ts)
        people.edit(world, workspace, ann, channel, ts, "second")
        people.delete(world, workspace, ann, channel, ts)
        people.leave(world, workspace, ann, channel)
        told = [(one.type, one.payload.get("subtype")) for one in heard()]
        assert told == [
            ("message", "channel_join"),
            ("member_joined_channel", None),
            ("message", None),
            ("reaction_added", None),
            ("reaction_removed", None),
            ("pin_added", None),
            ("pin_removed", None),
            ("message", "message_changed"),
            ("message", "message_deleted"),
            ("message", "channel_leave"),
            ("member_left_channel", None),
        ]

    def test_what_becomes_of_a_channel_is_told(
        self, team: Team, heard: Callable[[], list[Happening]]
    ) -> None:
        world, workspace = team.world, team.workspace
        ann = add_user(world, workspace, "ann").id
        heard()
        for private, family in ((False, "channel"), (True, "group")):
            channel = people.create_channel(world, workspace, ann, f"room-{family}", private=private)
            people.rename(world, workspace, ann, channel.id, f"other-{family}")
            people.archive(world, workspace, ann, channel.id)
            people.archive(world, workspace, ann, channel.id, archived=False)
            told = [one.type for one in heard() if one.type.startswith(family)]
            kinds = ["rename", "archive", "unarchive"]
            expected = [f"{family}_{kind}" for kind in kinds]
            assert told == (expected if private else ["channel_created", *expected])

    def test_who_comes_and_goes_is_told(self, team: Team, heard: Callable[[], list[Happening]]) -> None:
        world, workspace = team.world, team.workspace
        ann, bob = add_user(world, workspace, "ann").id, add_user(world, workspace, "bob").id
        group = add_group(world, workspace, "oncall", [ann])
        set_group(world, workspace, group, [bob])
        deactivate(world, workspace, bob)
        told = {one.type: one.payload for one in heard()}
        assert {"team_join", "subteam_created", "user_change"} <= told.keys()
        changed = told["subteam_members_changed"]
        assert (changed["added_users"], changed["removed_users"]) == ([bob], [ann])
        assert told["user_change"]["user"]["deleted"] is True

    def test_opening_the_home_tab_is_told_to_that_app_with_its_view(
        self, team: Team, heard: Callable[[], list[Happening]]
    ) -> None:
        ann = add_user(team.world, team.workspace, "ann").id
        people.open_home(team.world, team.workspace, ann, team.app.id)
        view = team.client.views_publish(user_id=ann, view={"type": "home", "blocks": []})["view"]
        people.open_home(team.world, team.workspace, ann, team.app.id)
        opened = [one for one in heard() if one.type == "app_home_opened"]
        assert ["view" in one.payload for one in opened] == [False, True]
        assert (opened[1].payload["view"]["id"], opened[1].app_id) == (view["id"], team.app.id)

    def test_a_bots_own_message_and_its_metadata_are_told(
        self, team: Team, heard: Callable[[], list[Happening]]
    ) -> None:
        channel = team.channel()
        heard()
        metadata = {"event_type": "incident", "event_payload": {"key": "k"}}
        team.client.chat_postMessage(channel=channel, text="x", metadata=metadata)
        told = heard()
        assert [one.type for one in told] == ["message", "message_metadata_posted"]
        assert told[0].payload["bot_id"] == team.installed.bot_id
