"""The post office: brings parcels to apps by socket or HTTP, minds the three seconds, tries again."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from adapters.sandbox import manifest
from adapters.sandbox.alarms import Alarms
from adapters.sandbox.delivery import signing
from adapters.sandbox.delivery.parcels import Attempt, Parcel, Sort
from adapters.sandbox.delivery.signing import Reply, Request, Sender
from adapters.sandbox.delivery.sockets import Connection, Sockets
from adapters.sandbox.state.apps import App
from adapters.sandbox.world import World

ACK_WITHIN = 3.0
"""Seconds."""
RETRIES_AFTER = (0.0, 60.0, 300.0)
"""Seconds from a failed delivery of an event to the next; after the last it is given up."""
KEPT = 10_000
AT_ONCE = 100
"""HTTP requests that are under way at the same time."""
ENCODINGS: dict[Sort, Callable[[dict[str, Any]], tuple[bytes, str]]] = {
    Sort.EVENT: signing.as_json,
    Sort.COMMAND: signing.as_form,
    Sort.INTERACTION: signing.as_payload,
    Sort.OPTIONS: signing.as_payload,
}


class Post:
    """Every parcel of a world. `parcels` are the latest of them."""

    def __init__(self, world: World, alarms: Alarms) -> None:
        self._world, self._alarms = world, alarms
        self.sockets = Sockets(world, alarms, self._acked, self._lost)
        self.parcels: deque[Parcel] = deque(maxlen=KEPT)
        self._out: dict[str, tuple[Parcel, Connection]] = {}
        self._lock = threading.Lock()
        self._verified: set[tuple[str, str]] = set()
        self._sender = Sender()
        self._pool = ThreadPoolExecutor(AT_ONCE, "sandbox-post")

    def stop(self) -> None:
        """Send nothing more; whoever waits for an answer gets none."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = ThreadPoolExecutor(AT_ONCE, "sandbox-post")
        for parcel in tuple(self.parcels):
            parcel.give_up("stopped")
        self._sender.break_off()

    def send(self, parcel: Parcel) -> Parcel:
        """Put it on its way; it never waits. What comes of it is in the parcel."""
        self.parcels.append(parcel)
        self._try(parcel)
        return parcel

    def again(self, parcel: Parcel) -> Parcel:
        """Deliver the same once more, an event as a repetition; the answer is the new parcel."""
        made = self._world.now()
        twin = Parcel(parcel.app_id, parcel.team_id, parcel.sort, parcel.payload, made)
        twin.on_settled = parcel.on_settled
        if parcel.sort is Sort.EVENT:
            twin.attempts.append(Attempt(made, "again", "timeout"))
        return self.send(twin)

    def _try(self, parcel: Parcel) -> None:
        if parcel.settled:
            return
        app = self._world.apps[parcel.app_id]
        if manifest.settings(app).socket_mode:
            self._by_socket(parcel)
        else:
            self._by_http(app, parcel)

    def _by_socket(self, parcel: Parcel) -> None:
        connection = self.sockets.next(parcel.app_id)
        attempt = Attempt(self._world.now(), connection.id if connection else "no socket")
        parcel.attempts.append(attempt)
        if connection is None:
            self._failed(parcel, attempt, "no_connection")
            return
        with self._lock:
            self._out[parcel.id] = (parcel, connection)
        parcel.disarm = self._alarms.after(ACK_WITHIN, lambda: self._failed(parcel, attempt, "timeout"))
        connection.send(_envelope(parcel))

    def _acked(self, envelope_id: str, answer: Any) -> None:
        with self._lock:
            parcel, _ = self._out.pop(envelope_id, (None, None))
        if parcel is not None:
            parcel.acknowledge(self._world.now(), answer)

    def _lost(self, connection: Connection) -> None:
        """The socket is gone: what went out on it and was not acknowledged has failed."""
        with self._lock:
            gone = [parcel for parcel, over in self._out.values() if over is connection]
        for parcel in gone:
            if parcel.sort is Sort.EVENT:
                self._failed(parcel, parcel.attempts[-1], "connection_lost")

    def _by_http(self, app: App, parcel: Parcel) -> None:
        url = _address(app, parcel)
        attempt = Attempt(self._world.now(), url or "no address")
        parcel.attempts.append(attempt)
        if url is None:
            self._failed(parcel, attempt, "no_address", again=False)
            return
        parcel.disarm = self._alarms.after(ACK_WITHIN, lambda: self._failed(parcel, attempt, "http_timeout"))
        self._pool.submit(self._request, app, parcel, attempt, url)

    def _request(self, app: App, parcel: Parcel, attempt: Attempt, url: str) -> None:
        if parcel.sort is Sort.EVENT and not self.verify(app, url):
            self._failed(parcel, attempt, "url_not_verified", again=False)
            return
        body, kind = ENCODINGS[parcel.sort](parcel.payload)
        request = Request(url, app.signing_secret, body, kind, _retry_headers(parcel))
        reply = self._sender.send(request)
        if attempt.failure is not None:
            return
        if not reply.ok:
            failure = reply.failure or ("http_error" if parcel.sort is Sort.EVENT else f"http_{reply.status}")
            self._failed(parcel, attempt, failure, again=not reply.no_retry)
            return
        self._replied(parcel, attempt, reply)

    def _replied(self, parcel: Parcel, attempt: Attempt, reply: Reply) -> None:
        try:
            answer = None if parcel.sort is Sort.EVENT else reply.read()
        except ValueError:
            self._failed(parcel, attempt, "invalid_response", again=False)
            return
        parcel.acknowledge(self._world.now(), answer)

    def verify_events(self, app: App) -> bool:
        """Whether the app's address for events is good; False where it has none."""
        url = manifest.settings(app).events_url
        return url is not None and self.verify(app, url)

    def verify(self, app: App, url: str) -> bool:
        """Whether the address answers the challenge of one that is to get events; asked until it does."""
        if (app.id, url) in self._verified:
            return True
        challenge = self._world.ids.new("Ch")
        asked = {"token": app.verification_token, "challenge": challenge, "type": "url_verification"}
        body, kind = signing.as_json(asked)
        reply = self._sender.send(Request(url, app.signing_secret, body, kind))
        if not reply.ok or challenge not in reply.body.decode(errors="replace"):
            return False
        self._verified.add((app.id, url))
        return True

    def _failed(self, parcel: Parcel, attempt: Attempt, why: str, *, again: bool = True) -> None:
        """This attempt came to nothing: try an event again, give everything else up."""
        if attempt.failure is not None or parcel.settled:
            return
        attempt.failure = why
        parcel.disarm()
        tried = len(parcel.attempts)
        if parcel.sort is not Sort.EVENT or not again or tried > len(RETRIES_AFTER):
            with self._lock:
                self._out.pop(parcel.id, None)
            parcel.give_up(why)
            return
        wait = RETRIES_AFTER[tried - 1]
        if wait:
            self._alarms.after(wait, lambda: self._try(parcel))
        else:
            self._try(parcel)


def _envelope(parcel: Parcel) -> dict[str, Any]:
    envelope: dict[str, Any] = {
        "envelope_id": parcel.id,
        "payload": parcel.payload,
        "type": parcel.sort.envelope,
        "accepts_response_payload": parcel.sort is not Sort.EVENT,
    }
    if parcel.sort is Sort.EVENT:
        failed = [attempt.failure for attempt in parcel.attempts if attempt.failure]
        envelope |= {"retry_attempt": len(failed), "retry_reason": failed[-1] if failed else ""}
    return envelope


def _retry_headers(parcel: Parcel) -> dict[str, str]:
    failed = [attempt.failure for attempt in parcel.attempts if attempt.failure]
    if not failed:
        return {}
    return {"X-Slack-Retry-Num": str(len(failed)), "X-Slack-Retry-Reason": failed[-1]}


def _address(app: App, parcel: Parcel) -> str | None:
    settings = manifest.settings(app)
    if parcel.sort is Sort.EVENT:
        return settings.events_url
    if parcel.sort is Sort.COMMAND:
        return settings.commands[parcel.payload["command"]].get("url")
    if parcel.sort is Sort.OPTIONS:
        return settings.options_url or settings.interactivity_url
    return settings.interactivity_url
