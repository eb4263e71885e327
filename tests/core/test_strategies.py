"""The strategies are a product: they reach what they promise, and say what is missing where they cannot."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import fields

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from incident_core import commands as c
from incident_core import events as e
from incident_core.events import EVENT_TYPES, Event
from incident_core.guards.refusal import Refused
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import advance
from incident_core.model import text
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage
from incident_core.testing.strategies import (
    History,
    commands,
    events,
    histories,
    hostile_text,
    instants,
    links,
    titles,
)
from tests.core.telling import OFTEN


def sample() -> list[History]:
    """Three hundred histories of ten runs: within one run Hypothesis repeats the kinds that it began with."""
    found: list[History] = []

    @settings(max_examples=30, deadline=None, database=None, phases=[Phase.generate])
    @given(histories())
    def collect(history: History) -> None:
        found.append(history)

    for number in range(10):
        seed(number)(collect)()
    return found


@OFTEN
@given(titles(), hostile_text(300), links(), instants())
def test_values_are_valid_as_they_are(title: str, prose: str, link: str, at: object) -> None:
    assert text.title("title", title) == title
    assert text.prose("prose", prose) == prose
    assert len(prose) <= 300
    assert text.link("link", link) == link


@OFTEN
@given(histories())
def test_a_history_is_what_the_rules_made_of_its_commands(history: History) -> None:
    incident: Incident | None = None
    allowed = []
    for command in history.asked:
        answer = decide(history.policy, incident, command)
        if not isinstance(answer, Refused):
            allowed.append((command, answer))
            incident = advance(incident, answer)
    assert (tuple(allowed), incident) == (history.steps, history.incident)
    assert history.commands == tuple(command for command, _ in allowed)
    assert len({command.key for command in history.asked}) == len(history.asked)


def test_histories_reach_every_stage_and_what_takes_several_steps() -> None:
    found = sample()
    stages = Counter(history.incident.stage for history in found)
    assert all(stages[stage] >= 10 for stage in Stage), stages
    types = Counter(type(event) for history in found for event in history.events)
    steps = (
        e.RuleOverridden, e.Reopened, e.EntryRetracted, e.RoleHandedOver, e.MilestoneCorrected,
        e.ReminderSnoozed, e.ReminderStopped,
    )  # fmt: skip
    assert all(types[kind] >= 5 for kind in steps), types
    refused = [history for history in found if len(history.asked) > len(history.steps)]
    unchanged = [history for history in found if any(not events for _, events in history.steps)]
    assert min(len(refused), len(unchanged)) >= 50


@OFTEN
@given(st.data())
def test_commands_are_made_for_the_incident_at_hand(data: st.DataObject) -> None:
    history = data.draw(histories())
    command = data.draw(commands(history.incident, history.policy, key="mine"))
    assert command.key == "mine"
    assert not isinstance(command, c.Open)


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_every_type_of_event_is_made_with_and_without_what_may_be_missing(kind: type[Event]) -> None:
    made: list[Event] = []

    @settings(max_examples=40, deadline=None, database=None)
    @given(events(kind))
    def collect(event: Event) -> None:
        made.append(event)

    collect()
    assert {type(event) for event in made} == {kind}
    for each in fields(kind):
        found = {getattr(event, each.name) is None for event in made}
        assert found == ({True, False} if "None" in str(each.type) or each.type == "Text" else {False})


def test_hypothesis_knows_our_types_by_itself() -> None:
    """Through the entry point: nothing was imported or registered here."""

    @settings(max_examples=10, deadline=None, database=None)
    @given(st.data())
    def drawn(data: st.DataObject) -> None:
        for kind in (Actor, Incident, e.Opened, e.Closed, Event):
            assert isinstance(data.draw(st.from_type(kind)), kind)

    drawn()


def test_without_the_extra_one_is_told_what_to_install() -> None:
    script = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "try: import incident_core.testing\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "pip install 'incident-core[testing]'" in done.stdout


def test_the_core_never_imports_its_tests() -> None:
    script = (
        "import sys, importlib, pathlib, incident_core\n"
        "root = pathlib.Path(incident_core.__path__[0])\n"
        "for path in root.rglob('*.py'):\n"
        "    parts = path.relative_to(root.parent).with_suffix('').parts\n"
        "    if 'testing' not in parts: importlib.import_module('.'.join(parts))\n"
        "print([name for name in ('hypothesis', 'pytest', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
