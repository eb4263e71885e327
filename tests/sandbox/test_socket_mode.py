"""Socket Mode: an unchanged Bolt app, and every rule of envelopes, acknowledgements and connections."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import Sandbox
from tests.sandbox.bots import new_bot


def test_a_command_reaches_an_unchanged_bolt_app_and_its_answers_come_back(sandbox: Sandbox) -> None:
    bot, ann = new_bot(sandbox), None
    bolt = bot.bolt()

    @bolt.command("/incident")
    def incident(ack: Any, command: dict[str, Any], respond: Any) -> None:
        ack(f"Opened: {command['text']}")
        respond("Somebody opened one", response_type="in_channel")

    with bot.connected(bolt):
        ann = bot.person()
        came = ann.command("/incident", "open API is slow", bot.general)
        assert came.acked
        bot.until(lambda: len(ann.sees(bot.general)) == 4)
    said = [(message.text, message.ephemeral) for message in ann.sees(bot.general)[2:]]
    assert said == [("Opened: open API is slow", True), ("Somebody opened one", False)]
