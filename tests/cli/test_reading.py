"""Show, timeline, list and search: pages for a person, lines and JSON for a program."""

from __future__ import annotations

import pytest

from tests.cli.running import Program


@pytest.fixture
def several(program: Program) -> Program:
    """INC-1 closed, INC-2 an incident of sev1, INC-3 a private drill."""
    program("open 'disk full' --at 2026-01-01T00:00Z")
    program("close 1")
    program("open 'checkout is slow' --severity sev1 --declare --at 2026-01-02T00:00Z")
    program("open 'fire drill' --private --drill --at 2026-01-03T00:00Z")
    return program


def test_a_piped_list_is_a_tabbed_line_per_incident_the_newest_first(several: Program) -> None:
    assert several("list").out.splitlines() == [
        "INC-3\tsev4\tinvestigation\t-\t-\t2026-01-03 00:00:00Z\tprivate,drill\tfire drill",
        "INC-2\tsev1\tincident\tinvestigating\tcli:ann\t2026-01-02 00:00:00Z\t-\tcheckout is slow",
    ]


@pytest.mark.parametrize(("options", "keys"), [
    ("", ["INC-3", "INC-2"]),
    ("--all", ["INC-3", "INC-2", "INC-1"]),
    ("--stage closed", ["INC-1"]),
    ("--stage closed --stage incident", ["INC-2", "INC-1"]),
    ("--severity sev1", ["INC-2"]),
    ("--severity SEV4 --all", ["INC-3", "INC-1"]),
    ("--all --as bob", ["INC-2", "INC-1"]),
    ("--limit 1", ["INC-3"]),
])  # fmt: skip
def test_a_list_can_be_narrowed(several: Program, options: str, keys: list[str]) -> None:
    assert [line.split("\t")[0] for line in several(f"list {options}").out.splitlines()] == keys
    assert [each["key"] for each in several(f"list {options} --json").json] == keys


def test_a_list_that_was_cut_says_how_many_there_are_beside_the_data(several: Program) -> None:
    assert several("list --limit 1 --all").err == "1 of 3; --limit 3 shows them all.\n"
    assert several("list --limit 3 --all").err == ""


def test_the_json_of_a_list_has_every_field_that_is_promised(several: Program) -> None:
    promised = {
        "key", "title", "stage", "status", "severity", "drill", "private", "roles", "evidence", "tasks",
        "follow_ups", "outcome", "version", "impact_started_at", "detected_at", "opened_at", "declared_at",
        "acknowledged_at", "mitigated_at", "resolved_at", "closed_at",
    }  # fmt: skip
    for each in several("list --all --json").json:
        assert promised <= set(each)
        assert each == several.document(each["key"])


def test_an_empty_list_names_the_database_beside_the_data(program: Program) -> None:
    for line in ("list", "list --all", "list --stage closed", "search nothing"):
        ran = program(line)
        assert (ran.code, ran.out) == (0, "")
        assert f"({program.file})." in ran.err
    ran = program("list --json")
    assert (ran.json, f"({program.file})." in ran.err) == ([], True)


def test_search_finds_every_word_in_any_text(several: Program) -> None:
    several("update 2 'the cache was cold'")
    assert several("search 'checkout cold'").out.startswith("INC-2\t")
    assert several("search DISK --json").json[0]["key"] == "INC-1"
    assert several("search fire --as bob").out == ""


def test_search_takes_a_beginning_and_puts_titles_first(several: Program) -> None:
    several("update 2 'DISK, and then disks'")
    assert [each["key"] for each in several("search disk --json").json] == ["INC-1", "INC-2"]
    assert [each["key"] for each in several("search 'dis* check*' --json").json] == ["INC-2"]
    assert several("search dis --json").json == []


def test_a_full_page_of_what_was_found_says_that_there_may_be_more(several: Program) -> None:
    several("update 2 disk")
    ran = several("search disk --limit 1")
    assert ran.out.startswith("INC-1\t")
    assert ran.err == "The best 1; there may be more: --limit 2 shows twice as many.\n"
    assert several("search disk --limit 3").err == ""
    json = several("search disk --limit 1 --json")
    assert (len(json.json), json.err) == (1, "")


def test_show_is_a_page_with_everything_that_was_collected(incident: Program) -> None:
    for line in (
        "evidence 1 https://graphs.example.com --note 'first line\nsecond line'",
        "evidence 1 https://wrong.example",
        "retract 1 e2 --reason wrong",
        "update 1 text --impact bad --component api --next-due 'in 30m'",
        "task 1 add 'fail over' --owner bob --due 2026-12-01",
        "task 1 done t1",
        "followup 1 add 'alert on queue'",
        "status 1 monitoring",
        "resolve 1",
        "review 1 done",
    ):
        incident(line)
    page = incident("show 1").out
    assert page.startswith("INC-1  API answers slowly\nresolved · sev3 · opened by cli:ann · version ")
    for expected in (
        "incident_commander  cli:ann",
        "e1   https://graphs.example.com  first line\n    second line  (cli:ann, ",
        "e2  retracted:  https://wrong.example",
        "u1   text  (cli:ann, ",
        "      impact: bad\n      components: api\n      next update due ",
        "t1   [x] fail over  (cli:bob, due 2026-12-01 UTC, done ",
        "f1   [ ] alert on queue  (nobody yet)",
        "mitigated_at       20",
        "review_done_at     20",
        "time_to_resolve      ",
    ):
        assert expected in page


def test_show_says_who_can_see_a_private_incident(program: Program) -> None:
    program("open secret --private")
    program("access 1 grant bob")
    assert "Can see it\n  cli:ann\n  cli:bob\n" in program("show 1").out


def test_the_json_of_a_timeline_has_every_event_with_its_envelope(incident: Program) -> None:
    incident("times 1 set detected_at 2026-01-01T00:00Z")
    first, *_, last = incident("timeline 1 --json").json
    assert first["body"] == {
        "number": 1, "title": "API answers slowly", "severity": "sev4", "private": False, "drill": False,
    }  # fmt: skip
    assert last["type"] == "milestone_corrected"
    assert last["body"]["when"] == "2026-01-01T00:00:00.000000Z"
    assert {"seq", "version", "event_id", "schema", "actor", "recorded_at", "override_id"} <= set(last)


def test_right_to_left_text_in_a_pipe_has_no_marks_that_were_not_typed(incident: Program) -> None:
    rtl = "\u05e9\u05dc\u05d5\u05dd"
    incident(["title", "1", rtl, "--as", rtl])
    for line in ("timeline 1", "show 1", "list", f"title 1 {rtl}"):
        page = incident(line).out
        assert rtl in page
        assert "\u2068" not in page
        assert "U+2068" not in page


def test_a_line_break_in_a_text_makes_no_second_line_in_a_piped_timeline(incident: Program) -> None:
    incident(["update", "1", "real\n9\t2026-01-01 00:00:00Z\tcli:bob\tdeclared an incident"])
    *_, last = incident("timeline 1").out.splitlines()
    assert last.count("\t") == 3
    assert "real 9 2026-01-01" in last
