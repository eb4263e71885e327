"""Shapes: data is checked against the part of JSON Schema that Slack uses; faults are said in its words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

Schema = Mapping[str, Any]
KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "object": (dict,),
    "array": (list,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


@dataclass(frozen=True)
class Problem:
    """One fault, and where: a JSON pointer."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


More = Callable[[str, dict[str, Any], str], Iterator[Problem]]
"""What else holds for an object of a named definition: its name, the object, its pointer."""


def nothing_more(name: str, value: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """The schema says everything."""
    return iter(())


class Shapes:
    """The definitions in one data file, by name."""

    def __init__(self, path: str, more: More = nothing_more) -> None:
        text = files("adapters.sandbox").joinpath(path).read_text("utf-8")
        self.definitions: Mapping[str, Schema] = json.loads(text)
        self._more = more

    def problems(self, name: str, value: Any, pointer: str = "") -> list[Problem]:
        """Every fault in `value`, which should be a `name`; in the order in which a reader meets them."""
        return list(self._named(name, value, pointer))

    def _named(self, name: str, value: Any, pointer: str) -> Iterator[Problem]:
        found = list(self._check(self.definitions[name], value, pointer))
        if found and name == "TextObject":
            yield Problem(pointer, "failed to match all allowed schemas")
        yield from found
        if not found and isinstance(value, dict):
            yield from self._more(name, value, pointer)

    def _check(self, schema: Schema, value: Any, pointer: str) -> Iterator[Problem]:
        if "$ref" in schema:
            yield from self._named(schema["$ref"].rpartition("/")[2], value, pointer)
        elif "anyOf" in schema:
            yield from self._any(schema["anyOf"], value, pointer)
        elif not _is_kind(schema.get("type"), value):
            yield Problem(pointer, f"must provide {_a(schema['type'])}")
        else:
            yield from _plain(schema, value, pointer)
            if isinstance(value, dict):
                yield from self._object(schema, value, pointer)
            elif isinstance(value, list) and "items" in schema:
                for place, item in enumerate(value):
                    yield from self._check(schema["items"], item, f"{pointer}/{place}")

    def _object(self, schema: Schema, value: dict[str, Any], pointer: str) -> Iterator[Problem]:
        properties = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                yield Problem(pointer, f"missing required field: {name}")
        for name, inner in value.items():
            known = properties.get(name) or _by_pattern(schema, name)
            if known is not None:
                yield from self._check(known, inner, f"{pointer}/{name}")
            elif schema.get("additionalProperties") is False:
                yield Problem(pointer, f"invalid additional property: {name}")

    def _any(self, choices: list[Schema], value: Any, pointer: str) -> Iterator[Problem]:
        """The choice that `type` names; where several do, the one that fits best."""
        if not isinstance(value, dict):
            yield Problem(pointer, "must provide an object")
            return
        said = str(value.get("type"))
        if "type" not in value and all(self._types(choice) for choice in choices):
            yield Problem(pointer, "missing required field: type")
            return
        fitting = [choice for choice in choices if said in self._types(choice) or not self._types(choice)]
        if not fitting:
            yield Problem(f"{pointer}/type", f"unsupported type: {said}")
            return
        yield from min((list(self._check(choice, value, pointer)) for choice in fitting), key=len)

    def _types(self, schema: Schema) -> set[str]:
        """What `type` may say in an object of this schema; nothing where it does not decide."""
        if "$ref" in schema:
            return self._types(self.definitions[schema["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            return set().union(*(self._types(choice) for choice in schema["anyOf"]))
        said = schema.get("properties", {}).get("type", {})
        return {said["const"]} if "const" in said else set()


def _is_kind(kind: str | list[str] | None, value: Any) -> bool:
    if kind is None:
        return True
    kinds = [kind] if isinstance(kind, str) else kind
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(isinstance(value, KINDS[one]) for one in kinds)


def _a(kind: str | list[str]) -> str:
    name = kind if isinstance(kind, str) else " or ".join(kind)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _by_pattern(schema: Schema, name: str) -> Schema | None:
    patterns: Mapping[str, Schema] = schema.get("patternProperties", {})
    return next((inner for pattern, inner in patterns.items() if re.search(pattern, name)), None)


def _plain(schema: Schema, value: Any, pointer: str) -> Iterator[Problem]:
    """What can be said of a value without looking into it."""
    if "const" in schema and value != schema["const"]:
        yield Problem(pointer, f"must be {schema['const']}")
    if "enum" in schema and value not in schema["enum"]:
        yield Problem(pointer, f"must be one of: {', '.join(map(str, schema['enum']))}")
    if isinstance(value, str):
        yield from length(value, pointer, schema.get("minLength", 0), schema.get("maxLength"))
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield Problem(pointer, f"does not match pattern: {schema['pattern']}")
    if isinstance(value, list):
        yield from items(value, pointer, schema.get("minItems", 0), schema.get("maxItems"))
        if schema.get("uniqueItems") and len({json.dumps(item) for item in value}) < len(value):
            yield Problem(pointer, "items must be unique")
    if isinstance(value, dict) and len(value) > schema.get("maxProperties", len(value)):
        yield Problem(pointer, f"no more than {schema['maxProperties']} properties allowed")


def length(text: str, pointer: str, least: int, most: int | None) -> Iterator[Problem]:
    """Whether a text has from `least` to `most` characters."""
    if len(text) < least:
        yield Problem(pointer, f"must be more than {least - 1} characters")
    if most is not None and len(text) > most:
        yield Problem(pointer, f"must be less than {most + 1} characters")


def items(values: list[Any], pointer: str, least: int, most: int | None) -> Iterator[Problem]:
    """Whether a list has from `least` to `most` items."""
    if len(values) < least:
        yield Problem(pointer, f"no fewer than {least} items allowed")
    if most is not None and len(values) > most:
        yield Problem(pointer, f"no more than {most} items allowed")
