"""A refusal changes nothing, names every reason, and says what to type; that line does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.bot.refusal import refused, typed_elsewhere
from adapters.slack.words import shipped_words
from incident_core import commands as c
from incident_core.guards.question import Ask, Question
from incident_core.guards.refusal import Reason, Remedy
from incident_core.guards.rules import GUARDS
from incident_core.lifecycle.asking import RULES
from incident_core.lifecycle.available import available
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.milestone import Milestone
from incident_core.model.move import Move
from incident_core.model.permit import Permit
from incident_core.model.policy import Policy
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from tests.slack.bot.house import House, house, words

POLICY = Policy(review_to_close=True, required_roles=(COMMANDER, TECHNICAL_LEAD))
FEW = Permit(frozenset({Actor("slack", "U0123ABC"), Actor("cli", "bob")}), frozenset({"S0604QSJC"}))
RESTRICTED = replace(POLICY, permits=dict.fromkeys([move for move in Move if move is not Move.OPEN], FEW))


@pytest.fixture(scope="module")
def strict(sandbox: Sandbox) -> Iterator[House]:
    """A house whose policy asks for a technical lead, and for a review before closing."""
    with house(sandbox, policy=POLICY) as made:
        yield made


def _stages(home: House) -> list[str]:
    """Keys of an incident in each stage: investigation, incident, resolved, closed."""
    keys = [home.opened(f"in stage {number}") for number in range(4)]
    for key in keys[1:]:
        home.do(c.Declare, key)
        home.do(c.AddTask, key, text="something")
        home.do(c.AddFollowUp, key, text="something later")
    for key in keys[2:]:
        home.do(c.Resolve, key, override="for now")
    home.do(c.FinishReview, keys[3])
    home.do(c.Close, keys[3])
    return keys


def _reasons(home: House, key: str) -> Iterator[Reason]:
    """Everything that stands against anything that can be asked about this incident."""
    incident, actor = home.incident(key), home.actor()
    now = home.clock.now()
    for rules in (POLICY, RESTRICTED):
        for possibility in available(rules, incident, actor, now):
            yield from possibility.reasons
    for ask in _unusual(incident, actor):
        for at in (now, incident.opened_at - timedelta(hours=1)):
            when = at - timedelta(hours=9)
            moved = Ask(ask.move, ask.target, ask.person, ask.other, when if ask.when else None)
            yield from RULES.why_not(Question(POLICY, incident, actor, at, moved))


def _unusual(incident: Incident, actor: Actor) -> Iterator[Ask]:
    """What nobody is offered, but somebody may ask for."""
    yield Ask(Move.CLOSE, "duplicate", other=incident.key)
    yield Ask(Move.CLAIM, "nothing_known")
    yield Ask(Move.HANDOVER, "incident_commander", person=incident.commander)
    yield Ask(Move.TASK_DONE, "t9")
    yield Ask(Move.FOLLOWUP_DONE, "f9")
    yield Ask(Move.FOLLOWUP_DONE, "f1")
    yield Ask(Move.RETRACT, "e9")
    yield Ask(Move.REDACT, "e9")
    yield Ask(Move.SNOOZE, "role:nothing")
    yield Ask(Move.DECLARE, person=Actor("slack", "U0123ABC"))
    yield Ask(Move.REVOKE, str(actor), person=actor)
    for milestone in Milestone:
        if milestone is not Milestone.CLOSED:
            yield Ask(Move.TIMES, milestone.value, when=incident.opened_at)


def _filled(line: str, other: str) -> str:
    """What somebody types who reads this line."""
    for word, value in (("WHO", "@cleo"), ("TEXT", "because"), ("REASON", "because"), ("KEY", other)):
        line = " ".join(value if each == word else each for each in line.split())
    return line


def test_every_remedy_of_every_rule_can_be_typed(strict: House) -> None:
    alone = strict.opened("alone", private=True)
    keys = [*_stages(strict), alone]
    codes = set()
    for key in keys:
        for reason in {(each.code, each.remedy): each for each in _reasons(strict, key)}.values():
            codes.add(reason.code)
            if reason.code != "not-permitted" and not typed_elsewhere(reason.remedy):
                _typed(strict, key, reason)
    assert {guard.code for guard in GUARDS} <= codes


def _typed(home: House, key: str, reason: Reason) -> None:
    """A command was given, and recorded as done, unchanged or refused; or what was asked for is shown."""
    line = _filled(reason.remedy.line(key, "/incident"), home.opened("another one"))
    before = len(home.store.memory.answers)
    said = home.say(line.removeprefix("/incident "))
    shows = reason.remedy.verb in ("show", "timeline", "timers") and key in said and "Not done" not in said
    asks = reason.remedy.verb == Move.CLOSE and said.startswith(("Close ", "Not done"))
    assert shows or asks or len(home.store.memory.answers) == before + 1, (line, said)


def test_all_reasons_are_named_with_what_helps(strict: House) -> None:
    key = strict.opened("nobody leads")
    strict.do(c.Declare, key)
    strict.do(c.Resolve, key, override="for now")
    before = strict.events()
    said = strict.say(f"close {key}")
    assert said.startswith("Not done: nothing was changed.")
    assert f"• The review of {key} has not been held." in said
    assert f"→ /incident review {key} done, or add --override REASON" in said
    assert strict.events() == before


def test_a_process_rule_is_passed_over_with_a_reason(strict: House) -> None:
    key = strict.opened("in a hurry", room=True)
    strict.do(c.Declare, key)
    strict.do(c.Resolve, key, override="for now")
    strict.say(f"close {key} --override nobody is left to ask", channel=strict.room_of(key))
    said = strict.turned(strict.newest(channel=strict.room_of(key)), f"Close {key}")
    assert "The override is recorded, with its reason." in said
    assert "overrode review-missing: nobody is left to ask" in strict.say(f"timeline {key}")


def test_people_in_a_reason_are_mentioned(strict: House) -> None:
    key = strict.opened("led by Ann")
    strict.do(c.Declare, key)
    assert f"• <@{strict.ann.id}> holds incident_commander" in strict.say(f"handover {key} @ann")


def test_who_may_is_mentioned(sandbox: Sandbox) -> None:
    with house(sandbox, policy=RESTRICTED) as made:
        key = made.opened("only for some")
        before = made.events()
        said = made.say(f"declare {key}")
        assert said == (
            "Not done: nothing was changed.\n"
            "• Only cli:bob or <@U0123ABC> or a member of <!subteam^S0604QSJC> may do this (declare) "
            f"to {key}.\n"
            "   → ask one of them to do it"
        )
        assert made.events() == before


@pytest.mark.parametrize(
    "remedy",
    [Remedy(Move.TIMES, "opened_at NOW"), Remedy(Move.RESOLVE, "--at 2026-11-22T12:00:00.000000Z")],
)
def test_what_only_the_command_line_can_do_is_said_so(remedy: Remedy) -> None:
    reasons = [Reason("some-code", "It cannot be.", remedy)]
    said = words(refused(shipped_words(), "INC-1", reasons, "/incident").message(shipped_words()))
    assert f"→ {remedy.line('INC-1')} on the command line" in said


def test_a_key_that_was_used_for_something_else_is_refused(strict: House) -> None:
    key = strict.opened("asked twice")
    trigger = strict.ann.command("/incident", f"severity {key} sev2", strict.general).trigger_id
    said = strict.say(f"severity {key} sev1 --key slack:{trigger}")
    assert "was used for another command" in said
    assert "type it again without --key" in said
    assert strict.incident(key).severity is Severity.SEV2
