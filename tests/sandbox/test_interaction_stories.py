"""A plain Bolt app works against the sandbox unchanged: synchronous and not, over sockets and HTTP."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox
from tests.sandbox.bots import Bot
from tests.sandbox.serving import WAYS


def texts(bot: Bot, name: str = "owner") -> list[str]:
    """What somebody reads in #general."""
    return [message.text for message in bot.person(name).sees("general")]


@pytest.mark.parametrize("way", WAYS)
def test_a_plain_bolt_app_works_unchanged(sandbox: Sandbox, way: str) -> None:
    with WAYS[way](sandbox) as bot:
        ann = bot.person()
        opened = ann.command("/incident", "open API & co", "general")
        assert opened.acked
        bot.until(lambda: "Panel" in texts(bot))
        assert "Opened: open API &amp; co" in texts(bot)

        panel = next(message for message in ann.sees("general") if message.text == "Panel")
        assert ann.press(panel, "More") is not None
        bot.until(lambda: ann.modal is not None)
        form = ann.modal
        assert form is not None
        assert ann.submit(form, {"Title": "Checkout is down"}).acked
        bot.until(lambda: "Checkout is down" in texts(bot))
        assert ann.modals == []

        ann.shortcut("start")
        bot.until(lambda: ann.modal is not None)
        assert ann.modal is not None
        ann.close(ann.modal)

        said = ann.post("general", "@probe are you there?")
        bot.until(lambda: f"Hello <@{ann.id}>" in texts(bot))
        ann.message_shortcut("Collect", said)
        bot.until(lambda: f"Kept: {said.text}" in texts(bot))

        ann.open_home("Probe")
        bot.until(lambda: ann.home("Probe") is not None)
        home = ann.home("Probe")
        assert home is not None
        ann.press(home, "more")
        bot.until(lambda: ann.modal is not None)
        assert ann.notices == []
