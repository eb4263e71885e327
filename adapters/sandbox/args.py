"""The arguments of a call: what was given, each made the kind that is documented, or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.sandbox.contract import Method
from adapters.sandbox.errors import ApiError, invalid

STRUCTURES = frozenset(
    ("attachments", "blocks", "changes", "document_content", "file_ids", "files", "metadata", "view")
)
"""Arguments that are JSON, as a string or as themselves."""
LISTS = frozenset(("channels", "unfurled_attachments"))
"""Arguments that clients send as a list or as text with commas."""
EVERYWHERE = frozenset(("token", "team_id"))
"""Slack's kits add them to every call; `team_id` says nothing beside a token of one workspace."""
TRUE, FALSE = ("true", "1"), ("false", "0", "")


class Args(Mapping[str, Any]):
    """The arguments that were given, by name; what was null or not given is not there."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = dict(given)

    def __getitem__(self, name: str) -> Any:
        return self._given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def text(self, name: str, default: str = "") -> str:
        """The text given for `name`."""
        return str(self._given.get(name, default))

    def flag(self, name: str) -> bool:
        """Whether `name` was given as true."""
        return bool(self._given.get(name, False))

    def number(self, name: str, default: int) -> int:
        """The whole number given for `name`."""
        return int(self._given.get(name, default))

    def listed(self, name: str) -> list[str]:
        """The parts of a text with commas, each once."""
        parts = (part.strip() for part in self.text(name).split(","))
        return list(dict.fromkeys(part for part in parts if part))

    def structure(self, name: str, code: str) -> Any:
        """The JSON given for `name`, or None. Raises ApiError with `code` if it is no JSON."""
        value = self._given.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise invalid(code, f"failed to parse JSON for {name}") from None


def checked(method: Method, given: Mapping[str, Any]) -> Args:
    """The arguments as `method` documents them. Raises ApiError for unknown, missing and misshapen ones."""
    beside = EVERYWHERE - method.args.keys() | {"token"}
    values = {name: value for name, value in given.items() if value is not None and name not in beside}
    unknown = sorted(values.keys() - method.args.keys())
    if unknown:
        raise invalid("invalid_arg_name", *(f"no such argument: {name}" for name in unknown))
    missing = [name for name in method.required if name not in values]
    if missing:
        raise _missing(method, missing)
    return Args({name: _shaped(method, name, value) for name, value in values.items()})


def _missing(method: Method, names: list[str]) -> ApiError:
    code = "missing_argument" if "missing_argument" in method.errors else "invalid_arguments"
    return invalid(code, *(f"missing required field: {name}" for name in names))


def _shaped(method: Method, name: str, value: Any) -> Any:
    schema = method.args[name]
    kind = schema.get("type")
    if name in STRUCTURES:
        return value
    if name in LISTS and isinstance(value, list):
        return ",".join(str(part) for part in value)
    if isinstance(value, (list, dict)):
        raise invalid("invalid_array_arg", f"{name} must be text")
    if kind == "boolean":
        return _flag(name, value)
    if kind in ("number", "integer"):
        return _number(method, name, value, schema)
    return _text(name, value, schema)


def _flag(name: str, value: Any) -> bool:
    said = str(value).lower()
    if said not in (*TRUE, *FALSE):
        raise invalid("invalid_arguments", f"must be a boolean: {name}")
    return said in TRUE


def _number(method: Method, name: str, value: Any, schema: Mapping[str, Any]) -> int:
    try:
        number = int(value)
    except ValueError:
        wrong = (
            "invalid_limit" if name == "limit" and "invalid_limit" in method.errors else "invalid_arguments"
        )
        raise invalid(wrong, f"must be a number: {name}") from None
    if not schema.get("minimum", number) <= number <= schema.get("maximum", number):
        raise invalid("invalid_arguments", f"{name} is out of range: {number}")
    return number


def _text(name: str, value: Any, schema: Mapping[str, Any]) -> str:
    said = str(value).lower() if isinstance(value, bool) else str(value)
    if "enum" in schema and said not in schema["enum"]:
        raise invalid("invalid_arguments", f"must be one of {', '.join(schema['enum'])}: {name}")
    if schema.get("maxLength") and len(said) > schema["maxLength"]:
        raise invalid("invalid_arguments", f"must be less than {schema['maxLength'] + 1} characters: {name}")
    return said
