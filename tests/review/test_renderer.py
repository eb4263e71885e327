"""The document by the shipped template says everything, and a template of one's own takes its place."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from adapters.review.renderer import Reviews
from incident_core.errors import Invalid
from incident_core.record.reviewed import Review
from tests.review.hostile import SHIPPED, full, shipped

SECTIONS = ("What went well", "What went wrong", "Where we were lucky", "Root causes", "Lessons")


def own(folder: Path, template: str) -> Reviews:
    """What writes by this template."""
    (folder / "review.md.j2").write_text(template, encoding="utf-8")
    return Reviews(folder / "review.md.j2")


def test_it_has_the_sections_that_people_write() -> None:
    written = shipped().written(full("tame"))
    for name in SECTIONS:
        assert f"\n## {name}\n\n<!-- yours: {name} -->\n\n<!-- /yours: {name} -->\n" in written


def test_every_part_of_the_record_is_in_it() -> None:
    lines = shipped().written(full("said")).splitlines()
    for expected in (
        "# Review of INC-1: said",
        "**DRILL, PRIVATE**",
        "- Opened by cli:ann on 2026-11-22 12:00:00Z",
        "- Led by cli:ann",
        "- Severity: sev4, then sev1",
        "- Closed: duplicate of INC-7",
        "| impact started at | – |",
        "| time to resolve | 0s |",
        "| investigation | 2026-11-22 12:00:00Z | 2026-11-22 12:00:00Z | cli:ann |",
        "| sev1 | 2026-11-22 12:00:00Z | cli:ann | said |",
        "| incident commander | cli:ann | 2026-11-22 12:00:00Z | – |",
        "- u1, 2026-11-22 12:00:00Z, cli:ann: said",
        "  - Corrected: 2026-11-22 12:00:00Z",
        "  - Retracted: said",
        "- e1, 2026-11-22 12:00:00Z, cli:ann: <https://a.example/x>",
        "| t1 | said (retracted: said) | cli:ann | – | – |",
        "| f1 | said | cli:ann | – | 2026-11-22 12:00:00Z |",
        "| 2026-11-22 12:00:00Z | cli:ann | required-roles | said |",
        "- A duplicate of INC-7",
        "- jira said: said",
        "| 2026-11-22 12:00:00Z | cli:ann | text of event 99 | said |",
        "| 2026-11-22 12:00:00Z | cli:ann | closed it: duplicate of INC-7 (recorded 2026-11-23 00:00:00Z) |",
    ):
        assert expected in lines, expected


def test_a_template_of_ones_own_takes_its_place(tmp_path: Path) -> None:
    written = own(tmp_path, "{{ title }} by {{ opened_by }} {{ outcome | plainly }}").written(full("*x*"))
    assert written == "<!-- review of INC-1; yours:  -->\n\\*x\\* by cli:ann duplicate\n"


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{% for x in %}", "(line 1)"),
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{{ title.nothing }}", "has no attribute 'nothing'"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% include 'other' %}", "no loader for this environment"),
        ("{{ title.__class__.__mro__ }}", "unsafe"),
        ("{{ stages.append(1) }}", "'tuple object' has no attribute 'append'"),
        ("<!-- yours: x -->\n", "has no end of its section x"),
        ("{{ range(1000000) | list }}", "Range too big"),
    ],
)
def test_a_template_that_is_wrong_is_told_in_a_sentence(tmp_path: Path, template: str, why: str) -> None:
    with pytest.raises(Invalid) as fault:
        own(tmp_path, template).written(full("x"))
    assert why in fault.value.sentence
    assert fault.value.sentence.startswith(str(tmp_path))
    assert "\n" not in fault.value.sentence


def test_a_template_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        Reviews(tmp_path / "none").written(full("x"))
    (tmp_path / "latin").write_bytes("ä".encode("latin-1"))
    with pytest.raises(Invalid, match="cannot be read"):
        Reviews(tmp_path / "latin").written(full("x"))


def test_what_is_wrong_with_a_document_that_there_is_says_so_by_its_field() -> None:
    with pytest.raises(Invalid) as fault:
        shipped().renewed(full("x"), "notes\n")
    assert (fault.value.field, fault.value.sentence) == ("output", "does not begin like a review of INC-1")


def test_the_page_about_it_names_every_value_that_a_template_is_given() -> None:
    page = (SHIPPED.parents[2] / "docs" / "review.md").read_text(encoding="utf-8")
    (line,) = (line for line in page.splitlines() if line.startswith("It is given the fields"))
    named = re.findall(r"`(\w+)`", line.partition("by their names:")[2])
    assert named == [each.name for each in fields(Review)]
