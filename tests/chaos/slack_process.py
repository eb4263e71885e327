"""The sandbox as a process: it serves one workspace, and writes down on request all that is in it.

The first line of standard input is what the workspace is made of, as JSON; the first line of standard output
is what a bot and a person have to know of it. Each further line of input names a file to write everything to.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from adapters.sandbox import Sandbox, Slack, new_slack
from adapters.sandbox.state.channels import Channel, Message

_KEPT = ("ts", "text", "user", "subtype", "blocks", "metadata", "thread_ts")


def everything(slack: Slack) -> dict[str, Any]:
    """All channels with their messages, and all calls that were made."""
    with slack.server.world.lock:
        channels = [_channel(each) for each in slack.workspace.channels.values()]
    return {"channels": channels, "calls": [asdict(each) for each in slack.team.calls()]}


def _channel(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind.value,
        "archived": channel.is_archived,
        "topic": channel.topic.value,
        "creator": channel.creator,
        "members": list(channel.members),
        "pins": list(channel.pins),
        "messages": [_message(each) for each in channel.messages.values()],
    }


def _message(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in _KEPT}


def _serve(made_of: dict[str, Any]) -> None:
    with Sandbox() as server:
        people = made_of["people"]
        slack = new_slack(server, made_of["manifest"], tiers=True, latency=made_of["latency"], people=people)
        digest = slack.person(people[0]).create_channel(made_of["digest"])
        told = {
            "url": server.api_url.removesuffix("/api/"),
            "team": slack.workspace.id,
            "domain": slack.workspace.domain,
            "app": slack.app.id,
            "bot": slack.bot_user,
            "general": slack.general,
            "digest": digest,
            "people": {name: slack.person(name).id for name in people},
            "settings": dict(slack.settings),
        }
        _say(json.dumps(told))
        for line in sys.stdin:
            Path(line.strip()).write_text(json.dumps(everything(slack)), encoding="utf-8")
            _say("written")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve(json.loads(sys.stdin.readline()))
