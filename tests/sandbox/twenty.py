"""A plain Bolt app of twenty lines, synchronous and asynchronous: what any project would write."""

from __future__ import annotations

from typing import Any

from slack_bolt import App
from slack_bolt.async_app import AsyncApp

TITLE = {
    "type": "input",
    "block_id": "title",
    "label": {"type": "plain_text", "text": "Title"},
    "element": {"type": "plain_text_input", "action_id": "text"},
}
MODAL = {
    "type": "modal",
    "callback_id": "new",
    "title": {"type": "plain_text", "text": "New incident"},
    "submit": {"type": "plain_text", "text": "Open"},
    "blocks": [TITLE],
}
BUTTON = {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}, "value": "7"}
PANEL: list[dict[str, Any]] = [{"type": "actions", "block_id": "panel", "elements": [BUTTON]}]
HOME = {"type": "home", "blocks": PANEL}


def register(app: App) -> None:
    """The synchronous one."""

    @app.command("/incident")
    def incident(ack: Any, command: dict[str, Any], say: Any) -> None:
        ack(f"Opened: {command['text']}")
        say(text="Panel", blocks=PANEL)

    @app.action("more")
    def more(ack: Any, body: dict[str, Any], client: Any) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("new")
    def new(ack: Any, view: dict[str, Any], client: Any) -> None:
        ack()
        client.chat_postMessage(channel="#general", text=view["state"]["values"]["title"]["text"]["value"])

    @app.shortcut("start")
    def start(ack: Any, shortcut: dict[str, Any], client: Any) -> None:
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=MODAL)

    @app.shortcut("collect")
    def collect(ack: Any, shortcut: dict[str, Any], respond: Any) -> None:
        ack()
        respond(f"Kept: {shortcut['message']['text']}")

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], say: Any) -> None:
        say(f"Hello <@{event['user']}>")

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: Any) -> None:
        client.views_publish(user_id=event["user"], view=HOME)


def register_async(app: AsyncApp) -> None:
    """The asynchronous one."""

    @app.command("/incident")
    async def incident(ack: Any, command: dict[str, Any], say: Any) -> None:
        await ack(f"Opened: {command['text']}")
        await say(text="Panel", blocks=PANEL)

    @app.action("more")
    async def more(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("new")
    async def new(ack: Any, view: dict[str, Any], client: Any) -> None:
        await ack()
        text = view["state"]["values"]["title"]["text"]["value"]
        await client.chat_postMessage(channel="#general", text=text)

    @app.shortcut("start")
    async def start(ack: Any, shortcut: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=MODAL)

    @app.shortcut("collect")
    async def collect(ack: Any, shortcut: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(f"Kept: {shortcut['message']['text']}")

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], say: Any) -> None:
        await say(f"Hello <@{event['user']}>")

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: Any) -> None:
        await client.views_publish(user_id=event["user"], view=HOME)
