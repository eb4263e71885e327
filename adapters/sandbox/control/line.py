"""The line of a client: one request to the control of a sandbox, and its refusals as the same exceptions."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from adapters.sandbox.person.seen import CannotDo, Interaction, MustConfirm, SeenMessage, SeenView

PATIENCE = 120.0
"""Real seconds; an action waits for an app at most, and the sandbox's clock may stand still meanwhile."""


@dataclass(frozen=True)
class Line:
    """Asks under one path."""

    url: str
    path: str = "/sandbox/v1"

    def to(self, *more: str) -> Line:
        """The same sandbox, further down."""
        return Line(self.url, "/".join([self.path, *(quote(part, safe="") for part in more)]))

    def ask(self, verb: str, **given: Any) -> Any:
        """The result. Raises what the sandbox raised, and OSError where there is none."""
        parts = urlsplit(self.url)
        body = json.dumps({name: _named(value) for name, value in given.items()})
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", f"{self.path}/{quote(verb)}", body.encode(), headers)
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if not answer["ok"]:
            raise _refusal(answer)
        return answer["result"]


def _named(value: Any) -> Any:
    if isinstance(value, SeenMessage):
        return {"channel": value.channel, "ts": value.ts}
    if isinstance(value, SeenView):
        return {"view": value.id}
    if isinstance(value, Interaction):
        return {"id": value.id}
    return int(value.timestamp()) if hasattr(value, "timestamp") else value


def _refusal(answer: dict[str, Any]) -> Exception:
    code, message = answer["error"], answer["message"]
    if code == "must_confirm":
        return MustConfirm(answer["dialog"])
    kinds = {"cannot_do": CannotDo, "timeout": TimeoutError, "not_found": LookupError}
    return kinds.get(code, ValueError)(message)
