"""`incident catchup`, `incident followups`, and the hint about what looks alike, as they are typed."""

from __future__ import annotations

import pytest

from tests.cli.running import Program


def test_catchup_is_a_page_of_what_the_record_says(program: Program) -> None:
    for line in (
        "open 'API is slow' --severity sev2 --declare", "update 1 'We look' --impact 'checkout fails'",
        "task 1 add 'Fail over' --owner bob", "evidence 1 https://x.example --note 'the queue'",
    ):  # fmt: skip
        program(line)
    page = program("catchup 1").out.splitlines()
    assert page[0] == "INC-1  API is slow"
    assert page[1].startswith("incident · investigating · sev2 · since 20")
    assert page[2] == "Impact: checkout fails"
    for heading in ("Who is who", "The last updates", "Open tasks", "In the last half hour"):
        assert heading in page
    assert "  incident_commander      cli:ann" in page
    assert "  communications_liaison  nobody yet" in page
    assert page[page.index("What is missing to resolve it") + 1] == "  Nothing."
    assert any(line.startswith("  comms  20") for line in page)


def test_catchup_as_json_has_the_same(program: Program) -> None:
    program("open 'API is slow' --declare")
    program("update 1 'We look into it'")
    told = program("catchup INC-1 --json").json
    assert (told["key"], told["stage"], told["next_move"], told["missing"]) == (
        "INC-1",
        "incident",
        "resolve",
        [],
    )
    assert told["roles"]["incident_commander"] == "cli:ann"
    assert told["updates"] == program.document("1")["updates"]
    assert [each["type"] for each in told["changes"]] == [
        "opened",
        "declared",
        "role_assigned",
        "update_sent",
    ]


def test_catchup_has_nothing_that_was_redacted_and_nothing_for_who_may_not_see_it(program: Program) -> None:
    program("open 'a secret' --private")
    program("task 1 add 'another secret'")
    assert program("catchup 1 --as bob", code=4).err == program("catchup 2", code=4).err.replace("2", "1")
    program("redact 1 title --reason private")
    program("redact 1 t1 --reason private")
    for line in ("catchup 1", "catchup 1 --json"):
        assert "secret" not in program(line).out


def test_open_follow_ups_are_listed_what_is_due_first_before_the_others(program: Program) -> None:
    program("open One")
    program("open Two")
    program("followup 1 add 'Some day'")
    program("followup 1 add Later --owner bob --due '2099-01-15 Asia/Tokyo'")
    program("followup 2 add 'Too late' --owner ann --due 2020-01-15")
    program("close 2")
    assert program("followups").out.splitlines() == [
        "INC-2\tf1\t2020-01-15 UTC\toverdue\tcli:ann\tToo late",
        "INC-1\tf2\t2099-01-15 Asia/Tokyo\t-\tcli:bob\tLater",
        "INC-1\tf1\t-\t-\t-\tSome day",
    ]
    assert program("followups --overdue").out == program("followups --mine").out
    assert [each["id"] for each in program("followups --mine --as bob --json").json] == ["f2"]
    few = program("followups --limit 1")
    assert (few.out.count("\n"), few.err) == (
        1, "Those due first; there may be more: --limit 2 shows twice as many.\n",
    )  # fmt: skip
    program("followup 2 done f1")
    assert program("followups --overdue --json").json == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("followups", "There are no open follow-ups"),
        ("followups --mine", "You have no open follow-ups"),
        ("followups --overdue", "There are no overdue follow-ups"),
    ],
)
def test_where_there_are_none_it_says_so_and_where_it_looked(program: Program, line: str, said: str) -> None:
    ran = program(line)
    assert ran.out == ""
    assert ran.err.startswith(f"{said} (")


def test_what_is_private_is_listed_for_those_who_see_it(program: Program) -> None:
    program("open Hush --private")
    program("followup 1 add 'Tell nobody'")
    assert "Tell nobody" in program("followups").out
    assert program("followups --as bob").out == ""


def test_opening_something_that_looks_alike_is_hinted_at_beside_the_answer(program: Program) -> None:
    program("open 'Checkout is slow in Europe'")
    program("open 'Checkout is slow for few' --private")
    ran = program("open 'checkout SLOW since noon'")
    assert ran.out == "INC-3 opened: checkout SLOW since noon (sev4).\n" or ran.out.startswith("INC-3")
    assert ran.err == (
        "INC-1 is open and looks alike: Checkout is slow in Europe. "
        "If it is the same: incident close INC-3 --duplicate-of INC-1\n"
    )
    assert program("open 'Something else'").err == ""
    assert program(["open", "Checkout is slow in Europe again", "--json"]).json["key"] == "INC-5"
