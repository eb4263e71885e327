"""Resolve and close ask in a form: it says what is missing, and takes a reason to pass over a rule."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.person.seen import SeenView
from adapters.slack.bot.app import request
from incident_core import commands as c
from incident_core.model.move import Move
from incident_core.model.outcome import Outcome
from incident_core.model.permit import Permit
from incident_core.model.policy import Policy
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.model.stage import Stage
from tests.slack.bot.house import House, house, panel, words

STRICT = Policy(review_to_close=True, required_roles=(COMMANDER, TECHNICAL_LEAD))


@pytest.fixture(scope="module")
def strict(sandbox: Sandbox) -> Iterator[House]:
    """A house whose policy asks for a technical lead, and for a review before closing."""
    with house(sandbox, policy=STRICT) as made:
        yield made


def _asked(home: House, key: str, move: str) -> SeenView:
    message = panel(home, key, move)
    return home.form(lambda: home.ann.press(message, f"move:{move}"))


def _fields(form: SeenView) -> list[str]:
    return [block["block_id"] for block in form.blocks if block["type"] == "input"]


def test_where_nothing_is_missing_the_form_only_asks(home: House) -> None:
    key = home.opened("over <soon>", room=True, declare=True)
    form = _asked(home, key, "resolve")
    said = words(form.raw)
    assert f"{key} over <soon>" in said
    assert "What is missing" not in said
    assert _fields(form) == []
    assert home.incident(key).stage is Stage.INCIDENT
    came = home.ann.submit(form)
    assert home.shown(form).startswith(f"{key} resolved")
    events = home.events()
    home.app.dispatch(request(came.payload))
    assert home.events() == events


def test_what_is_missing_is_shown_with_what_mends_it_and_a_reason_passes_over_it(strict: House) -> None:
    key = strict.opened("nobody looks", room=True, declare=True)
    form = _asked(strict, key, "resolve")
    said = words(form.raw)
    assert f"• Nobody holds technical_lead in {key}." in said
    assert f"→ /incident claim {key} technical_lead" in said
    assert "--override" not in said
    strict.ann.submit(form)
    assert "Nobody holds technical_lead" in strict.beside(form)["override"]
    assert "--override" not in strict.beside(form)["override"]
    assert strict.incident(key).stage is Stage.INCIDENT
    strict.ann.submit(form, {"override": "it mended itself"})
    assert "The override is recorded, with its reason." in strict.shown(form)
    assert "overrode required-roles: it mended itself" in strict.say(f"timeline {key}")


def test_the_same_form_is_sent_again_once_it_was_mended(strict: House) -> None:
    key = strict.opened("somebody looks", room=True, declare=True)
    form = _asked(strict, key, "resolve")
    strict.ann.submit(form)
    assert strict.beside(form)
    strict.say(f"claim {key} lead")
    strict.ann.submit(form)
    assert strict.shown(form).startswith(f"{key} resolved")


def test_what_began_to_be_missing_meanwhile_is_told(strict: House) -> None:
    key = strict.opened("somebody looked", room=True, declare=True)
    strict.do(c.Claim, key, role=TECHNICAL_LEAD)
    form = _asked(strict, key, "resolve")
    strict.do(c.Release, key, role=TECHNICAL_LEAD)
    strict.ann.submit(form)
    assert "Nobody holds technical_lead" in strict.shown(form)
    assert strict.incident(key).stage is Stage.INCIDENT


def test_close_asks_how_it_ended(home: House) -> None:
    key = home.opened("nothing at all", room=True)
    form = _asked(home, key, "close")
    assert f"<#{home.room_of(key)}> is archived" in words(form.raw)
    assert _fields(form) == ["outcome", "other"]
    home.ann.submit(form)
    assert home.shown(form) == f"{key} closed: no_action."
    other = home.opened("another one", room=True)
    form = _asked(home, other, "close")
    home.ann.submit(form, {"outcome": "false alarm"})
    home.shown(form)
    assert home.incident(other).outcome is Outcome.FALSE_ALARM


def test_a_duplicate_names_the_other_and_what_is_wrong_stands_beside_it(home: House) -> None:
    first, key = home.opened("the first one"), home.opened("the same again", room=True)
    secret = home.opened("not for all", private=True)
    form = _asked(home, key, "close")
    for values, said in (
        ({"outcome": "duplicate"}, "names the other incident's key"),
        ({"outcome": "fixed", "other": first}, "names the other incident's key"),
        ({"outcome": "duplicate", "other": "the first"}, "the first is not the key of an incident"),
        ({"outcome": "duplicate", "other": "INC-99999"}, "There is no incident INC-99999"),
        ({"outcome": "duplicate", "other": key}, "cannot be a duplicate of itself"),
        ({"outcome": "duplicate", "other": secret}, f"{secret} is private and {key} is not"),
    ):
        home.ann.submit(form, values)
        assert said in home.beside(form)["other"]
    home.ann.submit(form, {"outcome": "duplicate", "other": first.lower()})
    assert home.shown(form) == f"{key} closed: duplicate of {first}."


def test_closing_without_a_review_takes_a_reason(strict: House) -> None:
    key = strict.opened("in a hurry", room=True, declare=True)
    strict.do(c.Resolve, key, override="for now")
    form = _asked(strict, key, "close")
    assert f"• The review of {key} has not been held." in words(form.raw)
    strict.ann.submit(form)
    assert "has not been held" in strict.beside(form)["override"]
    strict.ann.submit(form, {"override": "nobody is left to ask"})
    assert strict.shown(form).startswith(f"{key} closed: fixed.")


@pytest.mark.parametrize("move", ["resolve", "close", "reopen"])
def test_a_form_of_an_earlier_stage_changes_nothing(home: House, move: str) -> None:
    key = home.opened("it moves on", room=True, declare=True)
    if move != "resolve":
        home.do(c.Resolve, key)
    form = _asked(home, key, move)
    if move == "resolve":
        home.do(c.Resolve, key)
    home.do(c.Reopen, key, reason="it is back", by="ben")
    home.do(c.Resolve, key)
    events = home.events()
    home.ann.submit(form, {"reason": "what I typed"} if move == "reopen" else {})
    said = "".join(home.beside(form).values()) or home.shown(form)
    assert f"{key} has moved on since this form was shown; nothing was changed." in said
    assert "It is now: sev4 · resolved" in said
    assert home.events() == events


def test_who_may_not_is_told_before_a_form_opens(sandbox: Sandbox) -> None:
    permits = dict.fromkeys((Move.RESOLVE, Move.UPDATE), Permit(groups=frozenset({"S0604QSJC"})))
    with house(sandbox, policy=Policy(permits=permits)) as made:
        key = made.opened("only for some", room=True, declare=True)
        message = panel(made, key, "resolve")
        told = made.told(lambda: made.ann.press(message, "move:resolve"), channel=made.room_of(key))
        assert f"Only a member of <!subteam^S0604QSJC> may do this (resolve) to {key}." in told
        assert made.slack.team.calls("views.open") == []


def test_what_is_typed_resolves_at_once(home: House) -> None:
    key = home.opened("typed", room=True, declare=True)
    assert home.say("resolve", channel=home.room_of(key)).startswith(f"{key} resolved")
