"""How people use forms and the panel: what opens, what is sent, and what they are told for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.sandbox.person.person import Person
from adapters.sandbox.person.seen import SeenMessage, SeenView
from incident_core.ports.reader import Entry
from tests.slack.stories.town import WORKSPACE, Town, wait_for

SHORTCUT = "Start a new incident"
MEANINGS = {
    "incident_commander": "You lead the response. ",
    "technical_lead": "You find out what is broken and how to mend it. ",
    "communications_liaison": "You tell everybody outside the response what is going on: ",
}
"""How the definitions that come with it begin."""


def asked(home: Town, act: Callable[[Person], object], by: str = "ann") -> SeenView:
    """Do what opens a form; the form."""
    person = home.slack.person(by)
    before = {each.id for each in person.modals}
    act(person)
    wait_for(lambda: person.modal is not None and person.modal.id not in before)
    found = person.modal
    assert found is not None
    return found


def sent(home: Town, form: SeenView, by: str = "ann", **values: Any) -> str:
    """Fill a form in and send it; what stands in its place then, which is closed."""
    person = home.slack.person(by)
    assert person.submit(form, values).acked
    shown = person.modal
    assert shown is not None
    assert (shown.id, shown.errors) == (form.id, {})
    person.close(shown)
    return home.shown(shown)


def kept(home: Town, form: SeenView, by: str = "ann", **values: Any) -> dict[str, str]:
    """Send a form that is not taken; what stands beside its fields; it is closed then."""
    person = home.slack.person(by)
    assert person.submit(form, values).acked
    shown = person.modal
    assert shown is not None
    assert shown.id == form.id
    person.close(shown)
    return {name: home.plain(text) for name, text in shown.errors.items()}


def fields(form: SeenView) -> dict[str, bool]:
    """The fields that a form has, and whether each can be left empty."""
    inputs = [block for block in form.blocks if block["type"] == "input"]
    return {block["block_id"]: block["optional"] for block in inputs}


def row(panel: SeenMessage, kind: str, role: str = "") -> dict[str, Any]:
    """The block of the panel with this select, or with this role's buttons."""
    for block in panel.blocks:
        first, *rest = str(block.get("block_id")).split("|")
        if first == kind and (not role or rest[2] == role):
            return block
    raise AssertionError((kind, role, [block.get("block_id") for block in panel.blocks]))


def select(home: Town, key: str, name: str, choice: str, by: str = "ann") -> str:
    """Choose a status or a severity in the panel; what they are told."""
    room = home.room(key).id
    before = len(home.alone(by, room))
    home.slack.person(by).choose(home.panel(key), f"set:{name}", choice)
    return home.told(by, room, before)


def presses(home: Town, key: str, button: str, role: str, by: str = "ann") -> str:
    """Press Claim or Release beside a role; what they are told."""
    room, panel = home.room(key).id, home.panel(key)
    before = len(home.alone(by, room))
    home.slack.person(by).press(panel, button, block=row(panel, "role", role)["block_id"])
    return home.told(by, room, before)


def assigns(home: Town, key: str, role: str, who: str, by: str = "ann") -> str:
    """Choose somebody beside a role; what they are told."""
    room, panel = home.room(key).id, home.panel(key)
    before = len(home.alone(by, room))
    home.slack.person(by).choose(panel, "role:assign", who, block=row(panel, "role", role)["block_id"])
    return home.told(by, room, before)


def directly(home: Town, who: str) -> list[str]:
    """What the bot has said to somebody directly, oldest first."""
    person = home.slack.person(who)
    return [home.shown(each) for each in person.sees(person.direct(home.slack.bot_user)) if each.blocks]


def entries(home: Town, key: str, by: str = "ann") -> tuple[Entry, ...]:
    """The timeline of an incident."""
    found = home.database.reader.timeline(WORKSPACE, key, home.actor(by))
    assert found is not None
    return found


def happened(home: Town, key: str, by: str = "ann") -> list[str]:
    """The kinds of its events, in order."""
    return [type(each.event).__name__ for each in entries(home, key, by)]
