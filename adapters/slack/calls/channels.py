"""The channel itself: made, named, archived and taken back out, and its topic."""

from __future__ import annotations

from dataclasses import replace

from adapters.slack.api import Kind
from adapters.slack.calls.job import Job, made, outcome
from adapters.slack.names import candidates
from incident_core.ports.mirror import Ended, Outcome

IN_IT = ("channel", "members", "responders", "invited", "topic", "panel", "pin")
"""The slots that are of no use without the channel."""

_IN = {"channel": IN_IT, "review": ("review", "review_members", "review_note")}

_ALL_TAKEN = Outcome(Ended.NEVER, error="All names that the channel could have are taken in Slack.")
_TOKEN = frozenset(
    {"account_inactive", "invalid_auth", "missing_scope", "not_authed", "token_expired", "token_revoked"}
)
"""Errors that say nothing about the channel."""


def make(job: Job) -> Outcome:
    """A channel of this name; where somebody else has that, of the next name."""
    for name in candidates(str(job.content["name"])):
        reply = job.ask("conversations.create", name=name, is_private=bool(job.content["private"]))
        if reply.kind is not Kind.TAKEN:
            return made(reply, reply.named("channel", "id"))
    return _ALL_TAKEN


def change(job: Job) -> Outcome:
    """The name is another; a channel that everybody may enter is of no use to what is private.

    Nothing is said in it from then on, even if it cannot be archived. Until Slack tells what it is, all that
    comes into it waits, so nothing is given up here.
    """
    if not job.content["private"]:
        return _rename(job)
    channel = str(job.own)
    found = job.ask("conversations.info", channel=channel)
    if found.kind is Kind.GONE:
        return Outcome(Ended.DONE, channel, lost=_IN[job.call.slot])
    if not found.ok:
        return replace(outcome(found), ended=Ended.LATER)
    if not found.data["channel"].get("is_private"):
        return _replace(job, channel)
    renamed = _rename(job)
    shut = found.data["channel"].get("is_archived")  # then only the archive is in the way of the name
    return renamed if shut or renamed.ended is not Ended.NEVER else Outcome(Ended.DONE, channel)


def _replace(job: Job, channel: str) -> Outcome:
    reply = job.ask.within(channel, "conversations.archive")
    if reply.kind in (Kind.HELD, Kind.LATER, Kind.UNKNOWN):
        return outcome(reply)
    return Outcome(Ended.DONE, channel, lost=_IN[job.call.slot])


def _rename(job: Job) -> Outcome:
    """The name follows the title; where somebody else has it, the next one."""
    channel = str(job.own)
    for name in candidates(str(job.content["name"])):
        reply = job.ask.within(channel, "conversations.rename", name=name)
        if reply.kind is Kind.TAKEN and _is_ours(job, channel, name):
            return Outcome(Ended.DONE, channel)
        if reply.kind is not Kind.TAKEN:
            return outcome(reply, channel)
    return _ALL_TAKEN


def _is_ours(job: Job, channel: str, name: str) -> bool:
    """Whether the name is taken by the channel itself."""
    found = job.ask("conversations.info", channel=channel)
    return found.named("channel", "name") == name


def topic(job: Job) -> Outcome:
    """What the line at the top of the channel says."""
    return outcome(job.ask.within(job.channel, "conversations.setTopic", topic=job.content["topic"]))


def pin(job: Job) -> Outcome:
    """The panel is among what is pinned."""
    _, _, ts = job.call.known["panel"].partition(":")
    return outcome(job.ask.within(job.channel, "pins.add", timestamp=ts))


def archive(job: Job) -> Outcome:
    """The channel is closed; its id is what this is known by, so that it can be taken back out."""
    return outcome(job.ask.within(job.channel, "conversations.archive"), job.channel)


def unarchive(job: Job) -> Outcome:
    """The channel is open again; where Slack refuses that for good, everything in it is to be made anew."""
    reply = job.ask("conversations.unarchive", channel=job.own)
    refused = reply.kind in (Kind.CONFIG, Kind.GONE, Kind.REFUSED, Kind.TAKEN)
    if refused and reply.error not in _TOKEN:
        return Outcome(Ended.DONE, lost=IN_IT)
    return outcome(reply)


def left_shut(job: Job) -> Outcome:
    """Somebody archived the channel, and it stays so: there is nothing to do."""
    return Outcome(Ended.DONE, job.own)


def abandon(job: Job) -> Outcome:
    """A channel that was made twice is archived."""
    return outcome(job.ask("conversations.archive", channel=job.own))
