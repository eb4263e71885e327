"""What must hold between the parts of a block or a view, beyond its shape and its lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adapters.sandbox.blocks.limits import within
from adapters.sandbox.shapes import Problem, items, length

Block = dict[str, Any]
CELLS = 20
INPUT_MAX = 3000
PAGE_MAX = 100


def more(name: str, value: Block, pointer: str) -> Iterator[Problem]:
    """Limits and rules of one object whose shape is right."""
    yield from within(name, value, pointer)
    rule = RULES.get(name)
    if rule is not None:
        yield from rule(value, pointer)


def _section(value: Block, pointer: str) -> Iterator[Problem]:
    if "text" not in value and "fields" not in value:
        yield Problem(pointer, "missing required field: text")


def _select(value: Block, pointer: str) -> Iterator[Problem]:
    if ("options" in value) == ("option_groups" in value):
        yield Problem(pointer, 'must define exactly one of "options" and "option_groups"')
        return
    groups = value.get("option_groups", ())
    for place, group in enumerate(groups):
        where = f"{pointer}/option_groups/{place}"
        yield from length(group["label"]["text"], f"{where}/label/text", 1, 75)
        yield from items(group["options"], f"{where}/options", 1, 100)
    offered = value.get("options") or [option for group in groups for option in group["options"]]
    yield from _initial(value, offered, pointer)


def _chosen(value: Block, pointer: str) -> Iterator[Problem]:
    yield from _initial(value, value["options"], pointer)


def _initial(value: Block, offered: list[Block], pointer: str) -> Iterator[Problem]:
    """What is chosen at first must be among what is offered, letter by letter."""
    for field in ("initial_option", "initial_options"):
        given = value.get(field, [])
        first = given if isinstance(given, list) else [given]
        if any(_choice(option) not in map(_choice, offered) for option in first):
            yield Problem(f"{pointer}/{field}", "must match one of the options")


def _choice(option: Block) -> tuple[str, Any]:
    return option["text"]["text"], option.get("value")


def _option(value: Block, pointer: str) -> Iterator[Problem]:
    if "value" not in value:
        yield Problem(pointer, "missing required field: value")


def _table(value: Block, pointer: str) -> Iterator[Problem]:
    for place, row in enumerate(value["rows"]):
        yield from items(row, f"{pointer}/rows/{place}", 0, CELLS)


def _data_table(value: Block, pointer: str) -> Iterator[Problem]:
    if not 1 <= value.get("page_size", 1) <= PAGE_MAX:
        yield Problem(f"{pointer}/page_size", f"must be from 1 to {PAGE_MAX}")


def _home(value: Block, pointer: str) -> Iterator[Problem]:
    yield from _without(value["blocks"], ("alert",), f"{pointer}/blocks")


def _without(blocks: list[Block], kinds: tuple[str, ...], pointer: str) -> Iterator[Problem]:
    for place, block in enumerate(blocks):
        if block.get("type") in kinds:
            yield Problem(f"{pointer}/{place}/type", f"unsupported type: {block['type']}")


def _input(value: Block, pointer: str) -> Iterator[Problem]:
    for field in ("min_length", "max_length"):
        if not 0 <= value.get(field, 1) <= INPUT_MAX:
            yield Problem(f"{pointer}/{field}", f"must be at most {INPUT_MAX}")
    if value.get("min_length", 0) > value.get("max_length", INPUT_MAX):
        yield Problem(f"{pointer}/min_length", "must be less than max_length")


def _modal(value: Block, pointer: str) -> Iterator[Problem]:
    if "submit" not in value and any(block.get("type") == "input" for block in value["blocks"]):
        yield Problem(pointer, "missing required field: submit")


RULES: Mapping[str, Callable[[Block, str], Iterator[Problem]]] = {
    "SectionBlock": _section,
    "StaticSelect": _select,
    "MultiStaticSelect": _select,
    "Checkboxes": _chosen,
    "RadioButtons": _chosen,
    "PlainTextOption": _option,
    "MrkdwnOption": _option,
    "TableBlock": _table,
    "DataTableBlock": _data_table,
    "PlainTextInput": _input,
    "ModalView": _modal,
    "HomeView": _home,
}


def together(blocks: list[Block], pointer: str) -> Iterator[Problem]:
    """What must hold between the blocks of one message or view: no name twice."""
    yield from _unique([(block.get("block_id"), f"{pointer}/{n}/block_id") for n, block in enumerate(blocks)])
    for place, block in enumerate(blocks):
        yield from _unique(list(_actions(block, f"{pointer}/{place}")))


def _unique(named: list[tuple[str | None, str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, pointer in named:
        if name is not None and name in seen:
            yield Problem(pointer, f'"{name}" already exists')
        seen.add(name or "")


def _actions(value: Any, pointer: str) -> Iterator[tuple[str | None, str]]:
    """Every action_id in a block, wherever it stands."""
    if isinstance(value, dict):
        if "action_id" in value:
            yield value["action_id"], f"{pointer}/action_id"
        for field, inner in value.items():
            yield from _actions(inner, f"{pointer}/{field}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _actions(inner, f"{pointer}/{place}")


def in_message(blocks: list[Block], pointer: str) -> Iterator[Problem]:
    """What only messages forbid."""
    yield from _without(blocks, ("alert", "file"), pointer)
    if sum(block.get("type") == "table" for block in blocks) > 1:
        yield Problem(pointer, "only one table is allowed")
    if sum(len(block["text"]) for block in blocks if block.get("type") == "markdown") > 12_000:
        yield Problem(pointer, "markdown must be less than 12001 characters altogether")
