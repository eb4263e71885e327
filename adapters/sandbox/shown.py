"""Channels, users, groups and files as the Web API gives them."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.state.apps import File
from adapters.sandbox.state.channels import Channel, Kind, Told
from adapters.sandbox.state.people import Standing, User, UserGroup
from adapters.sandbox.state.workspace import Workspace

COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c")


def channel(workspace: Workspace, shown: Channel, viewer: str, *, members: bool = False) -> dict[str, Any]:
    """A conversation as `viewer` gets it; with `members`, how many there are."""
    if shown.kind is Kind.IM:
        return _im(shown, viewer)
    answer: dict[str, Any] = {
        "id": shown.id,
        "name": shown.name,
        "name_normalized": shown.name,
        "is_channel": shown.kind is Kind.PUBLIC,
        "is_group": shown.kind is Kind.PRIVATE,
        "is_im": False,
        "is_mpim": shown.kind is Kind.MPIM,
        "is_private": shown.kind is not Kind.PUBLIC,
        "created": shown.created,
        "is_archived": shown.is_archived,
        "is_general": shown.is_general,
        "unlinked": 0,
        "is_shared": shown.is_shared,
        "is_ext_shared": shown.is_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": workspace.id,
        "updated": shown.updated,
        "parent_conversation": None,
        "creator": shown.creator,
        "shared_team_ids": [workspace.id, *(workspace.connected if shown.is_shared else ())],
        "is_member": viewer in shown.members,
        "topic": _told(shown.topic),
        "purpose": _told(shown.purpose),
        "previous_names": list(shown.previous_names),
    }
    return answer | ({"num_members": len(shown.members)} if members else {})


def _im(shown: Channel, viewer: str) -> dict[str, Any]:
    other = next((user for user in shown.members if user != viewer), viewer)
    return {
        "id": shown.id,
        "created": shown.created,
        "is_archived": shown.is_archived,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": shown.team_id,
        "updated": shown.updated,
        "user": other,
        "is_user_deleted": False,
        "priority": 0,
    }


def _told(said: Told) -> dict[str, Any]:
    return {"value": said.value, "creator": said.creator, "last_set": said.last_set}


def user(workspace: Workspace, shown: User, *, email: bool, locale: bool = False) -> dict[str, Any]:
    """A user; the address only where the scope for it was granted."""
    answer: dict[str, Any] = {
        "id": shown.id,
        "team_id": shown.team_id,
        "name": shown.name,
        "deleted": shown.deleted,
        "profile": profile(shown, email=email),
        "is_bot": shown.is_bot,
        "is_app_user": False,
        "updated": shown.updated,
    }
    if shown.team_id != workspace.id:
        answer["is_stranger"] = True
    if not shown.deleted:
        answer |= _living(shown)
    return answer | ({"locale": "en-US"} if locale else {})


def _living(shown: User) -> dict[str, Any]:
    """What is told of an account that is not closed."""
    return {
        "color": COLORS[sum(map(ord, shown.id)) % len(COLORS)],
        "real_name": shown.real_name,
        "tz": shown.tz,
        "tz_label": shown.tz_label,
        "tz_offset": shown.tz_offset,
        "is_admin": shown.is_admin,
        "is_owner": shown.standing is Standing.OWNER,
        "is_primary_owner": shown.standing is Standing.OWNER,
        "is_restricted": shown.is_guest,
        "is_ultra_restricted": shown.standing is Standing.SINGLE_CHANNEL_GUEST,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }


def profile(shown: User, *, email: bool) -> dict[str, Any]:
    """The profile of a user."""
    answer: dict[str, Any] = {
        "title": shown.title,
        "phone": "",
        "skype": "",
        "real_name": shown.real_name,
        "real_name_normalized": shown.real_name,
        "display_name": shown.display_name or shown.name,
        "display_name_normalized": shown.display_name or shown.name,
        "fields": None,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "g0000000000",
        "team": shown.team_id,
    }
    if shown.bot_id is not None:
        answer |= {"api_app_id": shown.app_id, "bot_id": shown.bot_id, "always_active": True}
    return answer | ({"email": shown.email} if email and shown.bot_id is None else {})


def group(workspace: Workspace, shown: UserGroup, *, users: bool, count: bool) -> dict[str, Any]:
    """A user group; its members and how many only where asked for."""
    answer: dict[str, Any] = {
        "id": shown.id,
        "team_id": workspace.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": shown.name,
        "description": shown.description,
        "handle": shown.handle,
        "is_external": False,
        "date_create": shown.created,
        "date_update": shown.created,
        "date_delete": shown.deleted,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": shown.created_by,
        "updated_by": shown.created_by,
        "deleted_by": shown.created_by if shown.deleted else None,
        "prefs": {"channels": [], "groups": []},
    }
    answer |= {"users": list(shown.users)} if users else {}
    return answer | ({"user_count": len(shown.users)} if count else {})


def file(workspace: Workspace, shown: File) -> dict[str, Any]:
    """A file as the Web API gives it."""
    kind = shown.name.rpartition(".")[2].lower() if "." in shown.name else "text"
    channels = [channel_id for channel_id, _ in shown.shares]
    return {
        "id": shown.id,
        "created": shown.created,
        "timestamp": shown.created,
        "name": shown.name,
        "title": shown.title or shown.name,
        "mimetype": shown.content_type,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": shown.user,
        "user_team": workspace.id,
        "editable": False,
        "size": len(shown.content or b""),
        "mode": "snippet" if shown.snippet_type else "hosted",
        "is_external": False,
        "is_public": False,
        "alt_txt": shown.alt_txt,
        "url_private": f"{shown.address}/{shown.name}",
        "url_private_download": f"{shown.address}/download/{shown.name}",
        "permalink": f"{workspace.url}files/{shown.user}/{shown.id}/{shown.name}",
        "channels": channels,
        "groups": [],
        "ims": [],
        "comments_count": 0,
    }
