"""Named arguments from JSON: bound to a method, each of the kind that the method says, or refused."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.sandbox.person import Interaction, SeenMessage, SeenView

NAMED = frozenset(("where", "message", "view", "thread", "interaction"))
"""Arguments that stand for something a person sees; over HTTP they are named by their ids."""


def bound(method: Callable[..., Any], given: Mapping[str, Any]) -> inspect.BoundArguments:
    """The arguments of a call; one that stands for several is a list. Raises ValueError, and says why."""
    signature, hints = inspect.signature(method), typing.get_type_hints(method)
    values = {name: _named(name, value) for name, value in given.items()}
    for name, value in values.items():
        if name not in signature.parameters:
            raise ValueError(f"There is no argument {name}; there is: {', '.join(signature.parameters)}.")
        hint = hints.get(name, Any)
        several = signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
        if not (_all_fit(value, hint) if several else _fits(value, hint)):
            raise ValueError(f"{name} cannot be {value!r:.100}.")
    missing = [name for name, one in signature.parameters.items() if _needed(one) and name not in values]
    if missing:
        raise ValueError(f"Say also: {', '.join(missing)}.")
    return _in_order(signature, values)


def _in_order(signature: inspect.Signature, values: dict[str, Any]) -> inspect.BoundArguments:
    made = inspect.BoundArguments(signature, {})
    for name, parameter in signature.parameters.items():
        several = parameter.kind is parameter.VAR_POSITIONAL
        value = values.get(name, () if several else parameter.default)
        made.arguments[name] = tuple(value) if several else value
    return made


def _needed(parameter: inspect.Parameter) -> bool:
    return parameter.default is parameter.empty and parameter.kind is not parameter.VAR_POSITIONAL


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value from JSON is of the kind that a type hint says."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return True
    if origin in (types.UnionType, typing.Union):
        return any(_fits(value, each) for each in inner)
    if origin is typing.Literal:
        return value in inner
    if origin in (list, Sequence):
        return _all_fit(value, inner[0])
    if origin in (dict, Mapping):
        return isinstance(value, dict)
    return _is(value, hint)


def _all_fit(value: Any, hint: Any) -> bool:
    return isinstance(value, list) and all(_fits(each, hint) for each in value)


def _is(value: Any, kind: Any) -> bool:
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, kind) and (kind is not int or not isinstance(value, bool))


def _named(name: str, value: Any) -> Any:
    """A message, a view or an interaction from how it was named; everything else as it is."""
    if name not in NAMED or not isinstance(value, dict):
        return value
    if name == "interaction":
        return Interaction(str(value.get("id")), False, None, None, None, None, {})
    if "ts" in value:
        channel, ts = str(value.get("channel")), str(value["ts"])
        return SeenMessage(channel, ts, "", None, None, False, [], {})
    view = str(value.get("view") or value.get("id"))
    return SeenView(view, "", "", "", "", [], {}, {}, {})
