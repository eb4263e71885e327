"""The story: from something that happens to closed, typed by a person, each word a process of its own."""

from __future__ import annotations

import json

import pytest

from tests.cli.running import Program


def test_five_commands_lead_from_something_happens_to_closed(program: Program) -> None:
    told = [
        program.process("open", "API answers slowly", "--severity", "sev3"),
        program.process("declare", "INC-1"),
        program.process("status", "inc-1", "monitoring"),
        program.process("resolve", "1"),
        program.process("close", "INC-1"),
    ]
    assert [ran.code for ran in told] == [0, 0, 0, 0, 0]
    assert [ran.err for ran in told] == ["", "", "", "", ""]
    assert [ran.out.splitlines()[0].split(",")[0] for ran in told] == [
        "INC-1 opened: API answers slowly (sev3).",
        "INC-1 declared; cli:ann is the commander.",
        "INC-1 is monitoring now.",
        "INC-1 resolved",
        "INC-1 closed: fixed.",
    ]
    shown = json.loads(program.process("show", "INC-1", "--json").out)
    assert (shown["stage"], shown["outcome"], shown["roles"]) == (
        "closed", "fixed", {"incident_commander": "cli:ann"},
    )  # fmt: skip


def test_a_longer_story_is_told_by_its_timeline(incident: Program) -> None:
    for line in (
        "severity 1 sev1 --as bob",
        "assign 1 technical_lead bob",
        "evidence 1 https://graphs.example.com/d/7 --note 'latency doubles'",
        'update 1 "A fix is rolled out" --impact "slow checkout" --component api --component web',
        'task 1 add "Fail over" --owner bob --due 2026-12-01',
        "task 1 done t1",
        "handover 1 slack:U012AB3CD",
        "resolve 1",
        "reopen 1 --reason 'errors are back'",
    ):
        incident(line)
    lines = [line.split("\t") for line in incident("timeline 1").out.splitlines()]
    assert [int(line[0]) for line in lines] == list(range(1, 14))
    assert {line[2] for line in lines} == {"cli:ann", "cli:bob"}
    assert [line[3] for line in lines] == [
        "opened sev4: API answers slowly",
        "raised the severity from sev4 to sev3",
        "declared an incident",
        "took incident_commander",
        "raised the severity from sev3 to sev1",
        "gave technical_lead to cli:bob",
        "added evidence e1: https://graphs.example.com/d/7 (latency doubles)",
        "sent update u1: A fix is rolled out impact: slow checkout components: api, web",
        "added task t1 for cli:bob, due 2026-12-01 UTC: Fail over",
        "finished task t1",
        "handed incident_commander over from cli:ann to slack:U012AB3CD",
        "resolved it",
        "reopened it, in stage incident: errors are back",
    ]


@pytest.mark.parametrize("alias", ["incident", "escalate", "declare"])
def test_people_from_other_systems_find_their_word_for_declare(program: Program, alias: str) -> None:
    program("open x")
    assert program(f"{alias} 1").out == "INC-1 declared; cli:ann is the commander.\n"


def test_transfer_is_handover(incident: Program) -> None:
    assert incident("transfer 1 bob").out == "INC-1: cli:bob holds incident_commander now.\n"


def test_a_repeated_command_key_gets_the_first_answer_and_says_so(program: Program) -> None:
    first = program("open 'API answers slowly' --key k1").out
    again = program("open 'API answers slowly' --key k1").out
    assert again.startswith(first)
    assert "was used before" in again
    assert len(program("list").out.splitlines()) == 1


def test_the_first_answer_is_as_of_then_whatever_happened_since(program: Program) -> None:
    first = program("open first --key k1 --json").json
    program("title 1 second")
    assert program("open first --key k1 --json").json == first
    assert program("open first --key k1").out.startswith("INC-1 opened: first (sev4).\n")


def test_the_settings_are_the_rules(program: Program) -> None:
    program("open x --severity sev1 --declare")
    program("severity 1 sev4", code=3)
    program("severity 1 sev4", INCIDENT_REASON_TO_LOWER="sev2")
    program("resolve 1", code=3, INCIDENT_REQUIRED_ROLES="technical_lead")
    program("resolve 1")
    program("close 1", code=3, INCIDENT_REVIEW_TO_CLOSE="yes")
    program("close 1")


def test_a_command_key_used_for_something_else_is_refused(program: Program) -> None:
    program("open a --key k1")
    ran = program("open b --key k1", code=3)
    assert ran.err.startswith("refused: The command key k1 was used for another command.")


def test_a_repeated_refusal_is_the_first_one(incident: Program) -> None:
    first = incident("close 1 --key k1", code=3)
    incident("resolve 1")
    again = incident("close 1 --key k1", code=3)
    assert again.err.startswith(first.err)
    assert "was used before" in again.err


def test_what_is_so_already_is_unchanged_and_leaves_no_event(incident: Program) -> None:
    before = incident("show 1 --json").json["version"]
    assert incident("claim 1 incident_commander").out == (
        "unchanged: INC-1: cli:ann holds incident_commander already.\n"
    )
    assert incident("show 1 --json").json["version"] == before


def test_an_override_is_recorded_with_its_reason(program: Program) -> None:
    program.settings["INCIDENT_REQUIRED_ROLES"] = "technical_lead"
    program("open x --declare")
    refused = program("resolve 1", code=3)
    assert refused.err == (
        "refused: Nobody holds technical_lead in INC-1. → incident claim INC-1 technical_lead, "
        "or add --override REASON\n"
    )
    assert "The override is recorded" in program("resolve 1 --override 'she sleeps'").out
    assert "overrode required-roles: she sleeps" in program("timeline 1").out


def test_an_override_that_no_rule_needed_is_not_recorded(incident: Program) -> None:
    assert "not recorded" in incident("resolve 1 --override 'to be safe'").out
    assert "overrode" not in incident("timeline 1").out


def test_who_acts_is_the_login_name_unless_as_says_otherwise(program: Program) -> None:
    program("open x --as slack:U012AB3CD")
    entry = program("timeline 1 --json").json[0]
    assert (entry["actor"], entry["login"], entry["source"]) == ("slack:U012AB3CD", "ann", "cli")


def test_people_are_mapped_across(program: Program) -> None:
    program.settings["INCIDENT_PEOPLE"] = "cli:ann=slack:U1,cli:bob=slack:U2"
    program("open x --declare")
    program("assign 1 technical_lead bob")
    assert program("show 1 --json").json["roles"] == {
        "incident_commander": "slack:U1",
        "technical_lead": "slack:U2",
    }


def test_what_happened_earlier_is_recorded_at_its_time(program: Program) -> None:
    program("open x --at 2026-01-01T08:00:00Z")
    program("declare 1 --at 2026-01-01T09:00:00+01:00")
    shown = program("show 1 --json").json
    assert shown["opened_at"] == shown["declared_at"] == "2026-01-01T08:00:00.000000Z"


def test_a_private_incident_is_not_there_for_others(program: Program) -> None:
    program("open secret --private")
    assert program("show 1 --as bob", code=4).err == ("error: There is no incident INC-1 that you can see.\n")
    assert program("list --as bob").out == ""
    program("access 1 grant bob")
    assert program("list --as bob").out.startswith("INC-1\t")
    program("access 1 revoke bob")
    assert program("list --as bob").out == ""


def test_giving_up_ones_own_sight_still_answers(program: Program) -> None:
    program("open secret --private")
    program("access 1 grant bob")
    ran = program("access 1 revoke ann")
    assert ran.code == 0
    assert ran.out.startswith("INC-1")
