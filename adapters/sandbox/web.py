"""The Web API over HTTP: one call from its request to its answer, with latency, faults and the journal."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from adapters.sandbox import bodies, calls
from adapters.sandbox.caller import Caller
from adapters.sandbox.calls import Given
from adapters.sandbox.conditions import Conditions, Fault
from adapters.sandbox.errors import ApiError
from adapters.sandbox.ids import secret
from adapters.sandbox.journal import Call
from adapters.sandbox.server_protocol import Cut
from adapters.sandbox.world import World

LOOK_AGAIN = 0.02
"""Seconds between two looks at whether a caller that is kept waiting is still there."""
HIDDEN = frozenset(("token",))


@dataclass
class Answer:
    """What goes back: a status, the JSON and headers beside the usual ones."""

    body: dict[str, Any]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class WebApi:
    """Serves `/api/{method}` for a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def endpoint(self, request: Request) -> Response:
        """One call."""
        began = time.perf_counter()
        try:
            name, raw = request.path_params["method"], await request.body()
        except ClientDisconnect:  # whoever was sending it is gone, and nobody hears an answer
            return Response(status_code=400)
        call = Call(name, {}, self._world.now())
        try:
            body = bodies.read(request.url.query, request.headers.get("content-type"), raw)
            given = _given(name, body, request.headers.get("authorization"))
            call.args = {key: value for key, value in body.args.items() if key not in HIDDEN}
        except ApiError as error:
            body, answer = bodies.Body(), failed(error)
            self._world.journal(None).append(call)
        else:
            answer = await self._answer(given, call, request)
        return self._respond(answer, body.warnings, call, began)

    async def _answer(self, given: Given, call: Call, request: Request) -> Answer:
        world = self._world
        try:
            caller = calls.admitted(world, given)
        except ApiError as error:
            world.journal(None).append(call)
            return failed(error)
        conditions = _noted(world, caller, call)
        delay = conditions.delay(given.method) / 2
        if delay:
            await asyncio.sleep(delay)
        with world.lock:
            fault = conditions.fault(given.method, call.args)
            call.fault = fault.said if fault else None
            answer = self._effect(caller, given, call, fault)
        if delay:
            await asyncio.sleep(delay)
        return answer if fault is None else await befallen(fault, answer, call, request)

    def _effect(self, caller: Caller | None, given: Given, call: Call, fault: Fault | None) -> Answer:
        """What the call does, unless a fault comes before it. The lock is held."""
        if fault is not None and not fault.after:
            return Answer({})
        wait = calls.seconds_to_wait(caller, given) if caller is not None else 0
        if wait:
            return limited(wait)
        call.began = self._world.now()
        try:
            answer = Answer({"ok": True, **calls.performed(caller, given)})
        except ApiError as error:
            answer = failed(error)
        if caller is not None:
            answer.headers = {
                "x-oauth-scopes": ",".join(caller.token.scopes),
                "x-accepted-oauth-scopes": ",".join(calls.needed(caller)),
            }
        return answer

    def _respond(self, answer: Answer, warnings: tuple[str, ...], call: Call, began: float) -> Response:
        body = _warned(answer.body, warnings) if answer.body else answer.body
        call.status = answer.status
        call.outcome = "ok" if body.get("ok") else str(body.get("error", answer.status))
        call.answered, call.took = self._world.now(), time.perf_counter() - began
        headers = {
            "x-slack-req-id": secret(32).lower(),
            "cache-control": "private, no-cache",
            **answer.headers,
        }
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return Response(text, answer.status, headers, "application/json; charset=utf-8")


def _given(name: str, body: bodies.Body, authorization: str | None) -> Given:
    kind, _, header = (authorization or "").partition(" ")
    bearer = header.strip() if kind.lower() == "bearer" else ""
    return Given(name, body.args, bearer or body.args.get("token"), bool(bearer))


def _noted(world: World, caller: Caller | None, call: Call) -> Conditions:
    """Write the call into its workspace's journal; answer the conditions there."""
    if caller is None or caller.home is None:
        call.app_id = caller.app.id if caller else None
        world.journal(None).append(call)
        return world.elsewhere
    call.team_id, call.app_id, call.token_kind = caller.home.id, caller.app.id, caller.token.kind.value
    caller.home.journal.append(call)
    return caller.home.conditions


def failed(error: ApiError) -> Answer:
    """Slack's no: HTTP 200, `ok` false."""
    return Answer({"ok": False, "error": error.code, **error.extra})


def limited(seconds: int) -> Answer:
    """Too many calls: come back in so many seconds."""
    return Answer({"ok": False, "error": "ratelimited"}, 429, {"retry-after": str(seconds)})


async def befallen(fault: Fault, answer: Answer, call: Call, request: Request) -> Answer:
    """What the caller gets instead of `answer`. Raises Cut where there is to be none."""
    if fault.kind == "ratelimited":
        return limited(max(1, round(fault.seconds)))
    if fault.kind == "error":
        return Answer({"ok": False, "error": fault.code}, headers=answer.headers)
    if fault.kind == "status":
        return Answer({}, fault.status)
    call.outcome = fault.kind
    until = time.monotonic() + (fault.seconds if fault.kind == "hang" else 0.0)
    while time.monotonic() < until and not await request.is_disconnected():
        await asyncio.sleep(LOOK_AGAIN)
    raise Cut


def _warned(body: dict[str, Any], warnings: tuple[str, ...]) -> dict[str, Any]:
    """The answer with its warnings named twice, as Slack does."""
    own = body.get("warning")
    every = [*([own] if own else []), *warnings]
    if not every:
        return body
    metadata = {**body.get("response_metadata", {}), "warnings": every}
    return {**body, "warning": ",".join(every), "response_metadata": metadata}
