"""What should be in Slack for an incident: what SlackMirror wants, with the words that it would post."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.bootstrap import definitions
from adapters.slack.api import Api, Kind, Reply
from adapters.slack.drawing.setup import Setup
from adapters.slack.mirror import SlackMirror
from incident_core.model.severity import Severity
from incident_core.ports import mirror as port
from incident_core.ports.mirror import Content, Item, Wanted
from tests.chaos.record import Told
from tests.chaos.seen import said
from tests.chaos.world import DIGEST, World


class _Listener(Api):
    """Keeps what would be posted, and posts nothing."""

    def __init__(self) -> None:
        super().__init__("xoxb-nobody", "http://127.0.0.1:9/api/")
        self.args: Mapping[str, Any] = {}

    def call(self, method: str, seconds: float | None = None, **args: Any) -> Reply:
        """Not done."""
        self.args = args
        return Reply(method, Kind.REFUSED, error="nobody_listens")


class Drawing:
    """The mirror of this world, which only draws."""

    def __init__(self, world: World) -> None:
        told = world.slack.told
        setup = Setup(
            bot_user=told["bot"],
            digest=DIGEST,
            domain=told["domain"],
            history=True,
            policy=world.policy,
            review_at=frozenset({Severity.SEV1, Severity.SEV2}),
            definitions=definitions(world.settings),
        )
        self.listener = _Listener()
        self.mirror = SlackMirror(self.listener, setup)

    def wanted(self, told: Told) -> tuple[Wanted, ...]:
        """What should be there."""
        return tuple(self.mirror.wanted(told.incident))

    def lines(self, told: Told) -> Iterator[tuple[int, Item]]:
        """What should have been said in the channel and directly, with the version that it is about."""
        for entry in told.entries:
            for item in self.mirror.items(told.incident, entry):
                yield entry.version, item

    def words(self, told: Told, slot: str, content: Content, knows: tuple[str, ...] = ()) -> str:
        """What people would read in it, with the ids that are known now."""
        known = {name: each.external_id or "" for name, each in told.effects.items() if each.done}
        there = {name: known[name] for name in (*knows, "channel", "was:channel", "digest") if name in known}
        kind = port.Kind.SAY if slot.startswith("say:") else port.Kind.MAKE
        self.mirror.perform(port.Call("drawn", kind, slot, "chat.postMessage", content, there))
        args = self.listener.args
        blocks = args["blocks"]
        return said(args["text"], json.loads(blocks) if isinstance(blocks, str) else blocks)
