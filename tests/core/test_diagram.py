"""The diagram and the rules as people read them come from the table, row by row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from incident_core.lifecycle.diagram import mermaid, rules_text
from incident_core.lifecycle.table import LIFECYCLE, REGIONS, SEVERITY, STATUS, VERBS, Row
from incident_core.model.move import Move
from incident_core.model.stage import Stage

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(("name", "text"), [("lifecycle.mmd", mermaid()), ("lifecycle.txt", rules_text())])
def test_what_people_read_is_what_was_agreed(name: str, text: str) -> None:
    """A rule that changes shows here; the new text is agreed by writing it into tests/core/golden."""
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


def test_every_row_is_an_arrow_with_its_move_and_codes() -> None:
    arrows = [line.strip() for line in mermaid().splitlines()]
    for region in REGIONS:
        for row in region.rows:
            source = "[*]" if row.move is Move.OPEN else row.source
            found = [line for line in arrows if line.startswith(f"{source} --> {row.dest}: {row.move}")]
            codes = ", ".join(guard.code for guard in row.guards)
            assert len(found) == 1
            assert found[0].endswith(f"[{codes}]" if codes else str(row.move))


def test_every_row_and_verb_is_a_line_with_its_codes_and_kinds() -> None:
    lines = [" ".join(line.split()) for line in rules_text().splitlines()]
    marks = {"structural": "", "process": "*", "proof": "+"}
    every = [
        (f"{region.name} {row.move} {row.source} {row.dest}", row.guards)
        for region in REGIONS
        for row in region.rows
    ]
    for start, guards in (*every, *((str(verb.move), verb.guards) for verb in VERBS)):
        codes = ", ".join(guard.code + marks[guard.kind] for guard in guards)
        assert [line for line in lines if line.startswith(start) and line.endswith(codes)]


def test_closed_is_the_end_and_opening_the_beginning() -> None:
    arrows = [line.strip() for line in mermaid().splitlines()]
    assert arrows.count("closed --> [*]") == 1
    assert arrows.count("[*] --> investigation: open") == 1
    assert "[*] --> investigating" in arrows
    assert "[*] --> sev4" in arrows


def test_a_changed_row_changes_both() -> None:
    changed = replace(LIFECYCLE, rows=(*LIFECYCLE.rows, Row(Move.CLOSE, Stage.INCIDENT, Stage.CLOSED)))
    regions = (changed, STATUS, SEVERITY)
    assert "incident --> closed: close" in mermaid(regions)
    assert rules_text(regions, VERBS) != rules_text()
