"""What an element holds: its first value, what a person may choose, and how Slack writes it in `state`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.sandbox.errors import ApiError
from adapters.sandbox.person import places
from adapters.sandbox.person.elements import Element, Shape
from adapters.sandbox.person.seen import CannotDo
from adapters.sandbox.person.sending import Actor
from adapters.sandbox.state.channels import Channel, Kind

FIELDS = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "overflow": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
"""Where each kind of element keeps its value."""
LISTS = frozenset(
    ("selected_options", "selected_users", "selected_conversations", "selected_channels", "files")
)
EXTERNAL = frozenset(("external_select", "multi_external_select"))
KINDS = {Kind.IM: "im", Kind.MPIM: "mpim", Kind.PRIVATE: "private", Kind.PUBLIC: "public"}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://\S+")
TEXT_MAX = 3000

Chosen = Any


def first(element: Element, channel_id: str | None) -> Shape | None:
    """The state of an element that nobody has used; None for those without one. `channel_id`: where it is."""
    field = FIELDS.get(element.kind)
    if field is None or element.kind == "overflow":
        return None
    if element.shape.get("default_to_current_conversation") and channel_id is not None:
        return state(element, [channel_id] if field in LISTS else channel_id)
    name = "initial_value" if field.endswith("value") else field.replace("selected", "initial")
    return state(element, element.shape.get(name, [] if field in LISTS else None))


def state(element: Element, value: Any) -> Shape:
    """The value as `state.values` has it."""
    made = {"type": element.kind, FIELDS[element.kind]: value}
    if element.kind == "timepicker" and element.shape.get("timezone"):
        made["timezone"] = element.shape["timezone"]
    return made


def is_empty(element: Element, held: Shape | None) -> bool:
    """Whether nothing is chosen or typed."""
    value = (held or {}).get(FIELDS[element.kind])
    return value is None or value in ("", [])


def chosen(actor: Actor, element: Element, choice: Chosen, offered: list[Shape] | None = None) -> Any:
    """The value that the choice means. Raises CannotDo for what the element does not take.

    `offered`: the options that the app gave, for a select whose options it has. None clears the element.
    """
    kind = element.kind
    if kind not in FIELDS:
        raise CannotDo(f"A {kind} is pressed; nothing is chosen in it.")
    if FIELDS[kind] in LISTS:
        many = [] if choice is None else choice if isinstance(choice, (list, tuple)) else [choice]
        most = element.shape.get("max_selected_items", element.shape.get("max_files"))
        if most is not None and len(many) > most:
            raise CannotDo(f"{element.said!r} takes {most} at most, not {len(many)}.")
        return [_one(actor, element, each, offered) for each in many]
    return None if choice is None else _one(actor, element, choice, offered)


def _one(actor: Actor, element: Element, choice: Chosen, offered: list[Shape] | None) -> Any:
    field = FIELDS[element.kind]
    if field.startswith("selected_option"):
        return _option(element, choice, offered if offered is not None else options(element.shape))
    return READERS[element.kind.removeprefix("multi_")](actor, element, choice)


def options(shape: Shape) -> list[Shape]:
    """The options of an element or an answer, out of their groups."""
    groups = shape.get("option_groups") or ()
    return list(shape.get("options") or [option for group in groups for option in group["options"]])


def _option(element: Element, choice: Chosen, offered: list[Shape]) -> Shape:
    for option in offered:
        if choice == option or choice in (option.get("value"), option["text"]["text"]):
            return option
    names = ", ".join(str(option["text"]["text"]) for option in offered) or "nothing"
    raise CannotDo(f"{element.said!r} does not offer {choice!r}; it offers: {names}.")


def _user(actor: Actor, element: Element, choice: Chosen) -> str:
    users = actor.workspace.users
    named = (user for user in users.values() if choice in (user.id, user.name, user.real_name))
    found = next(named, None)
    if found is None or found.deleted:
        raise CannotDo(f"{element.said!r}: nobody is called {choice}.")
    return found.id


def _conversation(actor: Actor, element: Element, choice: Chosen) -> str:
    channel = places.visible(actor, choice)
    rules = element.shape.get("filter", {})
    if KINDS[channel.kind] not in rules.get("include", KINDS.values()):
        raise CannotDo(f"{element.said!r} does not offer conversations of this kind.")
    if rules.get("exclude_external_shared_channels") and channel.is_shared:
        raise CannotDo(f"{element.said!r} does not offer shared channels.")
    if rules.get("exclude_bot_users") and _with_bot(actor, channel):
        raise CannotDo(f"{element.said!r} does not offer conversations with bots.")
    return channel.id


def _with_bot(actor: Actor, channel: Channel) -> bool:
    return channel.kind is Kind.IM and any(actor.workspace.users[user].is_bot for user in channel.members)


def _channel(actor: Actor, element: Element, choice: Chosen) -> str:
    channel = places.visible(actor, choice)
    if channel.kind is not Kind.PUBLIC or channel.is_archived:
        raise CannotDo(f"{element.said!r} offers public channels only.")
    return channel.id


def _date(actor: Actor, element: Element, choice: Chosen) -> str:
    try:
        return datetime.date.fromisoformat(str(choice)).isoformat()
    except ValueError:
        raise CannotDo(f"{element.said!r} takes a date as 2026-01-31, not {choice!r}.") from None


def _time(actor: Actor, element: Element, choice: Chosen) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(choice)):
        raise CannotDo(f"{element.said!r} takes a time as 09:30, not {choice!r}.")
    return str(choice)


def _moment(actor: Actor, element: Element, choice: Chosen) -> int:
    if isinstance(choice, datetime.datetime):
        return int(choice.timestamp())
    if isinstance(choice, int) and len(str(choice)) == 10:
        return choice
    raise CannotDo(f"{element.said!r} takes seconds since 1970 or a datetime, not {choice!r}.")


def _text(actor: Actor, element: Element, choice: Chosen) -> str:
    text, shape = str(choice), element.shape
    least, most = shape.get("min_length", 0), shape.get("max_length", TEXT_MAX)
    if not shape.get("multiline") and "\n" in text:
        raise CannotDo(f"{element.said!r} takes one line.")
    if text and not least <= len(text) <= most:
        raise CannotDo(f"{element.said!r} takes {least} to {most} characters, not {len(text)}.")
    return text


def _number(actor: Actor, element: Element, choice: Chosen) -> str:
    shape, text = element.shape, str(choice)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise CannotDo(f"{element.said!r} takes a number, not {choice!r}.") from None
    if not shape.get("is_decimal_allowed") and number != number.to_integral_value():
        raise CannotDo(f"{element.said!r} takes a whole number, not {choice!r}.")
    least, most = shape.get("min_value"), shape.get("max_value")
    if (least is not None and number < Decimal(least)) or (most is not None and number > Decimal(most)):
        raise CannotDo(f"{element.said!r} takes a number from {least} to {most}, not {choice!r}.")
    return text


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[Actor, Element, Chosen], str]:
    def read(actor: Actor, element: Element, choice: Chosen) -> str:
        if not pattern.fullmatch(str(choice)):
            raise CannotDo(f"{element.said!r} takes {what}, not {choice!r}.")
        return str(choice)

    return read


def _rich(actor: Actor, element: Element, choice: Chosen) -> Shape:
    if isinstance(choice, dict):
        return choice
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(choice)}]}
    return {"type": "rich_text", "elements": [section]}


def _file(actor: Actor, element: Element, choice: Chosen) -> Shape:
    found = actor.workspace.files.get(str(choice))
    if found is None:
        raise CannotDo(f"There is no file {choice}.")
    return {"id": found.id, "name": found.name}


READERS: dict[str, Callable[[Actor, Element, Chosen], Any]] = {
    "users_select": _user,
    "conversations_select": _conversation,
    "channels_select": _channel,
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _moment,
    "plain_text_input": _text,
    "number_input": _number,
    "email_text_input": _matching(EMAIL, "an e-mail address"),
    "url_text_input": _matching(URL, "a web address"),
    "rich_text_input": _rich,
    "file_input": _file,
}


def offered_by(answer: Any) -> list[Shape]:
    """The options in an app's answer. Raises ApiError for an answer that has none."""
    if not isinstance(answer, dict) or not ("options" in answer or "option_groups" in answer):
        raise ApiError("invalid_arguments")
    found = options(answer)
    if len(found) > 100 or not all(option["text"]["text"] and option["value"] for option in found):
        raise ApiError("invalid_arguments")
    return found
