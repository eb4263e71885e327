"""Messages from templates: parsed first, rendered leaf by leaf in a sandbox, overridden one by one."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.shipped import templates_directory
from adapters.slack.checking import check, check_own, summary
from adapters.slack.drawing.message import Quote
from adapters.slack.leaves import MOST, CannotRender, Leaf
from adapters.slack.parts import Bold, Code, Link, Room, When, Who, known
from adapters.slack.words import Words, read_words, shipped_words
from incident_core.errors import Invalid
from incident_core.model.actor import Actor
from incident_core.model.role import STANDARD_ROLES

SHIPPED = templates_directory() / "slack"
ANN = Actor("slack", "U012AB3CD")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

OURS = {
    "hello": {"given": ["who", "text", "reason?"], "says": ["{{ who }} says:", {"quote": "{{ text }}"}]},
    "label": {"given": [], "most": 10, "says": "Go on"},
}


def folder(place: Path, **files: Any) -> Path:
    """A folder with these files of messages."""
    place.mkdir(exist_ok=True)
    for name, value in files.items():
        text = value if isinstance(value, str) else json.dumps(value)
        (place / f"{name}.json").write_text(text, encoding="utf-8")
    return place


def words(tmp_path: Path, own: Mapping[str, Any] | None = None) -> Words:
    """Two messages of ours in `a`, and a deployment's own in the same file."""
    shipped = folder(tmp_path / "ours", a=OURS)
    return read_words(shipped, None if own is None else folder(tmp_path / "own", a=own))


def said(template: str, **values: Any) -> list[Any]:
    return list(Leaf(template).line(values))


def wrong(tmp_path: Path, **files: Any) -> list[tuple[str, str, str]]:
    """What a check says of a deployment's folder, with the files' bare names."""
    checked = check_own(shipped_words(), folder(tmp_path / "own", **files), STANDARD_ROLES)
    return [(Path(fault.file).name, fault.message, fault.sentence) for fault in checked.faults]


# A leaf


def test_values_keep_their_kind_and_texts_beside_each_other_are_one() -> None:
    line = said(
        "{{ who }} · {{ at }} · {{ room }} {{ key }}: {{ text }}",
        who=ANN, at=NOON, room=Room(known("channel")), key="INC-42", text="slow",
    )  # fmt: skip
    assert line == [Who(ANN), " · ", When(NOON), " · ", Room(known("channel")), " INC-42: slow"]


def test_numbers_and_lengths_are_as_people_write_them_and_nothing_is_nothing() -> None:
    assert said("{{ n }} {{ took }}{{ note }}", n=1234, took=timedelta(minutes=65), note=None) == [
        "1,234 1h 5m"
    ]


def test_filters_make_what_stands_out() -> None:
    assert said("{{ role | plainly | bold }}", role="technical_lead") == [Bold("technical lead")]
    assert said("{{ ('/incident close ' ~ key) | code }}", key="INC-42") == [Code("/incident close INC-42")]
    assert said("{{ text | short(5) }}", text="a  longer\ntext") == ["a lo…"]


def test_only_what_is_an_address_of_the_web_leads_anywhere() -> None:
    assert said("{{ url | link('here') }}", url="https://x.example") == [Link("https://x.example", "here")]
    for url in ("javascript:alert(1)", "[redacted]", "file:///etc/passwd"):
        assert said("{{ url | link('here') }}", url=url) == [url]
    assert said("{{ url | link('here') }}", url=None) == []


def test_what_somebody_typed_is_never_read_as_a_template() -> None:
    assert said("{{ text }}", text="{{ 7 * 7 }}{% if %}") == ["{{ 7 * 7 }}{% if %}"]
    assert said("{{ text | bold }}", text="{{ who }}") == [Bold("{{ who }}")]


@pytest.mark.parametrize(
    "template",
    [
        "{{ who.__class__ }}",
        "{{ who.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''.__class__ }}",
        "{{ who._asdict }}",
        "{{ text.format.__globals__ }}",
        "{% for i in range(9) %}x{% endfor %}",
        "{{ namespace() }}",
        "{{ lipsum() }}",
        "{% set _ = items.append(1) %}",
        "{{ nobody }}",
        "{{ text.nothing }}",
        "{{ 1 / 0 }}",
        "{{ (text | int) / 0 }}",
        "{% include 'a' %}",
        "{% import 'os' as os %}",
        "{% extends 'a' %}",
    ],
)
def test_the_sandbox_gives_only_the_values(template: str) -> None:
    with pytest.raises(CannotRender):
        said(template, who=ANN, text="x", items=[1])


@pytest.mark.parametrize("template", ["{{ who", "{% if who %}", "{{ who | no_such }}", "{% for %}", "{{ }}"])
def test_a_leaf_that_is_not_well_formed_is_none(template: str) -> None:
    with pytest.raises(CannotRender):
        Leaf(template)


def test_a_line_without_end_is_cut() -> None:
    line = said("{% for a in items %}{{ who }}{{ who }}{% endfor %}", who=ANN, items=list(range(MOST)))
    assert len(line) == MOST + 1
    assert line[-1] == "…"


# Words


def test_rows_are_lines_and_quotes_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    rows = words(tmp_path).rows("a.hello", who=ANN, text="so <b>", reason=None)
    assert rows == [[Who(ANN), " says:"], Quote("so <b>")]
    assert words(tmp_path).rows("a.hello", who=ANN, text="", reason=None) == [[Who(ANN), " says:"]]


def test_a_message_is_given_what_it_says_it_is(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="given"):
        words(tmp_path).rows("a.hello", who=ANN)


def test_a_deployment_overrides_message_by_message(tmp_path: Path) -> None:
    found = words(tmp_path, {"hello": "{{ who }} sagt: {{ text }}"})
    assert found.rows("a.hello", who=ANN, text="x", reason=None) == [[Who(ANN), " sagt: x"]]
    assert found.text("a.label") == "Go on"
    whole = words(tmp_path, {"label": {"given": [], "says": "Weiter"}})
    assert whole.text("a.label") == "Weiter"
    assert whole.line("a.hello", who=ANN, text="x", reason=None) == [Who(ANN), " says:"]


def test_a_deployment_overrides_file_by_file(tmp_path: Path) -> None:
    shipped = folder(tmp_path / "ours", a=OURS, b={"label": {"given": [], "says": "Stop"}})
    found = read_words(shipped, folder(tmp_path / "own", b={"label": "Halt"}))
    assert (found.text("a.label"), found.text("b.label")) == ("Go on", "Halt")


def test_own_words_that_fail_are_replaced_by_ours_and_noted_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = words(tmp_path, {"hello": "{{ text.nothing }} {{ who }}", "label": "{{ 1 / 0 }}"})
    with caplog.at_level(logging.WARNING, "incident.slack"):
        for _ in range(3):
            assert found.line("a.hello", who=ANN, text="secret", reason=None) == [Who(ANN), " says:"]
        assert found.text("a.label") == "Go on"
    assert len(caplog.records) == 2
    first = caplog.records[0].getMessage()
    assert f"{tmp_path / 'own' / 'a.json'}: hello cannot be rendered" in first
    assert "secret" not in first


def test_own_words_that_say_nothing_are_replaced_by_ours(tmp_path: Path) -> None:
    assert words(tmp_path, {"label": "  {% if false %}x{% endif %}"}).text("a.label") == "Go on"


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ("{", "cannot be read"),
        ("[]", "one object"),
        ({"hello": "{{ who"}, "hello is not well-formed"),
        ({"hello": 3}, "a row is a text"),
        ({"hello": [{"quote": 3}]}, "a row is a text"),
        ({"hello": [{"quote": "x", "bold": "y"}]}, "a row is a text"),
    ],
)
def test_a_broken_file_is_refused_at_the_start_by_its_name(tmp_path: Path, own: Any, sentence: str) -> None:
    shipped, mine = folder(tmp_path / "ours", a=OURS), folder(tmp_path / "own", a=own)
    with pytest.raises(Invalid, match=sentence) as told:
        read_words(shipped, mine)
    assert str(mine / "a.json") in str(told.value)


# What we ship


def test_everything_that_is_shipped_can_be_said() -> None:
    checked = check(shipped_words(), SHIPPED, None, STANDARD_ROLES)
    assert checked.faults == ()
    assert checked.rendered == len(shipped_words().messages) > 90
    assert summary(checked) == ("ok", f"{checked.rendered:,} messages")


# The check


@pytest.mark.parametrize(
    ("own", "message", "sentence"),
    [
        ("{", "", "Cannot be read: "),
        ("[]", "", "Must be one object in which each name has a message."),
        ({"decalred": "x"}, "decalred", "Nothing says this. Did you mean declared?"),
        ({"declared": "{{ who"}, "declared", "It is not well-formed: "),
        ({"declared": "{{ whom }}"}, "declared", "It asks for whom, and is given drill, who."),
        ({"declared": "{{ who.name }}"}, "declared", "It cannot be rendered: "),
        ({"declared": ""}, "declared", "It comes out empty."),
        ({"declared": 3}, "declared", 'A row is a text, or {"quote": a text}.'),
        ({"late": "{{ at.year / 0 }}"}, "late", "It cannot be rendered: division by zero."),
        ({"late": ["x" * 2000] * 2}, "late",
         "It is too long for its place: 3,900 characters, and 3,899 fit."),
        ({"guide_button": "x" * 76}, "guide_button",
         "It is too long for its place: 76 characters, and 75 fit."),
        ({"severity_set": "{{ reason | length }}"}, "severity_set", "It cannot be rendered: "),
    ],
)  # fmt: skip
def test_a_check_says_what_is_wrong(tmp_path: Path, own: Any, message: str, sentence: str) -> None:
    ((file, name, told),) = wrong(tmp_path, lines=own)
    assert (file, name) == ("lines.json", message)
    assert told.startswith(sentence)


def test_a_check_names_every_fault_of_every_file(tmp_path: Path) -> None:
    found = wrong(
        tmp_path,
        line={"declared": "x"},
        lines={"declared": "{{ x }}", "closed": "{{ y }}"},
        role_definitions={"incident_comander": "x", "technical_lead": " "},
        severity_levels={"sev5": "x", "sev1": "All is lost."},
    )
    assert [(file, message) for file, message, _ in found] == [
        ("line.json", ""),
        ("lines.json", "declared"),
        ("lines.json", "closed"),
        ("role_definitions.json", "incident_comander"),
        ("role_definitions.json", "technical_lead"),
        ("severity_levels.json", "sev5"),
    ]
    assert found[0][2] == "There is no file of this name. Did you mean lines.json?"
    assert found[3][2] == "There is none of this name. Did you mean incident_commander?"
    state, sentence = summary(check_own(shipped_words(), tmp_path / "own", STANDARD_ROLES))
    assert state == "bad"
    assert sentence.endswith("Did you mean lines.json? (and 5 more) Run: incident templates check")


def test_a_check_tries_the_odd_and_the_absent_too(tmp_path: Path) -> None:
    """The usual reason is a text; without one this own sentence would fail in the night."""
    own = {"severity_set": "{{ who }}: {{ severity }} {{ reason.upper() }}"}
    ((_, name, sentence),) = wrong(tmp_path, lines=own)
    assert name == "severity_set"
    assert sentence.startswith("It cannot be rendered: ")


def test_a_right_folder_has_no_faults_and_is_counted(tmp_path: Path) -> None:
    own = folder(tmp_path / "own", lines={"declared": "{{ who }} ruft einen Vorfall aus."})
    checked = check_own(shipped_words(), own, STANDARD_ROLES)
    assert (checked.faults, checked.own) == ((), 1)
    assert summary(checked)[1].endswith(", 1 of them of this deployment")


def test_the_documentation_names_every_file() -> None:
    page = (Path(__file__).parents[2] / "docs" / "words.md").read_text(encoding="utf-8")
    _, _, table = page.partition("## The files")
    named = set(re.findall(r"`([a-z_]+\.json)`", table))
    assert named == {path.name for path in SHIPPED.glob("*.json")}
