"""Messages: posted once with a mark by which they can be found again, changed in place, deleted.

A message is known by its channel and its ts (`calls.job.Where`), which is all that a change needs.
"""

from __future__ import annotations

from typing import Any

from adapters.slack.api import Kind, Reply
from adapters.slack.calls.job import Job, Where, made, outcome
from adapters.slack.drawing.panel import DIGEST, FORMER, REVIEW
from adapters.slack.parts import filled
from incident_core.ports.mirror import Ended, Outcome

EVENT_TYPE = "incident_mirror"
"""What the metadata of every message is called; its payload has the key of the call, which says nothing."""

_POST = "chat.postMessage"
_GONE = ("cant_update_message", "message_not_found")
"""Of a message that was deleted and has replies, something is left that is not ours any more."""
_NOT_IN_IT = ("channel_not_found", "not_in_channel")
_NOT_THEM = (
    "cannot_dm_bot",
    "channel_not_found",
    "is_archived",
    "is_inactive",
    "messages_tab_disabled",
    "not_in_channel",
    "user_disabled",
    "user_not_found",
    "user_not_visible",
)
"""Why there is somebody who cannot be written to, whatever is tried."""


def say(job: Job) -> Outcome:
    """To a channel of the incident, below the digest's message and to its readers, to the digest channel, or
    to one person."""
    match job.content["to"]:
        case "direct":
            return _directly(job)
        case "thread":
            at = Where.of(job.call.known["digest"])
            below = _message(job) | {"thread_ts": at.ts, "reply_broadcast": True}
            return _posted(job.ask.within(at.channel, _POST, **below))
        case "digest":
            return _to_digest(job)
    return _posted(job.ask.within(job.channel, _POST, **_message(job)))


def _directly(job: Job) -> Outcome:
    """Slack opens the conversation by itself; who cannot be written to is passed over."""
    reply = job.ask(_POST, channel=job.content["user"], **_message(job))
    return Outcome(Ended.DONE) if reply.error in _NOT_THEM else _posted(reply)


def _to_digest(job: Job) -> Outcome:
    """Its name does, as long as the bot is in it; else it is looked for, and joined."""
    reply = job.ask(_POST, channel=job.rooms.digest, **_message(job))
    if reply.error in _NOT_IN_IT:
        found = job.rooms.find(job.ask)
        if not found.ok:
            return _not_found(job, found)
        reply = job.ask.within(job.rooms.digest, _POST, **_message(job))
    if reply.error in _NOT_IN_IT:
        return Outcome(Ended.NEVER, error=job.rooms.missing)
    job.rooms.learn(reply.named("channel"))
    return _posted(reply)


def _not_found(job: Job, found: Reply) -> Outcome:
    return Outcome(Ended.NEVER, error=job.rooms.missing) if found.kind is Kind.GONE else outcome(found)


def change(job: Job) -> Outcome:
    """The message says something else now; one that was deleted is made anew, and pinned again.

    Whoever could not be written to has none.
    """
    if job.own is None:
        return Outcome(Ended.DONE)
    at = Where.of(job.own)
    reply = job.ask("chat.update", channel=at.channel, ts=at.ts, **_shown(job))
    if reply.error in _GONE:
        lost = ("pin",) if job.call.slot == "panel" else ()
        return Outcome(Ended.GONE, error=reply.sentence, lost=lost)
    return outcome(reply, str(at))


def delete(job: Job) -> Outcome:
    """A message too many is taken away."""
    at = Where.of(str(job.own))
    reply = job.ask("chat.delete", channel=at.channel, ts=at.ts)
    return Outcome(Ended.DONE) if reply.error == "message_not_found" else outcome(reply)


def _message(job: Job) -> dict[str, Any]:
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": job.call.key}}
    return {**_shown(job), "metadata": metadata, "unfurl_links": False, "unfurl_media": False}


def _posted(reply: Reply) -> Outcome:
    at = Where.posted(reply)
    return made(reply, None if at is None else str(at))


def _shown(job: Job) -> dict[str, Any]:
    """Text and blocks with every id in its place; with what it says besides, where that is known."""
    known = dict(job.call.known)
    if "digest" in known:
        known[DIGEST] = _address(job, Where.of(known["digest"]))
    content: dict[str, Any] = dict(job.content)
    text, blocks = content["text"], list(content["blocks"])
    if "former" in content and FORMER in known:
        text, blocks = f"{content['former']['text']}\n{text}", [content["former"]["block"], *blocks]
    for beside, of in (("review", REVIEW), ("onward", DIGEST)):
        if beside in content and of in known:
            text, blocks = f"{text}\n{content[beside]['text']}", [*blocks, content[beside]["block"]]
    found: dict[str, Any] = filled({"text": text, "blocks": blocks}, known)
    return found


def _address(job: Job, at: Where) -> str:
    """Where a browser finds the message; its channel, where the address of the workspace is not known."""
    if not job.setup.domain:
        return f"https://slack.com/app_redirect?channel={at.channel}"
    return f"https://{job.setup.domain}.slack.com/archives/{at.channel}/p{at.ts.replace('.', '')}"
