"""Every verb, once with --json: it answers with the incident as of its last event."""

from __future__ import annotations

from typing import Any

import click
import pytest

from adapters.cli import said
from adapters.cli.reference import commands
from incident_core.commands import Command
from tests.cli.running import Program

VERBS: tuple[tuple[str, str, str, object], ...] = (
    ("open", 'open "API is slow" --severity sev3 --drill', "severity", "sev3"),
    ("severity", "severity 1 sev2 --reason worse", "severity", "sev2"),
    ("declare", "declare INC-1 --commander bob", "roles.incident_commander", "cli:bob"),
    ("status", "status 1 identified", "status", "identified"),
    ("assign", "assign 1 technical_lead carol", "roles.technical_lead", "cli:carol"),
    ("claim", "claim 1 communications_liaison", "roles.communications_liaison", "cli:ann"),
    ("release", "release 1 communications_liaison", "roles.communications_liaison", None),
    ("handover", "handover 1 dan --role technical_lead", "roles.technical_lead", "cli:dan"),
    ("evidence", "evidence 1 https://a.example --note n", "evidence.0.note", "n"),
    (
        "update",
        "update 1 text --impact i --component api --component web --next-due 'in 30m'",
        "updates.0.components",
        ["api", "web"],
    ),
    ("correct", "correct 1 u1 other --component db", "updates.0.components", ["db"]),
    ("task add", "task 1 add t --owner bob --due 2026-12-01", "tasks.0.due.on", "2026-12-01"),
    ("task assign", "task 1 assign t1 carol", "tasks.0.owner", "cli:carol"),
    ("task done", "task 1 done t1", "tasks.0.done_by", "cli:ann"),
    ("followup add", "followup 1 add f --due '2026-12-01 Asia/Tokyo'", "follow_ups.0.due.zone", "Asia/Tokyo"),
    ("followup assign", "followup 1 assign f1 carol", "follow_ups.0.owner", "cli:carol"),
    ("followup done", "followup 1 done f1", "follow_ups.0.done_by", "cli:ann"),
    ("timers snooze", "timers 1 snooze comms --for 30m", "key", "INC-1"),
    ("timers stop", "timers 1 stop stale --at now", "key", "INC-1"),
    ("title", "title 1 'Checkout is slow'", "title", "Checkout is slow"),
    ("times set", "times 1 set detected_at 2026-01-01T00:00Z", "detected_at", "2026-01-01T00:00:00.000000Z"),
    ("retract", "retract 1 e1 --reason wrong", "evidence.0.retracted", True),
    ("redact", "redact 1 t1 --reason 'a name'", "tasks.0.text", None),
    ("resolve", "resolve 1", "stage", "resolved"),
    ("review done", "review 1 done --at now", "stage", "resolved"),
    ("close", "close 1 --outcome false_alarm", "outcome", "false_alarm"),
    ("reopen", "reopen 1 --reason back", "status", "investigating"),
    ("access grant", "access 1 grant eve", "key", "INC-1"),
    ("access revoke", "access 1 revoke eve", "key", "INC-1"),
    ("private", "private 1", "private", True),
)
"""The verb, a line that uses it, and what the document says then, at which place."""


def test_every_verb_answers_with_the_incident_as_of_its_last_event(program: Program) -> None:
    version = 0
    for _, line, place, expected in VERBS:
        answered = program(f"{line} --json")
        assert (answered.err, _at(answered.json, place)) == ("", expected), line
        assert answered.json == program.document("1"), line
        assert answered.json["version"] > version, line
        version = answered.json["version"]


def test_the_table_of_this_test_has_every_verb_that_there_is() -> None:
    verbs = {path.replace(" KEY", "") for path, command, _ in commands() if _is_verb(command)}
    assert verbs == {f"incident {name}" for name, *_ in VERBS}


def test_every_verb_takes_what_every_verb_takes() -> None:
    for path, command, _ in commands():
        if _is_verb(command):
            options = {option for each in command.params for option in each.opts}
            assert {"--as", "--at", "--key", "--json"} <= options, path


def test_process_rules_can_be_overridden_where_there_are_any() -> None:
    overriding = {
        path for path, command, _ in commands() if any("--override" in each.opts for each in command.params)
    }
    assert overriding == {"incident resolve", "incident close"}


def test_every_command_of_the_core_has_words_for_what_it_did() -> None:
    known = {kind.__name__ for kind in _below(Command) if not kind.__name__.startswith("_")}
    assert known == {kind.__name__ for kind in said.COMMANDS}


@pytest.mark.parametrize(("line", "told"), [
    ("open x --private --drill", "INC-2 opened: x (private drill sev4)."),
    ("open x --declare", "INC-2 opened and declared: x (sev4); cli:ann is the commander."),
    ("declare 1", "unchanged: INC-1 is an incident already; cli:ann is the commander."),
    ("status 1 investigating", "unchanged: INC-1 is investigating already."),
    ("severity 1 sev3", "unchanged: INC-1 is sev3 already."),
    ("evidence 1 https://a.example", "INC-1: evidence e1 added."),
    ("task 1 add t --owner bob --due 2026-12-01", "INC-1: task t1 added for cli:bob, due 2026-12-01 UTC."),
    ("title 1 'API answers slowly'", "unchanged: INC-1 is called that already: API answers slowly"),
    ("release 1 technical_lead", "unchanged: INC-1: nobody holds technical_lead as it is."),
    ("access 1 grant bob", "INC-1: cli:bob may see it now. It is not private, so everybody can see it."),
    ("reopen 1", "unchanged: INC-1 is open already, in stage incident."),
    (
        "timers 1 snooze comms --until 2126-12-01T10:00+02:00",
        "INC-1: the comms reminder is snoozed until 2126-12-01 08:00:00Z.",
    ),
    ("timers 1 stop role:incident_commander",
     "INC-1: the reminder of the empty role incident_commander is stopped."),
])  # fmt: skip
def test_a_verb_says_in_a_line_what_happened(incident: Program, line: str, told: str) -> None:
    assert incident(line).out == f"{told}\n"


def test_a_duplicate_names_the_other_incident(incident: Program) -> None:
    incident("open 'the same'")
    assert incident("close inc-2 --duplicate-of 1").out == "INC-2 closed: duplicate of INC-1.\n"


def _is_verb(command: click.Command) -> bool:
    return any(each.name == "command_key" for each in command.params)


def _at(document: Any, place: str) -> object:
    """What stands at `tasks.0.owner`; None for a name that is not there."""
    for part in place.split("."):
        document = document[int(part)] if isinstance(document, list) else document.get(part)
    return document


def _below(kind: type[Command]) -> set[type[Command]]:
    found = set(kind.__subclasses__())
    return found.union(*map(_below, found))
