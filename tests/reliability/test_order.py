"""Payloads come in any order: what depends on no other ends alike, and what does is done or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, permutations
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.bot.app import request
from incident_core.record.document import document
from incident_core.usecases.verify import verify
from tests.sizes import ALL
from tests.slack.bot.house import House, house, words

APART = (
    "severity {key} sev1",
    "status {key} monitoring",
    "assign {key} lead <@{ben}|ben>",
    "update {key} We look",
    "evidence {key} https://x.example/1",
)
"""None of them asks what another has done."""
ONE_AFTER_ANOTHER = (
    "declare {key}",
    "status {key} identified",
    "resolve {key}",
    "reopen {key} it is back",
    "handover {key} <@{ben}|ben>",
)
"""What each of them does depends on which came before it."""


@dataclass
class Line:
    """What comes from Slack: commands with names of their own, in the order in which they are sent."""

    home: House
    like: dict[str, Any]
    names: Iterator[int]

    def sent(self, text: str, name: str) -> str:
        """What is answered to this command."""
        body = {**self.like, "text": text, "trigger_id": name}
        answer = self.home.app.dispatch(request(body))
        assert answer.status == 200
        return words(json.loads(answer.body))

    def played(self, order: tuple[str, ...], *, declared: bool) -> tuple[str, dict[str, Any], list[str]]:
        """A new incident, what these commands make of it, and what was answered; then all come once more."""
        home, ben = self.home, self.home.slack.person("ben").id
        key = home.opened("in any order", declare=declared)
        come = [(text.format(key=key, ben=ben), f"in.any.{next(self.names)}") for text in order]
        answers = [self.sent(*each) for each in come]
        events, found = home.events(), document(home.incident(key))
        assert [self.sent(*each) for each in reversed(come)] == answers[::-1]
        assert (home.events(), document(home.incident(key))) == (events, found)
        return key, found, [answer.replace(key, "KEY") for answer in answers]


@pytest.fixture(scope="module")
def line(sandbox: Sandbox) -> Iterator[Line]:
    """A house, and a line to it; at the end its record is sound, and replays to what is shown."""
    with house(sandbox) as made:
        yield Line(made, made.ann.command("/incident", "list", made.general).payload, count())
        assert verify(made.store.ledger).finding is None
        assert made.store.views.rebuild(write=False).differing == ()


def orders(texts: tuple[str, ...]) -> list[tuple[str, ...]]:
    """All 120 of them in `make trials`, and every fifth otherwise."""
    return list(permutations(texts))[:: 1 if ALL else 5]


def test_commands_that_do_not_depend_on_each_other_end_alike_in_any_order(line: Line) -> None:
    ends = set()
    for order in orders(APART):
        key, found, answers = line.played(order, declared=True)
        ends.add((json.dumps(found, sort_keys=True).replace(key, "KEY"), *sorted(answers)))
    assert len(ends) == 1


def test_commands_that_depend_on_each_other_are_done_or_refused_in_any_order(line: Line) -> None:
    """What is left is where the last of those led that were not refused, and each refusal says why."""
    left = set()
    for order in orders(ONE_AFTER_ANOTHER):
        _, found, answers = line.played(order, declared=False)
        assert all(answers)
        left.add(_where(order, answers))
        assert found["stage"] == _where(order, answers), (order, answers)
    assert left == {"incident", "resolved"}


def _where(order: tuple[str, ...], answers: list[str]) -> str:
    """The stage to which the answers say that these commands led."""
    stage = "investigation"
    leads = {"declare": "incident", "resolve": "resolved", "reopen": "incident"}
    for text, answer in zip(order, answers, strict=True):
        verb = text.partition(" ")[0]
        if verb in leads and "cannot" not in answer:
            stage = leads[verb]
    return stage
