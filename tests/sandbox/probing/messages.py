"""Questions about messages: posting, history with metadata, threads, pins, reactions, files."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

from tests.sandbox.probing.asking import Asking, Data, call

METADATA = {"event_type": "probe", "event_payload": {"key": "1", "n": 2, "sure": True}}
LONG = 40_001


def ask_all(ask: Asking) -> None:
    """Every question of this page."""
    posting(ask)
    metadata(ask)
    changing(ask)
    threads(ask)
    pins(ask)
    reactions(ask)
    scheduling(ask)
    files(ask)


def posting(ask: Asking) -> None:
    """What may be posted, and where."""
    channel, post = ask.channel("posting"), "chat.postMessage"
    ask("a text", post, lambda data: data["message"]["text"], channel=channel, text="hello")
    ask("special characters", post, lambda d: d["message"]["text"], channel=channel, text="a & b < c > d")
    ask("no text", post, channel=channel)
    ask("an empty text", post, channel=channel, text="")
    ask("no channel", post, text="x")
    ask("a channel that does not exist", post, channel="C00000000XX", text="x")
    ask("a public channel that it is not in", post, channel=ask.place.elsewhere, text="x")
    ask("40,001 characters", post, lambda d: len(d["message"]["text"]), channel=channel, text="x" * LONG)
    ask("blocks that are no JSON", post, channel=channel, blocks="[nonsense")
    ask("a block of no known type", post, channel=channel, blocks=[{"type": "nonsense"}])
    ask("50 blocks", post, channel=channel, text="x", blocks=[{"type": "divider"}] * 50)
    ask("51 blocks", post, channel=channel, text="x", blocks=[{"type": "divider"}] * 51)
    ask("a section of 3,001 characters", post, channel=channel, blocks=[_section("x" * 3001)])
    ask("blocks without a text", post, channel=channel, blocks=[_section("x")])
    ask("an argument that is not documented", post, channel=channel, text="x", nonsense="1")
    ask("to a person", "chat.postEphemeral", channel=channel, user=ask.place.person, text="x")
    call(ask.client, "conversations.invite", channel=channel, users=ask.place.person)
    ask("to a member", "chat.postEphemeral", channel=channel, user=ask.place.person, text="x")


def metadata(ask: Asking) -> None:
    """Metadata comes back from history where it is asked for, and only there."""
    channel, post = ask.channel("metadata"), "chat.postMessage"
    ask("with metadata", post, channel=channel, text="kept", metadata=METADATA)
    ask("metadata that is no JSON", post, channel=channel, text="x", metadata="{nonsense")
    ask("metadata that is a list", post, channel=channel, text="x", metadata=[])
    ask("metadata that is empty", post, channel=channel, text="x", metadata={})
    ask("metadata without an event_type", post, channel=channel, text="x", metadata={"event_payload": {}})
    history = "conversations.history"
    ask("with include_all_metadata", history, _metadata, channel=channel, include_all_metadata=True)
    ask("without include_all_metadata", history, _metadata, channel=channel)


def changing(ask: Asking) -> None:
    """Changing and deleting what was posted."""
    channel = ask.channel("changing")
    ts = ask.posted(channel, "before")
    update, delete = "chat.update", "chat.delete"
    ask("a message", update, lambda data: data["text"], channel=channel, ts=ts, text="after")
    ask("no text", update, channel=channel, ts=ts)
    ask("a message that does not exist", update, channel=channel, ts="1700000000.000001", text="x")
    ask("no ts", update, channel=channel, text="x")
    ask("4,001 characters", update, channel=channel, ts=ts, text="x" * 4001)
    ask("a channel that does not exist", update, channel="C00000000XX", ts=ts, text="x")
    ask("a message", "chat.getPermalink", _permalink(channel, ts), channel=channel, message_ts=ts)
    ask("a message that does not exist", "chat.getPermalink", channel=channel, message_ts="1700000000.000001")
    ask("a message", delete, channel=channel, ts=ts)
    ask("a message that is gone", delete, channel=channel, ts=ts)


def threads(ask: Asking) -> None:
    """Replies stand in their thread, and in the channel only where they were sent there too."""
    channel = ask.channel("threads")
    parent = ask.posted(channel, "parent")
    ask.posted(channel, "reply", thread_ts=parent)
    ask.posted(channel, "shown", thread_ts=parent, reply_broadcast=True)
    texts = "conversations.history", "conversations.replies"
    ask("a channel with a thread", texts[0], _written, channel=channel)
    ask("a thread", texts[1], _written, channel=channel, ts=parent)
    ask("a thread that does not exist", texts[1], channel=channel, ts="1700000000.000001")
    ask("no ts", texts[1], channel=channel)
    ask(
        "a thread that does not exist",
        "chat.postMessage",
        channel=channel,
        text="x",
        thread_ts="1700000000.000001",
    )
    ask("the replies that a thread counts", texts[0], _replies, channel=channel)


def pins(ask: Asking) -> None:
    """Pinning once."""
    channel = ask.channel("pins")
    ts = ask.posted(channel, "pinned")
    add, remove, none = "pins.add", "pins.remove", "1700000000.000001"
    ask("a message", add, channel=channel, timestamp=ts)
    ask("a message that is pinned", add, channel=channel, timestamp=ts)
    ask("a message that does not exist", add, channel=channel, timestamp=none)
    ask("no timestamp", add, channel=channel)
    ask("no ts at all", add, channel=channel, timestamp="yesterday")
    ask("a channel that it is not in", add, channel=ask.place.elsewhere, timestamp=none)
    ask("a channel", "pins.list", lambda d: [item["message"]["text"] for item in d["items"]], channel=channel)
    ask("a pin", remove, channel=channel, timestamp=ts)
    ask("a message that is not pinned", remove, channel=channel, timestamp=ts)


def reactions(ask: Asking) -> None:
    """Reacting once."""
    channel = ask.channel("reactions")
    ts = ask.posted(channel, "liked")
    given: dict[str, Any] = {"channel": channel, "timestamp": ts, "name": "eyes"}
    ask("a message", "reactions.add", **given)
    ask("a second time", "reactions.add", **given)
    ask("a message that does not exist", "reactions.add", **given | {"timestamp": "1700000000.000001"})
    ask("no name", "reactions.add", channel=channel, timestamp=ts)
    ask("a reaction", "reactions.remove", **given)
    ask("a reaction that is gone", "reactions.remove", **given)


def scheduling(ask: Asking) -> None:
    """Messages for later."""
    channel, later = ask.channel("later"), "chat.scheduleMessage"
    now = int(float(ask.posted(channel, "now")))
    ask("in an hour", later, channel=channel, text="x", post_at=now + 3600)
    ask("in the past", later, channel=channel, text="x", post_at=now - 3600)
    ask("in 121 days", later, channel=channel, text="x", post_at=now + 121 * 86400)
    ask("a channel that does not exist", later, channel="C00000000XX", text="x", post_at=now + 3600)


def files(ask: Asking) -> None:
    """An upload is asked for, sent and completed, once."""
    channel, done = ask.channel("files"), "files.completeUploadExternal"
    asked = ask("a file", "files.getUploadURLExternal", filename="a.txt", length=5)
    ask("no length", "files.getUploadURLExternal", filename="a.txt")
    ask("a length of 0", "files.getUploadURLExternal", filename="a.txt", length=0)
    listed = [{"id": asked["file_id"], "title": "A"}]
    ask("before it was sent", done, files=listed, channel_id=channel)
    ask.note("an upload: sent", _sent(asked["upload_url"], b"hello"))
    ask("a file", done, lambda data: [data["files"][0]["title"]], files=listed, channel_id=channel)
    ask("a second time", done, files=listed, channel_id=channel)
    ask("a file that does not exist", done, files=[{"id": "F00000000XX"}])
    ask("no file", done, files=[])
    ask("a file", "files.info", lambda d: [d["file"]["name"], d["file"]["size"]], file=asked["file_id"])
    ask("a file that does not exist", "files.info", file="F00000000XX")
    ask("a file that was shared", "conversations.history", _files, channel=channel)
    ask("a file", "files.delete", file=asked["file_id"])
    ask("a file that is gone", "files.delete", file=asked["file_id"])


def _sent(url: str, content: bytes) -> int:
    request = urllib.request.Request(url, content, {"Content-Type": "application/octet-stream"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def _files(data: Data) -> list[list[str]]:
    """The files of each message that is not about the channel itself."""
    return [[file["name"] for file in each["files"]] for each in data["messages"] if each.get("files")]


def _metadata(data: Data) -> Any:
    """Of the one message that was posted."""
    return next(each.get("metadata") for each in data["messages"] if each["text"] == "kept")


def _replies(data: Data) -> list[int]:
    return [each["reply_count"] for each in data["messages"] if each["text"] == "parent"]


def _written(data: Data) -> list[str]:
    """The texts that the app wrote, in the order they were answered."""
    return [each["text"] for each in data["messages"] if each.get("subtype") in (None, "thread_broadcast")]


def _permalink(channel: str, ts: str) -> Any:
    return lambda data: data["permalink"].endswith(f"/archives/{channel}/p{ts.replace('.', '')}")


def _section(text: str) -> Data:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}
