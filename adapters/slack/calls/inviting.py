"""Who is in the channel: people are invited once, so that nobody who leaves is dragged back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapters.slack.api import Kind, Reply
from adapters.slack.calls.job import Job, outcome
from incident_core.ports.mirror import Ended, Outcome

CHUNK = 100
"""People in one call."""

_NOT_THEM = frozenset(
    {
        "cant_invite",
        "cant_invite_self",
        "invitee_cant_see_channel",
        "no_external_invite_permission",
        "org_user_not_in_team",
        "ura_max_channels",
        "user_is_restricted",
        "user_not_found",
    }
)
"""Why some people cannot be invited, whatever is tried."""


def members(job: Job) -> Outcome:
    """Those who are wanted and were not invited before; in a private channel, those wanted no more leave.

    Who may `stay` need not be invited. It is known by who was invited, their ids with commas between them.
    """
    wanted = [str(user) for user in job.content["users"]]
    before = [user for user in (job.own or "").split(",") if user]
    reply = _invite(job, [user for user in wanted if user not in before])
    stay = {*wanted, *job.content.get("stay", ())}
    leaving = [user for user in before if user not in stay] if job.content["private"] else []
    for user in leaving:
        if reply.ok:
            reply = _remove(job, user)
    there = {*wanted, *before} - {*leaving}
    return outcome(reply, ",".join(sorted(there)))


def responders(job: Job) -> Outcome:
    """The members of the response group, as it is when this is done."""
    return _group(job, str(job.content["group"]))


def invited(job: Job) -> Outcome:
    """The members of the group with this handle."""
    handle = str(job.content["handle"])
    found = job.groups.find(job.ask, handle)
    if found.kind is Kind.GONE:
        return Outcome(Ended.NEVER, error=job.groups.missing(handle))
    return _group(job, job.groups.id_of(handle)) if found.ok else outcome(found)


def _group(job: Job, group: str) -> Outcome:
    listed = job.ask("usergroups.users.list", usergroup=group)
    if not listed.ok:
        return outcome(listed)
    users = [str(user) for user in listed.data.get("users", ()) if user != job.setup.bot_user]
    if len(users) > CHUNK:  # where it ends early, the next try goes on with those who are left
        there, found = _there(job)
        if not found.ok:
            return outcome(found)
        users = [user for user in users if user not in there]
    return outcome(_invite(job, users))


def _there(job: Job) -> tuple[set[str], Reply]:
    """Who is in the channel."""
    there: set[str] = set()
    cursor: str | None = None
    while True:
        reply = job.ask.within(job.channel, "conversations.members", limit=999, cursor=cursor)
        there.update(map(str, reply.data.get("members", ())))
        cursor = reply.named("response_metadata", "next_cursor")
        if not reply.ok or cursor is None:
            return there, reply


def _invite(job: Job, users: Sequence[str]) -> Reply:
    """How the invitations ended: as the first that did not end well."""
    reply = Reply("conversations.invite", Kind.DONE)
    for chunk in _chunks(users):
        reply = job.ask.within(job.channel, "conversations.invite", users=",".join(chunk), force=True)
        if reply.error in _NOT_THEM:
            reply = Reply(reply.method, Kind.DONE, reply.data)
        if not reply.ok:
            break
    return reply


def _remove(job: Job, user: str) -> Reply:
    """Somebody who may see a private incident no longer."""
    reply = job.ask("conversations.kick", channel=job.channel, user=user)
    if reply.error in ("not_in_channel", "user_not_found", "cant_kick_self"):
        return Reply(reply.method, Kind.DONE, reply.data)
    return reply


def _chunks(users: Sequence[str]) -> Iterable[Sequence[str]]:
    return (users[start : start + CHUNK] for start in range(0, len(users), CHUNK))
