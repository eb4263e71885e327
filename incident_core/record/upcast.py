"""Old stored events are read for ever: each step lifts a body of one schema version to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Mapping[tuple[str, int], Step] = {}
"""(event type, version) to the step that makes the next version of it. No type has a second version yet."""


def upcast(
    kind: str, schema: int, to: int, body: dict[str, Any], steps: Mapping[tuple[str, int], Step] = STEPS
) -> dict[str, Any]:
    """The body in schema version `to`; raises KeyError where a step is missing, which a test excludes."""
    for version in range(schema, to):
        body = steps[kind, version](body)
    return body
