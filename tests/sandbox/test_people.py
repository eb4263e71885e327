"""Users, groups, bots and the workspace."""

from __future__ import annotations

from adapters.sandbox import Standing, add_channel, add_group, add_user, deactivate, people
from adapters.sandbox.state.people import User
from tests.sandbox.team import Team, code


def test_users_of_every_kind_are_told_apart(team: Team) -> None:
    world, workspace = team.world, team.workspace
    guest = add_user(world, workspace, "guest", standing=Standing.GUEST)
    single = add_user(world, workspace, "single", standing=Standing.SINGLE_CHANNEL_GUEST)
    admin = add_user(world, workspace, "admin", standing=Standing.ADMIN)
    grid = add_user(world, workspace, "grid", grid=True, tz="Asia/Tokyo", tz_offset=32_400)
    gone = add_user(world, workspace, "gone")
    deactivate(world, workspace, gone.id)
    told = {user["id"]: user for user in team.client.users_list()["members"]}
    assert told[guest.id]["is_restricted"] is True
    assert told[single.id]["is_ultra_restricted"] is True
    assert told[admin.id]["is_admin"] is True
    assert (grid.id[0], told[grid.id]["tz_offset"]) == ("W", 32_400)
    assert (told[gone.id]["deleted"], "tz" in told[gone.id]) == (True, False)
    assert told[team.bot]["is_bot"] is True
    assert told[team.bot]["profile"]["api_app_id"] == team.app.id
    assert "USLACKBOT" in told


def test_an_address_is_told_only_with_its_scope(team: Team) -> None:
    ann = add_user(team.world, team.workspace, "ann", email="ann@acme.example")
    assert team.client.users_info(user=ann.id)["user"]["profile"]["email"] == "ann@acme.example"
    without = team.speak(team.add_app(("users:read", "users.profile:read")).bot_token)
    assert "email" not in without.users_info(user=ann.id)["user"]["profile"]
    assert "email" not in without.users_profile_get(user=ann.id)["profile"]
    assert team.client.users_lookupByEmail(email="Ann@Acme.example")["user"]["id"] == ann.id
    assert code(team.client, "users.lookupByEmail", email="no@acme.example") == "users_not_found"
    deactivate(team.world, team.workspace, ann.id)
    assert code(team.client, "users.lookupByEmail", email="ann@acme.example") == "users_not_found"


def test_users_are_listed_in_pages(team: Team) -> None:
    for number in range(5):
        add_user(team.world, team.workspace, f"user{number}")
    found: list[str] = []
    cursor = ""
    while True:
        page = team.client.users_list(limit=3, cursor=cursor, include_locale=True)
        found += [user["id"] for user in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert found == list(team.workspace.users)
    assert code(team.client, "users.list", cursor="***") == "invalid_cursor"


def test_a_large_workspace_is_listed_in_pages_only(team: Team) -> None:
    for number in range(10_001):
        user = User(f"U{number}", team.workspace.id, "x", "X", "")
        team.workspace.users[user.id] = user
    assert code(team.client, "users.list") == "limit_required"
    assert len(team.client.users_list(limit=1000)["members"]) == 1000


def test_a_stranger_is_seen_where_a_channel_is_shared(team: Team) -> None:
    stranger = add_user(team.world, team.workspace, "stranger", home="T0ELSEWHERE")
    assert code(team.client, "users.info", user=stranger.id) == "user_not_visible"
    assert code(team.client, "dnd.info", user=stranger.id) == "user_not_visible"
    channel = team.channel()
    people.invite(team.world, team.workspace, team.bot, channel, stranger.id)
    assert team.client.users_info(user=stranger.id)["user"]["team_id"] == "T0ELSEWHERE"
    assert team.client.team_info(team="T0ELSEWHERE")["team"]["name"] == "Team T0ELSEWHERE"


def test_who_is_not_there_is_not_found(team: Team) -> None:
    for method in ("users.info", "users.profile.get", "dnd.info"):
        assert code(team.client, method, user="U0") == "user_not_found"
    assert team.client.users_profile_get()["profile"]["real_name"] == "probe"
    assert team.client.dnd_info(user=team.bot)["dnd_enabled"] is False


def test_groups_and_their_members(team: Team) -> None:
    ann = add_user(team.world, team.workspace, "ann").id
    group = add_group(team.world, team.workspace, "oncall", [ann])
    old = add_group(team.world, team.workspace, "old", [])
    old.deleted = 1
    short = team.client.usergroups_list()["usergroups"]
    assert [(known["handle"], "users" in known) for known in short] == [("oncall", False)]
    whole = team.client.usergroups_list(include_users=True, include_count=True, include_disabled=True)
    assert (whole["usergroups"][0]["users"], whole["usergroups"][0]["user_count"]) == ([ann], 1)
    assert len(whole["usergroups"]) == 2
    assert team.client.usergroups_users_list(usergroup=group.id)["users"] == [ann]
    assert code(team.client, "usergroups.users.list", usergroup="S0") == "no_such_subteam"
    assert code(team.client, "usergroups.users.list", usergroup=old.id) == "no_such_subteam"
    team.workspace.plan = ""
    for method, args in (("usergroups.list", {}), ("usergroups.users.list", {"usergroup": group.id})):
        assert code(team.client, method, **args) == "plan_upgrade_required"


def test_bots_and_the_workspace(team: Team) -> None:
    bot = team.client.bots_info(bot=team.installed.bot_id)["bot"]
    assert (bot["app_id"], bot["user_id"]) == (team.app.id, team.bot)
    assert code(team.client, "bots.info", bot="B0") == "bot_not_found"
    assert code(team.client, "bots.info") == "missing_argument"
    assert team.client.team_info()["team"]["domain"] == team.workspace.domain
    assert code(team.client, "team.info", team="T0") == "team_not_found"
    team.workspace.emoji["incident"] = "https://emoji.example/incident.png"
    assert team.client.emoji_list()["emoji"] == {"incident": "https://emoji.example/incident.png"}


def test_a_guest_is_in_no_channel_until_invited(team: Team) -> None:
    guest = add_user(team.world, team.workspace, "guest", standing=Standing.GUEST)
    channel = add_channel(team.world, team.workspace, "theirs")
    assert guest.id not in team.workspace.channels[team.workspace.general].members
    assert guest.id not in team.workspace.channels[channel].members
