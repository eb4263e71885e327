"""Questions about pages, people, tokens and scopes."""

from __future__ import annotations

from typing import Any

from tests.sandbox.probing.asking import Asking, call, said, speaking


def ask_all(ask: Asking) -> None:
    """Every question of this page."""
    pagination(ask)
    spans(ask)
    people(ask)
    tokens(ask)


def pagination(ask: Asking) -> None:
    """Page by page, everything comes once."""
    channel = ask.channel("pages")
    for number in range(5):
        ask.posted(channel, f"message {number}")
    call(ask.client, "conversations.invite", channel=channel, users=ask.place.person)
    walks: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("conversations.history", "messages", {"channel": channel}),
        ("conversations.members", "members", {"channel": channel}),
        ("conversations.list", "channels", {}),
        ("users.list", "members", {}),
    )
    for method, word, args in walks:
        pages = _walked(ask, method, word, limit=2, **args)
        [[whole]] = [_walked(ask, method, word, limit=200, **args)]
        flat = [thing for page in pages for thing in page]
        ask.note(
            f"{method}: pages of two have two but for the last", all(len(page) == 2 for page in pages[:-1])
        )
        ask.note(f"{method}: page by page and all at once are the same", flat == whole)
        ask("a cursor that was never given", method, cursor="nonsense", limit=2, **args)
    ask("a limit of 0", "conversations.list", lambda data: len(data["channels"]) > 1, limit=0)
    ask("a limit of 1,001", "conversations.list", limit=1001)
    ask("a limit that is no number", "conversations.list", limit="many")
    ask("a type that does not exist", "conversations.list", types="nonsense")


def _walked(ask: Asking, method: str, word: str, **args: Any) -> list[list[str]]:
    """What each page lists, by id."""
    pages, cursor = [], ""
    while True:
        data = call(ask.client, method, cursor=cursor, **args)
        pages.append(
            [thing if isinstance(thing, str) else thing.get("ts") or thing["id"] for thing in data[word]]
        )
        cursor = data.get("response_metadata", {}).get("next_cursor", "")
        if not cursor:
            return pages


def spans(ask: Asking) -> None:
    """A part of the history."""
    channel, history = ask.channel("spans"), "conversations.history"
    first, second, third = (ask.posted(channel, text) for text in ("one", "two", "three"))

    def texts(data: dict[str, Any]) -> list[str]:
        return [message["text"] for message in data["messages"] if message["ts"] >= first]

    ask("the newest first", history, texts, channel=channel)
    ask("after oldest", history, texts, channel=channel, oldest=second)
    ask("before latest", history, texts, channel=channel, latest=second)
    ask(
        "oldest and latest, inclusive",
        history,
        texts,
        channel=channel,
        oldest=second,
        latest=third,
        inclusive=True,
    )
    ask("an oldest that is no ts", history, channel=channel, oldest="yesterday")
    ask("a channel that it is not in", history, channel=ask.place.elsewhere)
    ask("a channel that does not exist", history, channel="C00000000XX")


def people(ask: Asking) -> None:
    """Looking people up."""
    info, email = "users.info", "users.lookupByEmail"
    found = ask("a person", info, lambda data: data["user"]["id"], user=ask.place.person)
    ask("somebody unknown", info, user="U00000000XX")
    ask("no user", info)
    ask("a person", email, lambda data: data["user"]["id"], email=found["user"]["profile"]["email"])
    ask("an address of nobody", email, email="nobody@nowhere.example")
    ask("itself", "users.info", lambda data: data["user"]["is_bot"], user=ask.bot)
    ask(
        "is_general of #general",
        "conversations.info",
        lambda d: d["channel"]["is_general"],
        channel=ask.place.general,
    )
    ask("a channel that does not exist", "conversations.info", channel="C00000000XX")
    ask("the workspace", "team.info", lambda data: sorted({"id", "name", "domain"} & data["team"].keys()))


def tokens(ask: Asking) -> None:
    """Who may call what."""

    def told(token: str | None, method: str, **args: Any) -> Any:
        return said(call(speaking(ask.place, token), method, **args), None)

    ask("who it is", "auth.test", lambda data: [data["user_id"], "bot_id" in data])
    ask.note("auth.test: no token", told(None, "auth.test"))
    ask.note("auth.test: a token that was never given", told("xoxb-1-2-nonsense", "auth.test"))
    ask.note(
        "chat.postMessage: no token", told(None, "chat.postMessage", channel=ask.place.general, text="x")
    )
    narrow = call(speaking(ask.place, ask.place.narrow_token), "users.list", limit=2)
    ask.note("users.list: without the scope", [narrow.get(word) for word in ("error", "needed", "provided")])
    made = call(speaking(ask.place, ask.place.narrow_token), "conversations.create", name=ask.name("narrow"))
    ask.note("conversations.create: without the scope", [made.get("error"), made.get("provided")])
    ask("a method that does not exist", "nonsense.method")
