"""The table as people read it: a Mermaid diagram and a text, both made from the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incident_core.guards.guard import Guard
from incident_core.lifecycle.table import ALWAYS_ASKED, REGIONS, UNOPENED, VERBS, Region, Row, Selector, Verb
from incident_core.model.stage import Stage

_MARGIN = "    "


def mermaid(regions: Iterable[Region] = REGIONS) -> str:
    """A stateDiagram-v2: a region that lives in one stage is drawn inside it, another one beside the rest."""
    lines = ["stateDiagram-v2"]
    for region in regions:
        if UNOPENED in region.states:
            lines += [_MARGIN + line for line in _arrows(region)]
            lines.append(f"{_MARGIN}{Stage.CLOSED} --> [*]")
        else:
            lines.append(f"{_MARGIN}state {_place(region)} {{")
            lines += [_MARGIN * 2 + line for line in (f"[*] --> {region.initial}", *_arrows(region))]
            lines.append(f"{_MARGIN}}}")
    return "\n".join(lines) + "\n"


def rules_text(regions: Iterable[Region] = REGIONS, verbs: Iterable[Verb] = VERBS) -> str:
    """Every row and verb with its rules; * marks what --override passes over, + what asks for more words."""
    known = tuple(regions)
    rows = [
        (region.name, row.move, row.source, row.dest, selector(row.when), rules(row.guards))
        for region in known
        for row in region.rows
    ]
    moves = [(verb.move, rules(verb.guards)) for verb in verbs]
    tables = (
        _table(("machine", "move", "from", "to", "where", "rules"), rows),
        _table(("move", "rules"), moves),
    )
    return "\n".join((*tables[0], "", *tables[1], "", *_LEGEND)) + "\n"


def selector(when: Selector) -> str:
    """Which of several rows: `was declared`, or the target; nothing where there is only one."""
    if when.declared is None:
        return ""
    return "was declared" if when.declared else "never declared"


def rules(guards: Iterable[Guard]) -> str:
    """The codes of the guards, marked by kind."""
    return ", ".join(guard.code + _MARKS[guard.kind] for guard in guards)


_MARKS = {"structural": "", "process": "*", "proof": "+"}
_LEGEND = (
    "A rule without a mark cannot be overridden.",
    "* is a process rule: --override REASON passes over it, and the reason is recorded.",
    "+ asks for something more: a reason, or another person.",
    f"Before all else, whatever the move: {rules(ALWAYS_ASKED)}.",
    "A move that has no row from the present state is refused as wrong-stage.",
)


def _arrows(region: Region) -> Iterator[str]:
    for row in region.rows:
        source = "[*]" if row.source == UNOPENED else row.source
        yield f"{source} --> {row.dest}: {_label(row)}"


def _label(row: Row) -> str:
    codes = ", ".join(guard.code for guard in row.guards)
    which = selector(row.when)
    return str(row.move) + (f" ({which})" if which else "") + (f" [{codes}]" if codes else "")


def _place(region: Region) -> str:
    return next(iter(region.home)) if len(region.home) == 1 else region.name


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Columns as wide as their longest cell."""
    cells = [head, *(tuple(str(cell) for cell in row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return [
        lines[0].rstrip(),
        "  ".join("-" * width for width in widths),
        *(line.rstrip() for line in lines[1:]),
    ]
