"""The webhook: every event and reminder is sent, once and in order, as a signed JSON document to one address.

The receiver knows a repeat by its Idempotency-Key; docs/webhook.md is written for whoever builds one.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property

from adapters.integrations.addresses import NotPublic, Resolve, permitted, resolved
from adapters.integrations.answers import outcome
from adapters.integrations.posting import Countdown, NotSent, Receiver, Unanswered, post
from adapters.integrations.signing import headers
from adapters.integrations.telling import reminded, told
from incident_core.errors import Invalid
from incident_core.model.incident import Incident
from incident_core.ports.clock import Clock
from incident_core.ports.mirror import Call, Ended, Item, Outcome, Wanted
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder
from incident_core.record.canonical import canonical
from incident_core.usecases.settling.settle import CALL

AUDIENCE = "webhook"
METHOD = "webhook.post"
TOTAL = CALL.total_seconds() - 0.5
"""Seconds for a whole call: looking up, connecting, sending and waiting for the answer."""


class Webhook:
    """Mirror: says each event to `url`. Raises ValueError for a URL that nothing can be sent to.

    `private`: private incidents are sent too; otherwise nothing is said of them. `seconds` is the time for
    a whole call.
    """

    name = "webhook"

    def __init__(
        self,
        url: str,
        secret: str,
        workspace: str,
        clock: Clock,
        *,
        allow_private: bool = False,
        private: bool = False,
        resolve: Resolve = resolved,
        trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        seconds: float = TOTAL,
    ) -> None:
        self._receiver = Receiver.of(url)
        self._secret = secret
        self._workspace = workspace
        self._clock = clock
        self._allow_private = allow_private
        self._private = private
        self._resolve = resolve
        self._trust = trust
        self._seconds = seconds

    def wanted(self, incident: Incident) -> Sequence[Wanted]:
        """Nothing: the webhook only says what happened."""
        return ()

    def items(self, incident: Incident, entry: Entry) -> Iterator[Item]:
        """The event, drills too: whoever receives it can tell by `drill`."""
        if self._private or not incident.private:
            content = told(self._workspace, incident, entry)
            yield Item(AUDIENCE, METHOD, content, repeatable=True, changing=METHOD)

    def reminders(self, incident: Incident | None, reminder: Reminder) -> Iterator[Item]:
        """The reminder, as one more document; no list in which nothing is left, nor what was found."""
        if reminder.found is not None:
            return
        hidden = incident is not None and incident.private and not self._private
        if not hidden and (incident is not None or reminder.listed):
            content = reminded(self._workspace, incident, reminder)
            yield Item(AUDIENCE, METHOD, content, repeatable=True)

    def perform(self, call: Call) -> Outcome:
        """Send it once."""
        host = self._receiver.host
        try:
            return self._sent(call)
        except NotPublic as fault:  # a name can have another address tomorrow
            return Outcome(Ended.LATER, error=str(fault))
        except NotSent as fault:
            return Outcome(Ended.LATER, error=f"{host} {fault}.")
        except Unanswered as fault:
            return Outcome(Ended.UNKNOWN, error=f"{host} {fault}.")
        except Invalid as fault:
            return Outcome(Ended.NEVER, error=str(fault))

    def check(self, call: Call, since: datetime) -> Outcome:
        """It may be sent again: the receiver can tell."""
        return Outcome(Ended.LATER)

    def _sent(self, call: Call) -> Outcome:
        countdown = Countdown(self._seconds)
        body = canonical({**call.content, "id": call.key})
        found = self._addresses(countdown)
        now = self._clock.now()
        head = headers(self._secret, now, call.key, body)
        tls = self._tls if self._receiver.tls else None
        return outcome(self._receiver.host, post(self._receiver, found, head, body, countdown, tls), now)

    def _addresses(self, countdown: Countdown) -> Sequence[str]:
        try:
            found = self._resolve(self._receiver.host, countdown.left())
        except OSError as fault:
            raise NotSent(f"cannot be looked up ({fault.strerror or fault})") from None
        return permitted(self._receiver.host, found, allow_private=self._allow_private)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made once: reading the certificates of the system takes a while."""
        return self._trust()
