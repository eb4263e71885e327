"""Questions about views: triggers, the stack of modals, hashes, the home tab."""

from __future__ import annotations

from typing import Any

from tests.sandbox.probing.asking import Asking, Data, Trigger

TRIGGERS_LIVE = 3.0
"""Seconds."""


def ask_all(ask: Asking) -> None:
    """Every question of this page, or those that need no trigger where there is none."""
    home(ask)
    if ask.place.trigger is not None:
        triggers(ask, ask.place.trigger)
        stacks(ask, ask.place.trigger)
        drawing(ask, ask.place.trigger)


def triggers(ask: Asking, new: Trigger) -> None:
    """A trigger opens one view, within three seconds."""
    trigger, view_open = new(None), "views.open"
    ask("a trigger", view_open, lambda data: data["view"]["type"], trigger_id=trigger, view=modal())
    ask("a trigger that was used", view_open, trigger_id=trigger, view=modal())
    ask("a trigger that was never given", view_open, trigger_id="1.2.nonsense", view=modal())
    ask("no trigger", view_open, view=modal())
    kept = new(None)
    ask("a view that is wrong", view_open, trigger_id=kept, view={"type": "modal"})
    ask("the same trigger after a wrong view", view_open, trigger_id=kept, view=modal())
    late = new(None)
    ask.place.wait(TRIGGERS_LIVE + 1)
    ask("a trigger of four seconds ago", view_open, trigger_id=late, view=modal())


def stacks(ask: Asking, new: Trigger) -> None:
    """Three modals, one above the other, and no fourth."""
    first = _opened(ask, new)
    second = ask("a second", "views.push", _above(first), trigger_id=new(first["id"]), view=modal())
    third = ask(
        "a third", "views.push", _above(second["view"]),
        trigger_id=new(second["view"]["id"]), view=modal(),
    )  # fmt: skip
    ask("a fourth", "views.push", trigger_id=new(third["view"]["id"]), view=modal())


def drawing(ask: Asking, new: Trigger) -> None:
    """Another drawing of the same view, unless somebody was faster."""
    view, update = _opened(ask, new, external_id=ask.name("view")), "views.update"
    ask("by view_id", update, lambda d: d["view"]["id"] == view["id"], view_id=view["id"], view=modal())
    ask("an old hash", update, view_id=view["id"], hash=view["hash"], view=modal())
    ask("a view that does not exist", update, view_id="V00000000XX", view=modal())
    ask("neither id", update, view=modal())
    long = modal(title={"type": "plain_text", "text": "x" * 25})
    ask("a title of 25 characters", "views.open", trigger_id=new(None), view=long)
    many = modal(blocks=[{"type": "divider"}] * 101)
    ask("101 blocks", "views.open", trigger_id=new(None), view=many)
    ask("private_metadata of 3,001 characters", "views.open",
        trigger_id=new(None), view=modal(private_metadata="x" * 3001))  # fmt: skip
    ask("a home tab", "views.open", trigger_id=new(None), view={"type": "home", "blocks": []})


def home(ask: Asking) -> None:
    """The home tab, one for each person."""
    shape, publish = {"type": "home", "blocks": [{"type": "divider"}]}, "views.publish"
    first = ask("a home tab", publish, lambda d: d["view"]["type"], user_id=ask.place.person, view=shape)
    ask(
        "once more",
        publish,
        lambda d: d["view"]["id"] == first["view"]["id"],
        user_id=ask.place.person,
        view=shape,
    )
    ask("an old hash", publish, user_id=ask.place.person, hash=first["view"]["hash"], view=shape)
    ask("a modal", publish, user_id=ask.place.person, view=modal())
    ask("somebody unknown", publish, user_id="U00000000XX", view=shape)


def modal(**more: Any) -> Data:
    """A view that is good."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "T"},
        "blocks": [{"type": "divider"}],
        **more,
    }


def _opened(ask: Asking, new: Trigger, **more: Any) -> Data:
    response = ask.client.views_open(trigger_id=new(None), view=modal(**more))
    view: Data = response["view"]
    return view


def _above(below: Data) -> Any:
    return lambda data: [
        data["view"]["previous_view_id"] == below["id"],
        data["view"]["root_view_id"] == below["root_view_id"],
    ]
