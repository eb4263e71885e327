"""Workspaces and the people in them: how a world is filled before anything happens in it."""

from __future__ import annotations

from adapters.sandbox import rooms, shown
from adapters.sandbox.state.channels import Kind
from adapters.sandbox.state.people import Standing, User, UserGroup
from adapters.sandbox.state.workspace import Workspace
from adapters.sandbox.world import World

SLACKBOT = "USLACKBOT"


def found(world: World, name: str = "Acme", *, first: str = "owner") -> Workspace:
    """A workspace with its owner and #general. Its domain is unique in the world."""
    with world.lock:
        team_id = world.ids.new("T")
        workspace = Workspace(team_id, name, f"{name.lower().replace(' ', '-')}-{team_id[2:].lower()}")
        world.workspaces[team_id] = workspace
        slackbot = User(SLACKBOT, team_id, "slackbot", "Slackbot", "")
        workspace.users[SLACKBOT] = slackbot
        person = add_user(world, workspace, first, standing=Standing.OWNER)
        general = rooms.create(world, workspace, "general", person.id)
        general.is_general, workspace.general = True, general.id
        return workspace


def add_user(
    world: World,
    workspace: Workspace,
    name: str,
    *,
    real_name: str | None = None,
    email: str | None = None,
    standing: Standing = Standing.MEMBER,
    grid: bool = False,
    home: str | None = None,
    tz: str = "Etc/UTC",
    tz_offset: int = 0,
) -> User:
    """An account. `grid`: its id begins with W. `home`: it is of that other workspace (Slack Connect).

    Members join #general; guests and people of other workspaces are where they are invited to.
    """
    with world.lock:
        user_id = world.ids.new("W" if grid else "U")
        said = real_name or name.replace(".", " ").title()
        address = email or f"{name}@{workspace.domain}.example"
        user = User(user_id, home or workspace.id, name, said, address, standing)
        user.tz, user.tz_offset, user.updated = tz, tz_offset, world.second()
        workspace.users[user_id] = user
        if home:
            workspace.connected.setdefault(home, f"Team {home}")
        if workspace.general and not (user.is_guest or user.is_bot or home):
            rooms.enter(world, workspace, workspace.channels[workspace.general], user.id)
        if not user.is_bot:
            told = shown.user(workspace, user, email=False)
            world.happened(workspace, {"type": "team_join", "user": told, "event_ts": rooms.stamp(world)})
        return user


def add_group(world: World, workspace: Workspace, handle: str, users: list[str]) -> UserGroup:
    """A user group that is mentioned as @handle. Raises ValueError for a handle that is taken."""
    with world.lock:
        if any(group.handle == handle for group in workspace.groups.values()):
            raise ValueError(f"The workspace has a user group @{handle} already.")
        by = owner(workspace).id
        group = UserGroup(world.ids.new("S"), handle, handle.title(), by, world.second(), list(users))
        workspace.groups[group.id] = group
        told = shown.group(workspace, group, users=True, count=True)
        world.happened(workspace, {"type": "subteam_created", "subteam": told})
        return group


def set_group(world: World, workspace: Workspace, group: UserGroup, users: list[str]) -> None:
    """The group has these members now; apps are told who came and who left."""
    with world.lock:
        before, group.users = group.users, list(users)
        added = [user for user in users if user not in before]
        removed = [user for user in before if user not in users]
        payload = {
            "type": "subteam_members_changed",
            "subteam_id": group.id,
            "team_id": workspace.id,
            "date_previous_update": group.created,
            "date_update": world.second(),
            "added_users": added,
            "added_users_count": len(added),
            "removed_users": removed,
            "removed_users_count": len(removed),
        }
        world.happened(workspace, payload)


def switch_group(world: World, workspace: Workspace, group: UserGroup, on: bool) -> None:
    """The group is switched off, or on again; apps are told what it is like now."""
    with world.lock:
        group.deleted = 0 if on else world.second()
        told = shown.group(workspace, group, users=True, count=True)
        world.happened(workspace, {"type": "subteam_updated", "subteam": told})


def share(world: World, workspace: Workspace, channel_id: str, team_id: str, name: str) -> None:
    """Another workspace takes part in this channel from now on (Slack Connect)."""
    with world.lock:
        workspace.connected[team_id] = name
        workspace.channels[channel_id].is_shared = True
        payload = {"type": "channel_shared", "connected_team_id": team_id, "channel": channel_id}
        world.happened(workspace, payload | {"event_ts": rooms.stamp(world)}, channel_id=channel_id)


def add_channel(
    world: World, workspace: Workspace, name: str, *, by: str | None = None, private: bool = False
) -> str:
    """A channel made by a person (the owner, unless told); answers its id."""
    with world.lock:
        creator = by or owner(workspace).id
        kind = Kind.PRIVATE if private else Kind.PUBLIC
        return rooms.create(world, workspace, name, creator, kind).id


def deactivate(world: World, workspace: Workspace, user_id: str) -> None:
    """The account is closed: it leaves every channel, and tokens of it are refused."""
    with world.lock:
        workspace.users[user_id].deleted = True
        for channel in workspace.channels.values():
            channel.members.pop(user_id, None)
        told = shown.user(workspace, workspace.users[user_id], email=False)
        world.happened(workspace, {"type": "user_change", "user": told, "event_ts": rooms.stamp(world)})


def owner(workspace: Workspace) -> User:
    """Whoever founded the workspace."""
    return next(user for user in workspace.users.values() if user.standing is Standing.OWNER)
