"""Explain: what can be done, in groups, with the command to type."""

from __future__ import annotations

from tests.cli.running import Program


def test_it_groups_by_verdict_and_joins_targets(incident: Program) -> None:
    page = incident("explain 1").out
    headings = [line for line in page.splitlines()[1:] if line and not line.startswith(" ")]
    assert headings == ["Allowed", "Needs something more", "Refused", "So already"]
    assert "  incident status INC-1 identified|monitoring\n" in page
    assert "  incident severity INC-1 sev1|sev2|sev4\n" in page
    assert "  incident release INC-1 technical_lead" not in page
    assert "  status investigating\n" in page


def test_a_need_and_a_refusal_name_the_command_that_helps(incident: Program) -> None:
    incident("severity 1 sev1")
    page = incident("explain 1 severity").out
    assert (
        "  severity sev2, sev3, sev4\n    reason-missing: Lowering INC-1 from sev1 needs a reason.\n" in page
    )
    assert "→ incident severity INC-1 sev2|sev3|sev4 --reason TEXT" in page
    assert "→ incident resolve INC-1\n" in incident("explain 1 close").out


def test_what_an_override_would_allow_says_so(program: Program) -> None:
    program.settings["INCIDENT_REQUIRED_ROLES"] = "technical_lead"
    program("open x --declare")
    assert "technical_lead, or add --override REASON" in program("explain 1 resolve").out


def test_two_words_and_aliases_are_understood(incident: Program) -> None:
    incident("task 1 add x")
    assert incident("explain 1 task").out.count("incident task INC-1") == 3
    assert incident("explain 1 task done").out.count("incident task INC-1") == 1
    assert incident("explain 1 transfer").out == incident("explain 1 handover").out
    assert "incident review INC-1 done" in incident("explain 1 review").out


def test_what_it_allows_can_be_done_and_what_it_refuses_is_refused(incident: Program) -> None:
    """The line that explain prints for a move without arguments is itself a command."""
    for each in incident("explain 1 --json").json:
        if each["move"] in ("resolve", "close", "claim", "release") and each["verdict"] != "unchanged":
            target = f" {each['target']}" if each["target"] else ""
            expected = 0 if each["verdict"] == "allowed" else 3
            again = Program(incident.url, {}, incident.folder)
            if each["move"] != "resolve":
                again(f"{each['move']} 1{target}", code=expected)


def test_the_json_has_the_reasons_with_code_and_remedy(incident: Program) -> None:
    (close,) = incident("explain 1 close --json").json
    assert (close["move"], close["target"], close["verdict"], close["needs"]) == (
        "close",
        None,
        "refused",
        [],
    )
    assert close["reasons"][0]["code"] == "wrong-stage"
    assert close["reasons"][0]["remedy"] == "incident resolve INC-1"


def test_it_can_be_asked_about_an_earlier_time(incident: Program) -> None:
    assert "before-stage" not in incident("explain 1 resolve").out
    assert "before-stage" in incident("explain 1 resolve --at 2020-01-01T00:00Z").out
