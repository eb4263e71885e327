"""Control over HTTP: `POST /sandbox/v1/…/{verb}`, a JSON object of named arguments in, JSON out.

`/sandbox/v1/{verb}` is for the whole sandbox, `/sandbox/v1/teams/{team}/{verb}` for one workspace,
`/sandbox/v1/teams/{team}/people/{person}/{verb}` for one person. A message is named by its `channel` and
`ts`, a view by `view`. Answers are `{"ok": true, "result": …}`; refusals `{"ok": false, "error", "message"}`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.sandbox.control.arguments import bound
from adapters.sandbox.control.world import Control, Team
from adapters.sandbox.delivery.desk import Desk
from adapters.sandbox.errors import ApiError
from adapters.sandbox.person import CannotDo, MustConfirm, Person

AT_ONCE = 128
"""Requests that may wait for apps at the same time."""
ROOT = "/sandbox/v1"
REFUSALS: tuple[tuple[type[Exception], str, int], ...] = (
    (MustConfirm, "must_confirm", 409),
    (CannotDo, "cannot_do", 409),
    (TimeoutError, "timeout", 504),
    (LookupError, "not_found", 404),
    (ValueError, "invalid", 400),
    (ApiError, "invalid", 400),
)
"""What each exception becomes; the first that fits."""


def verbs(kind: type) -> list[str]:
    """What can be asked of a Control, a Team or a Person: its public methods and properties."""
    return [name for name, _ in inspect.getmembers(kind) if not name.startswith("_") and name != "team"]


class Routes:
    """Serves control of the world behind a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pool: ThreadPoolExecutor | None = None

    def routes(self) -> list[BaseRoute]:
        """For the server."""
        paths = ("/{verb}", "/teams/{team}/{verb}", "/teams/{team}/people/{person}/{verb}")
        return [Route(ROOT + path, self._endpoint, methods=["POST"]) for path in paths]

    async def _endpoint(self, request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0]
        if kind != "application/json":
            return _answer({"ok": False, "error": "invalid", "message": "Send JSON, and say so."}, 415)
        raw, self._pool = await request.body(), self._pool or ThreadPoolExecutor(AT_ONCE, "sandbox-control")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._done, dict(request.path_params), raw)

    def _done(self, path: Mapping[str, str], raw: bytes) -> Response:
        try:
            given = json.loads(raw or b"{}", parse_constant=_no_number)
            if not isinstance(given, dict):
                raise ValueError("Send an object of named arguments.")
            result = _called(self._target(path), path["verb"], given)
        except tuple(kind for kind, _, _ in REFUSALS) as error:
            return _refused(error)
        return _answer({"ok": True, "result": plain(result)}, 200)

    def _target(self, path: Mapping[str, str]) -> Any:
        control = Control(self._desk)
        if "team" not in path:
            return control
        team = control.team(path["team"])
        return team.person(path["person"]) if "person" in path else team


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number.")


def _called(target: Control | Team | Person, verb: str, given: Mapping[str, Any]) -> Any:
    if verb not in verbs(type(target)):
        raise LookupError(f"There is no {verb}; there is: {', '.join(verbs(type(target)))}.")
    found = getattr(target, verb)
    if not callable(found):
        return found
    arguments = bound(found, given)
    return found(*arguments.args, **arguments.kwargs)


def plain(result: Any) -> Any:
    """A result as JSON has it."""
    if isinstance(result, Team):
        return {"team": result.id}
    if isinstance(result, (list, tuple)):
        return [plain(each) for each in result]
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return dataclasses.asdict(result)
    return result


def _refused(error: Exception) -> Response:
    code, status = next((code, status) for kind, code, status in REFUSALS if isinstance(error, kind))
    more = {"dialog": error.dialog} if isinstance(error, MustConfirm) else {}
    said = str(error.args[0]) if error.args else code
    return _answer({"ok": False, "error": code, "message": said, **more}, status)


def _answer(body: dict[str, Any], status: int) -> Response:
    text = json.dumps(body, ensure_ascii=False, default=str)
    return Response(text, status, media_type="application/json")
