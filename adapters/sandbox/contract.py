"""What Slack documents of each method: its arguments, scopes, tier and error codes (contract.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

BEYOND = {
    "invalid_auth": "every method's page lists it among the common errors",
    "internal_error": "every method's page lists it among the common errors",
    "invalid_arguments": "every method's page: called with invalid arguments, likelier with complex ones",
}
"""Common errors that the snapshot behind contract.json lists for a few methods only, and why they are."""


WIDER = {
    "msg_blocks_too_long": "msg_too_long",
    "invalid_blocks_format": "invalid_blocks",
    "restricted_action_read_only_channel": "restricted_action",
    "restricted_action_thread_only_channel": "restricted_action",
    "restricted_action_non_threadable_channel": "restricted_action",
    "restricted_action_thread_locked": "restricted_action",
}
"""What a method answers that does not document the narrower code; where it has neither, invalid_arguments."""


CONTENT = ("invalid_attachments", "invalid_metadata", "metadata_too", "cannot_reply", "too_many_attachments")
"""Faults of a message's content that not every method that takes content has a code for."""


MISPRINTS = {"app_mentions.read": "app_mentions:read"}
"""Scopes as the snapshot has them, and as they are granted."""


@dataclass(frozen=True)
class Method:
    """One method as it is documented. `args` are JSON Schemas by name."""

    name: str
    tier: str
    scopes: tuple[str, ...]
    required: tuple[str, ...]
    args: Mapping[str, dict[str, Any]]
    errors: frozenset[str]

    def said(self, code: str) -> str:
        """The documented code for what went wrong. Raises LookupError where there is none: our fault."""
        for known in (code, WIDER.get(code, code)):
            if self.may_answer(known):
                return known
        if code in WIDER or code.startswith(CONTENT):
            return "invalid_arguments"
        raise LookupError(f"{self.name} does not document the error {code}.")

    def may_answer(self, code: str) -> bool:
        """Whether `code` is documented for it, or for every method."""
        return code in self.errors or code in common_errors()


@cache
def _data() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(files("adapters.sandbox").joinpath("contract.json").read_text("utf-8"))
    return read


@cache
def common_errors() -> frozenset[str]:
    """The codes that every method may answer."""
    return frozenset((*_data()["common_errors"], *BEYOND))


@cache
def methods() -> dict[str, Method]:
    """Every method that is known, by name."""
    return {name: _method(name, read) for name, read in _data()["methods"].items()}


def _method(name: str, read: Mapping[str, Any]) -> Method:
    scopes, required = tuple(read["scopes"]), tuple(read["required"])
    return Method(name, read["tier"], scopes, required, read["args"], frozenset(read["errors"]))


@cache
def event_scopes() -> Mapping[str, list[str]]:
    """For each event, the scopes of which an app needs one to hear of it."""
    given: Mapping[str, list[str]] = _data()["event_scopes"]
    return {event: [MISPRINTS.get(scope, scope) for scope in scopes] for event, scopes in given.items()}


UNLISTED = {
    "channel_archive": ["channels:read"],
    "channel_unarchive": ["channels:read"],
    "group_archive": ["groups:read"],
    "group_unarchive": ["groups:read"],
}
"""Events that Slack documents and the snapshot does not list, and their scopes."""


@cache
def events() -> Mapping[str, list[str]]:
    """Every event that an app can subscribe to, with the scopes of which it needs one."""
    return {**event_scopes(), **UNLISTED}
