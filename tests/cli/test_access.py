"""Who may see and who may do what, on the command line: private incidents, admins and permissions."""

from __future__ import annotations

from tests.cli.running import Program


def by_bob(line: str) -> str:
    """The same line, typed for bob."""
    return f"{line} --as bob"


def test_an_open_incident_can_be_made_private_and_is_gone_for_everybody_else(program: Program) -> None:
    program('open "Payroll leaks"')
    assert "Payroll leaks" in program(by_bob("show INC-1")).out
    assert program("private INC-1").out == "INC-1 is private now: 1 person can see it.\n"
    assert program("private INC-1").out == "unchanged: INC-1 is private already.\n"
    for line in ("show INC-1", "timeline INC-1", "private INC-1"):
        assert "There is no incident INC-1 that you can see." in program(by_bob(line), code=4).err
    for line in ("list", "search payroll", "export", "export --timeline", "timers"):
        assert "payroll" not in program(by_bob(line)).out.lower()
        assert "INC-1" not in program(by_bob(line)).out
    assert "Payroll leaks" in program("show INC-1").out


def test_an_admin_sees_what_is_private_and_that_they_looked_is_in_its_timeline(program: Program) -> None:
    program('open "Payroll leaks" --private')
    assert "Payroll leaks" in program("show INC-1 --as eve", ADMIN_USERS="cli:eve").out
    assert "Payroll leaks" in program("list --as eve", ADMIN_USERS="cli:eve").out
    assert not program(by_bob("show INC-1"), code=4, ADMIN_USERS="cli:eve").out
    told = program("timeline INC-1").out.splitlines()
    assert len(told) == 2
    assert told[1].split("\t")[2:] == ["cli:eve", "looked at it as an admin (show)"]
    program("list", ADMIN_USERS="cli:eve")
    assert len(program("timeline INC-1").out.splitlines()) == 2


def test_what_is_for_some_is_refused_to_others_with_who_may(program: Program) -> None:
    program('open "API is slow"')
    refused = program("close INC-1", code=3, INCIDENT_PERMISSIONS="close=cli:bob").err
    assert "Only cli:bob may do this (close) to INC-1." in refused
    assert "only cli:bob" in program("explain INC-1 close", INCIDENT_PERMISSIONS="close=cli:bob").out
    assert program(by_bob("close INC-1"), INCIDENT_PERMISSIONS="close=cli:bob").out.startswith("INC-1 closed")


def test_a_permission_that_cannot_be_is_said_before_anything_is_done(program: Program) -> None:
    wrong = program('open "API is slow"', code=2, INCIDENT_PERMISSIONS="open=cli:bob").err
    assert "nobody can be kept from opening" in wrong
    assert "INC-" not in program("list").out


def test_an_update_that_was_wrong_is_corrected_and_the_old_one_stays_in_the_timeline(
    program: Program,
) -> None:
    program('open "API is slow"')
    program('update INC-1 "All is well" --impact EU')
    assert program('correct INC-1 u1 "All is lost"').out == (
        "INC-1: update u1 is corrected; the timeline keeps the old one.\n"
    )
    shown = program("show INC-1").out
    assert "All is lost" in shown
    assert "All is well" not in shown
    told = program("timeline INC-1").out
    assert "All is well" in told
    assert "All is lost" in told
    assert program('correct INC-1 u1 "All is lost"').out.startswith("unchanged: ")
    assert "has no update with the id u2" in program('correct INC-1 u2 "x"', code=3).err


def test_opening_takes_a_first_piece_of_evidence_and_the_impact(program: Program) -> None:
    program('open "API is slow" --declare --impact "checkout fails" --evidence https://example.com/graph')
    shown = program.document("INC-1")
    assert [each["url"] for each in shown["evidence"]] == ["https://example.com/graph"]
    assert [each["impact"] for each in shown["updates"]] == ["checkout fails"]
