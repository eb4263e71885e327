"""`incident templates`: what the bot says can be listed, copied and checked, without a database or Slack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Program


@pytest.fixture
def nothing(tmp_path: Path) -> Program:
    """The program where there is no database yet."""
    return Program(f"sqlite:///{tmp_path / 'incidents.db'}", {}, tmp_path)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder for a deployment's own words."""
    found = tmp_path / "own words"
    found.mkdir()
    return found


def write(folder: Path, name: str, value: Any) -> None:
    (folder / name).write_text(json.dumps(value), encoding="utf-8")


def test_every_message_is_listed_with_what_it_is_given(nothing: Program) -> None:
    lines = nothing("templates list").out.splitlines()
    (declared,) = [line for line in lines if line.startswith("lines.declared ")]
    assert declared.split() == ["lines.declared", "who,", "drill"]
    (changed,) = [line for line in lines if line.startswith("lines.severity_set ")]
    assert changed.endswith(", reason?")
    listed = nothing("templates list --json").json
    assert len(listed) == len(lines)
    assert {"name": "lines.declared", "given": ["who", "drill"], "most": 0} in listed
    assert not nothing.file.exists()


def test_what_is_shown_can_be_copied_into_a_file_of_ones_own(nothing: Program, own: Path) -> None:
    shown = nothing("templates show lines.declared").json
    assert list(shown) == ["declared"]
    assert shown["declared"]["given"] == ["who", "drill"]
    write(own, "lines.json", shown)
    checked = nothing(["templates", "check", str(own), "--json"]).json
    assert (checked["own"], checked["faults"]) == (1, [])


@pytest.mark.parametrize("name", ["lines", "lines.json"])
def test_a_whole_file_is_shown_too(nothing: Program, name: str) -> None:
    assert {"declared", "closed", "reopened"} <= set(nothing(f"templates show {name}").json)


def test_what_there_is_not_is_refused_with_the_nearest(nothing: Program) -> None:
    ran = nothing("templates show lines.decalred", code=2)
    assert 'There is no message "lines.decalred". Did you mean lines.declared?' in ran.err
    assert ran.out == ""


def test_the_shipped_words_are_right_and_counted(nothing: Program) -> None:
    ran = nothing("templates check")
    assert ran.out.endswith(" messages rendered, 0 of them your own, nothing wrong.\n")
    assert not nothing.file.exists()


def test_the_folder_of_the_settings_is_checked_and_what_is_wrong_is_named(
    nothing: Program, own: Path
) -> None:
    write(own, "lines.json", {"declared": "{{ whom }} ruft aus", "closed": "{{ who }} schließt"})
    write(own, "severity_levels.json", {"sev9": "?"})
    ran = nothing("templates check", code=1, TEMPLATES_DIRECTORY=str(own))
    first, second, last = ran.out.splitlines()
    assert first == f"{own / 'lines.json'}: declared: It asks for whom, and is given drill, who."
    assert second.startswith(f"{own / 'severity_levels.json'}: sev9: There is none of this name.")
    assert last.endswith(" messages rendered, 2 of them your own; 2 wrong.")
    assert ran.err == ""


def test_a_folder_that_is_named_is_checked_instead(nothing: Program, own: Path) -> None:
    write(own, "line.json", {"declared": "x"})
    ran = nothing(["templates", "check", str(own), "--json"], code=1, TEMPLATES_DIRECTORY="")
    (fault,) = ran.json["faults"]
    assert fault["file"].endswith("line.json")
    assert fault["sentence"] == "There is no file of this name. Did you mean lines.json?"
    assert ran.json["own"] == 0


def test_roles_of_the_deployment_are_known(nothing: Program, own: Path) -> None:
    write(own, "role_definitions.json", {"scribe": "You write."})
    assert "scribe" in nothing(["templates", "check", str(own)], code=1).out
    nothing(["templates", "check", str(own)], INCIDENT_ROLES="scribe")


@pytest.mark.parametrize("named", ["argument", "setting"])
def test_a_folder_that_is_not_there_is_refused(nothing: Program, tmp_path: Path, named: str) -> None:
    absent = str(tmp_path / "absent")
    line = ["templates", "check", *([absent] if named == "argument" else [])]
    ran = nothing(line, code=2, **({} if named == "argument" else {"TEMPLATES_DIRECTORY": absent}))
    assert "is no folder" in ran.err
    assert ran.out == ""


def test_nothing_of_slacks_kit_is_imported(nothing: Program) -> None:
    """Nor are templates for other commands."""
    ran = nothing.process("templates", "check", PYTHONPROFILEIMPORTTIME="1")
    assert ran.code == 0
    imported = {line.rpartition("|")[2].strip() for line in ran.err.splitlines()}
    assert "jinja2" in imported
    assert not {name for name in imported if name.startswith(("slack_sdk", "slack_bolt", "sqlalchemy"))}
    ran = nothing.process("--help", PYTHONPROFILEIMPORTTIME="1")
    assert not {line for line in ran.err.splitlines() if "jinja2" in line or "adapters.slack" in line}


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("# {{ key }}\n{% for each in timelin %}{% endfor %}", "Cannot be rendered: 'timelin' is undefined."),
        ("# {{ key }}\n{% if %}", "Cannot be rendered: "),
        ("# {{ declared_by.upper() }}", "Cannot be rendered: "),
    ],
)
def test_the_template_of_the_review_is_checked_too(
    nothing: Program, own: Path, source: str, sentence: str
) -> None:
    """Also with a review in which most is absent."""
    (own / "review.md.j2").write_text(source, encoding="utf-8")
    ran = nothing(["templates", "check", str(own), "--json"], code=1)
    (fault,) = ran.json["faults"]
    assert fault["file"] == str(own / "review.md.j2")
    assert fault["sentence"].startswith(sentence)
    assert ran.json["own"] == 1
