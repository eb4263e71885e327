"""Questions about channels: names, topics, archiving, inviting, and who is in them."""

from __future__ import annotations

from tests.sandbox.probing.asking import Asking, Data, call

WRONG_NAMES = {
    "capitals": "Capitals",
    "a space": "with space",
    "a full stop": "with.stop",
    "an exclamation mark": "with!mark",
    "an accent": "café",
    "only dashes": "---",
}


def ask_all(ask: Asking) -> None:
    """Every question of this page."""
    names(ask)
    renaming(ask)
    topics(ask)
    archiving(ask)
    inviting(ask)
    joining(ask)


def names(ask: Asking) -> None:
    """What a channel may be called, and what is taken."""
    made = ask("a plain name", "conversations.create", _channel, name=ask.name("plain"))
    ask("a name that is taken", "conversations.create", name=ask.name("plain"))
    ask("80 characters", "conversations.create", name=ask.name("x" * (79 - len(ask.prefix))))
    ask("81 characters", "conversations.create", name=ask.name("x" * (80 - len(ask.prefix))))
    for what, name in WRONG_NAMES.items():
        ask(what, "conversations.create", name=name)
    ask("an empty name", "conversations.create", name="")
    ask("no name", "conversations.create")
    ask("letters, digits, - and _", "conversations.create", name=ask.name("a_1-b"))
    call(ask.client, "conversations.archive", channel=made["channel"]["id"])
    ask("the name of an archived channel", "conversations.create", name=ask.name("plain"))
    ask("a private channel", "conversations.create", _channel, name=ask.name("secret"), is_private=True)
    ask("the name of a private channel", "conversations.create", name=ask.name("secret"))


def renaming(ask: Asking) -> None:
    """What a channel may be called later."""
    channel = ask.channel("renamed")
    ask("a new name", "conversations.rename", _name, channel=channel, name=ask.name("renamed-2"))
    ask("a name that is taken", "conversations.rename", channel=channel, name=ask.name("plain"))
    ask("81 characters", "conversations.rename", channel=channel, name="x" * 81)
    ask("capitals", "conversations.rename", channel=channel, name="Capitals")
    ask(
        "a channel that it is not in",
        "conversations.rename",
        channel=ask.place.elsewhere,
        name=ask.name("r3"),
    )


def topics(ask: Asking) -> None:
    """How long topics and purposes may be."""
    channel = ask.channel("topics")
    for method, word in (("conversations.setTopic", "topic"), ("conversations.setPurpose", "purpose")):
        _long(ask, method, word, channel)
    ask(
        "topic and purpose", "conversations.info",
        lambda data: [data["channel"]["topic"]["value"], data["channel"]["purpose"]["value"]],
        channel=channel,
    )  # fmt: skip
    ask(
        "what stands in the channel", "conversations.history",
        lambda data: [message.get("subtype", "") for message in data["messages"]][:2],
        channel=channel,
    )  # fmt: skip


def _long(ask: Asking, method: str, word: str, channel: str) -> None:
    def say(what: str, text: str, where: str = channel) -> None:
        ask(what, method, None, channel=where, **{word: text})

    say("250 characters", "x" * 250)
    say("251 characters", "x" * 251)
    say("250 characters beyond the basic plane", "🔥" * 250)
    say("a text", f"the {word}")
    say("a channel that it is not in", "x", ask.place.elsewhere)
    say("a channel that does not exist", "x", "C00000000XX")
    ask("none given", method, channel=channel)


def archiving(ask: Asking) -> None:
    """What an archived channel still takes."""
    channel = ask.channel("archived")
    ask("a channel", "conversations.archive", channel=channel)
    ask("a channel that is archived", "conversations.archive", channel=channel)
    ask("an archived channel", "conversations.info", lambda d: d["channel"]["is_archived"], channel=channel)
    ask("an archived channel", "chat.postMessage", channel=channel, text="x")
    ask("an archived channel", "conversations.setTopic", channel=channel, topic="x")
    ask("an archived channel", "conversations.rename", channel=channel, name=ask.name("other"))
    ask("an archived channel", "conversations.invite", channel=channel, users=ask.place.person)
    ask("an archived channel", "conversations.join", channel=channel)
    ask("an archived channel", "conversations.unarchive", channel=channel)
    ask("a channel that is open", "conversations.unarchive", channel=channel)
    ask("#general", "conversations.archive", channel=ask.place.general)
    ask("a channel that it is not in", "conversations.archive", channel=ask.place.elsewhere)
    ask("a channel that does not exist", "conversations.archive", channel="C00000000XX")


def inviting(ask: Asking) -> None:
    """Who may be invited and removed."""
    channel, person = ask.channel("invited"), ask.place.person
    invite, kick = "conversations.invite", "conversations.kick"
    ask("a person", invite, channel=channel, users=person)
    ask("a person who is there", invite, channel=channel, users=person)
    ask("itself", invite, channel=channel, users=ask.bot)
    ask("somebody unknown", invite, channel=channel, users="U00000000XX")
    ask("nobody", invite, channel=channel, users="")
    ask("users not given", invite, channel=channel)
    ask("a channel that it is not in", invite, channel=ask.place.elsewhere, users=person)
    ask("a channel that does not exist", invite, channel="C00000000XX", users=person)
    ask("members", "conversations.members", lambda data: sorted(data["members"]), channel=channel)
    ask("a person", kick, channel=channel, user=person)
    ask("a person who is not there", kick, channel=channel, user=person)
    ask("itself", kick, channel=channel, user=ask.bot)
    ask("somebody unknown", kick, channel=channel, user="U00000000XX")
    both = f"U00000000XX,{person}"
    ask("somebody unknown and a person", invite, channel=channel, users=both)
    ask("after that", "conversations.members", lambda data: sorted(data["members"]), channel=channel)
    ask("somebody unknown and a person, with force", invite, channel=channel, users=both, force=True)
    ask("after the force", "conversations.members", lambda data: sorted(data["members"]), channel=channel)
    many = ",".join(f"U000000{number:04}" for number in range(101))
    ask("101 people", invite, channel=channel, users=many)


def joining(ask: Asking) -> None:
    """Coming and going, and direct messages."""
    channel = ask.place.elsewhere
    ask("a public channel", "conversations.join", channel=channel)
    ask("a channel that it is in", "conversations.join", channel=channel)
    ask("a channel that does not exist", "conversations.join", channel="C00000000XX")
    ask("a channel", "conversations.leave", channel=channel)
    ask("a channel that it is not in", "conversations.leave", _left, channel=channel)
    opened = ask("a person", "conversations.open", lambda d: d["channel"]["id"][0], users=ask.place.person)
    again = ask(
        "a person again", "conversations.open", lambda d: d.get("already_open", False), users=ask.place.person
    )
    ask.note("conversations.open: the same conversation", opened["channel"]["id"] == again["channel"]["id"])
    ask("nobody", "conversations.open")
    ask("somebody unknown", "conversations.open", users="U00000000XX")
    ask("nine people", "conversations.open", users=",".join(f"U000000{number:04}" for number in range(9)))
    ask("a direct message", "conversations.archive", channel=opened["channel"]["id"])
    ask("a direct message", "conversations.join", channel=opened["channel"]["id"])


def _channel(data: Data) -> Data:
    channel = data["channel"]
    return {word: channel.get(word) for word in ("name", "creator", "is_private", "is_archived", "is_member")}


def _name(data: Data) -> str:
    return str(data["channel"]["name"])


def _left(data: Data) -> Data:
    return {"not_in_channel": data.get("not_in_channel", False)}
