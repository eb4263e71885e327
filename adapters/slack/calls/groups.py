"""User groups: a setting has the handle that people type; Slack tells the id, which is kept."""

from __future__ import annotations

from collections.abc import Callable

from adapters.slack.api import Kind, Reply

_LIST = "usergroups.list"

Caller = Callable[..., Reply]


class Groups:
    """One for each mirror; any number of threads may ask."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def id_of(self, handle: str) -> str:
        """The id of a group that was found."""
        return self._ids[handle]

    def missing(self, handle: str) -> str:
        """That there is no such group, in one sentence."""
        return (
            f"There is no user group @{handle} in Slack: make it, or name another in "
            "INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME."
        )

    def find(self, call: Caller, handle: str) -> Reply:
        """Look for its id: DONE where it is known now, GONE where there is no such group."""
        if handle in self._ids:
            return Reply(_LIST, Kind.DONE)
        reply = call(_LIST)
        if not reply.ok:
            return reply
        self._ids.update(
            {str(each.get("handle")): str(each["id"]) for each in reply.data.get("usergroups", ())}
        )
        known = handle in self._ids
        return reply if known else Reply(_LIST, Kind.GONE, error="no_such_subteam")
