"""What holds for any history: Hypothesis makes them up, the rules decide them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from incident_core import commands as c
from incident_core import events as e
from incident_core.guards.refusal import Refused
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import advance, evolve, fold
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.testing.exhaust.laws import Step, broken_by_step
from incident_core.testing.exhaust.state_laws import broken_by_state
from incident_core.testing.strategies import History, commands, events, histories
from tests.core.telling import OFTEN

T = TypeVar("T")


def everywhere(value: T, kind: type[Any], change: Callable[[Any], Any]) -> T:
    """The same value with every part of this kind changed, however deep."""
    found: Any = value
    if isinstance(value, kind):
        found = change(value)
    elif isinstance(value, (tuple, frozenset)):
        found = type(value)(everywhere(each, kind, change) for each in value)
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: everywhere(getattr(value, each.name), kind, change) for each in fields(value)}
        found = replace(value, **parts)
    result: T = found
    return result


def codes(answer: tuple[e.Event, ...] | Refused) -> tuple[Any, ...]:
    """An answer without its sentences, which name people and times."""
    return tuple(each.code for each in answer.reasons) if isinstance(answer, Refused) else answer


def retold(policy: Policy, asked: tuple[c.Command, ...]) -> list[tuple[Any, ...]]:
    """The answers to these commands, one after the other."""
    incident: Incident | None = None
    answers = []
    for command in asked:
        answer = decide(policy, incident, command)
        answers.append(codes(answer))
        incident = incident if isinstance(answer, Refused) else advance(incident, answer)
    return answers


@OFTEN
@given(histories())
def test_folding_is_reducing_with_evolve(history: History) -> None:
    assert fold(history.events) == history.incident
    assert reduce(evolve, history.events[1:], evolve(None, history.events[0])) == history.incident


@OFTEN
@given(histories(), st.integers(min_value=1))
def test_folding_can_be_interrupted_anywhere(history: History, place: int) -> None:
    cut = 1 + place % len(history.events)
    assert advance(fold(history.events[:cut]), history.events[cut:]) == history.incident


@OFTEN
@given(histories(), st.lists(events(), max_size=8))
def test_any_event_may_follow_any_history(history: History, more: list[e.Event]) -> None:
    """Facts are never refused: also what no rule would allow, such as an import, folds."""
    incident = advance(history.incident, more)
    assert incident.version == history.incident.version + len(more)


@OFTEN
@given(histories())
def test_versions_count_events(history: History) -> None:
    assert history.incident.version == len(history.events)


@OFTEN
@given(histories())
def test_every_history_keeps_the_laws(history: History) -> None:
    """The promises that the walk proves for its small world, in a world with any texts, times and people."""
    incident: Incident | None = None
    for command, found in history.steps:
        before, incident = incident, advance(incident, found)
        assert not list(broken_by_state(history.policy, incident))
        if before is not None and found:
            step = Step(history.policy, before, command, found, incident)
            assert not list(broken_by_step(step))


@OFTEN
@given(st.data())
def test_deciding_twice_gives_the_same_answer_and_changes_nothing(data: st.DataObject) -> None:
    history = data.draw(histories())
    incident = history.incident
    command = data.draw(commands(incident, history.policy))
    first = decide(history.policy, incident, command)
    assert decide(history.policy, incident, command) == first
    assert incident == fold(history.events)


@OFTEN
@given(histories())
def test_other_names_lead_to_the_same_story_with_other_names(history: History) -> None:
    def renamed(actor: Actor) -> Actor:
        return replace(actor, kind={"cli": "slack", "slack": "cli"}[actor.kind])

    told = retold(history.policy, everywhere(history.asked, Actor, renamed))
    assert told == [everywhere(each, Actor, renamed) for each in retold(history.policy, history.asked)]


@OFTEN
@given(histories(), st.timedeltas(timedelta(days=-300), timedelta(days=300)))
def test_other_times_lead_to_the_same_story_at_other_times(history: History, by: timedelta) -> None:
    def shifted(at: datetime) -> datetime:
        return at + by

    told = retold(history.policy, everywhere(history.asked, datetime, shifted))
    assert told == [everywhere(each, datetime, shifted) for each in retold(history.policy, history.asked)]


APART: tuple[tuple[type[c.Command], ...], ...] = (
    (c.SetSeverity,),
    (c.SetStatus,),
    (c.Assign, c.Claim, c.Release, c.HandOver),
    (c.AddEvidence,),
    (c.SendUpdate,),
    (c.AddTask, c.AssignTask, c.FinishTask),
    (c.AddFollowUp, c.AssignFollowUp, c.FinishFollowUp, c.SnoozeTimer, c.StopTimer),
    (c.FinishReview,),
    (c.CorrectTitle,),
)
"""Commands of two of these have nothing to do with each other."""


@OFTEN
@given(st.data(), st.permutations(APART))
def test_commands_that_have_nothing_to_do_with_each_other_commute(
    data: st.DataObject, apart: list[tuple[type[c.Command], ...]]
) -> None:
    history = data.draw(histories(max_commands=6))
    one = data.draw(commands(history.incident, history.policy, "one", apart[0]))
    other = data.draw(commands(history.incident, history.policy, "other", apart[1]))
    forth = retold(history.policy, (*history.commands, one, other))[-2:]
    back = retold(history.policy, (*history.commands, other, one))[-2:]
    assert forth == back[::-1]
    assert _after(history, one, other) == _after(history, other, one)


def _after(history: History, *more: c.Command) -> Incident:
    incident = history.incident
    for command in more:
        answer = decide(history.policy, incident, command)
        incident = incident if isinstance(answer, Refused) else advance(incident, answer)
    return incident


SETTING = (
    c.SetStatus, c.SetSeverity, c.Assign, c.Claim, c.Release, c.AddEvidence, c.AssignTask, c.FinishTask,
    c.AssignFollowUp, c.FinishFollowUp, c.FinishReview, c.SnoozeTimer, c.StopTimer, c.CorrectTitle,
    c.CorrectMilestone, c.Grant, c.Revoke, c.Declare, c.Resolve, c.Close, c.Reopen,
)  # fmt: skip
"""Commands that set a value; those that add to a list are left to the command's key."""


@OFTEN
@given(st.data())
def test_a_command_that_was_done_changes_nothing_when_it_comes_again(data: st.DataObject) -> None:
    history = data.draw(histories(max_commands=8))
    command = data.draw(commands(history.incident, history.policy, kinds=SETTING))
    answer = decide(history.policy, history.incident, command)
    if not isinstance(answer, Refused):
        assert decide(history.policy, advance(history.incident, answer), command) == ()
