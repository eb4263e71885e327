"""Tasks (while it burns) and follow-ups (afterwards): add, assign, done; the same three verbs twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import click

from adapters.cli.kinds import DAY
from adapters.cli.options import Given, key, under_key, verb
from adapters.cli.performing import give
from incident_core import commands as c
from incident_core.model.times import Due

Day = tuple[date, str | None]


@click.group()
@key
def task(key: str) -> None:
    """Add, assign and finish what has to be done now.

    \b
    Example:
      incident task INC-42 add "Fail over to the second region" --owner bob
    """


@click.group()
@key
def followup(key: str) -> None:
    """Add, assign and finish what has to be done afterwards.

    \b
    Example:
      incident followup INC-42 add "Alert on queue length" --owner bob --due 2026-12-01
    """


def _add(word: str, kind: Callable[..., c.Command]) -> click.Command:
    """`add` for tasks or follow-ups."""

    @click.command("add", help=f"Add a {word}; prints its id.\n\n\b\nExample:\n  {_example(word, 'add')}")
    @click.argument("text")
    @click.option("--owner", metavar="WHO", help="Who does it.")
    @click.option("--due", type=DAY, help="The day it is due, in your INCIDENT_TIMEZONE or one that you add.")
    @verb
    @under_key
    def add(given: Given, key: str, text: str, owner: str | None, due: Day | None) -> None:
        who = None if owner is None else given.person(owner)
        day = None if due is None else Due(due[0], due[1] or given.app.settings.timezone)
        give(given, kind, key, text=text, owner=who, due=day)

    return add


def _assign(word: str, kind: Callable[..., c.Command]) -> click.Command:
    """`assign` for tasks or follow-ups."""

    @click.command("assign", help=f"Say who does a {word}.\n\n\b\nExample:\n  {_example(word, 'assign')}")
    @click.argument("item", metavar="ID")
    @click.argument("person", metavar="WHO")
    @verb
    @under_key
    def assign(given: Given, key: str, item: str, person: str) -> None:
        give(given, kind, key, item=item, owner=given.person(person))

    return assign


def _done(word: str, kind: Callable[..., c.Command]) -> click.Command:
    """`done` for tasks or follow-ups."""

    @click.command("done", help=f"Say that a {word} is done.\n\n\b\nExample:\n  {_example(word, 'done')}")
    @click.argument("item", metavar="ID")
    @verb
    @under_key
    def done(given: Given, key: str, item: str) -> None:
        give(given, kind, key, item=item)

    return done


_EXAMPLES = {
    "task add": 'incident task INC-42 add "Fail over" --owner bob',
    "task assign": "incident task INC-42 assign t1 carol",
    "task done": "incident task INC-42 done t1",
    "follow-up add": 'incident followup INC-42 add "Alert on queue length" --due 2026-12-01',
    "follow-up assign": "incident followup INC-42 assign f1 carol",
    "follow-up done": "incident followup INC-42 done f1",
}


def _example(word: str, verb: str) -> str:
    return _EXAMPLES[f"{word} {verb}"]


task.add_command(_add("task", c.AddTask))
task.add_command(_assign("task", c.AssignTask))
task.add_command(_done("task", c.FinishTask))
followup.add_command(_add("follow-up", c.AddFollowUp))
followup.add_command(_assign("follow-up", c.AssignFollowUp))
followup.add_command(_done("follow-up", c.FinishFollowUp))
