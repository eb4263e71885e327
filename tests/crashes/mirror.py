"""Mirrors over HTTP: the simulation's diorama, with one of everything, on a stand-in; and the webhook."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from adapters.integrations.webhook import Webhook
from incident_core.ports.clock import Clock
from incident_core.ports.mirror import Call, Ended, Kind, Mirror, Outcome
from incident_core.testing.simulation.outside import Diorama, Fate, Outside

PERFORM, CHECK, HOOK = "/perform", "/check", "/hook"
LONG = 60.0
"""Seconds after which nobody waits for an answer any more: far longer than a frozen worker is frozen."""

MIRRORS = ("diorama", Webhook.name)
"""Those that are kept in step."""


@dataclass(slots=True)
class FarOutside(Outside):
    """An outside that is somewhere else: it is asked at `url`, and nothing is kept here."""

    url: str = ""

    def perform(self, call: Call) -> Outcome:
        """Ask for it."""
        return self._asked(PERFORM, call)

    def check(self, call: Call) -> Outcome:
        """Ask what became of it."""
        return self._asked(CHECK, call)

    def _asked(self, path: str, call: Call) -> Outcome:
        where = urlsplit(self.url)
        with closing(HTTPConnection(where.hostname or "", where.port, timeout=LONG)) as connection:
            try:
                connection.request("POST", path, json.dumps(asdict(call)))
                return outcome(json.loads(connection.getresponse().read()))
            except ConnectionRefusedError as fault:
                return Outcome(Ended.LATER, error=str(fault))
            except (OSError, HTTPException, ValueError) as fault:
                return Outcome(Ended.UNKNOWN, error=str(fault))


def far(url: str, clock: Clock) -> dict[str, Mirror]:
    """The mirrors of the stand-in at this http URL, by name."""
    diorama = Diorama(FarOutside(lambda _: Fate.FINE, clock.now, url=url), MIRRORS[0])
    webhook = Webhook(url + HOOK, "a secret of ours", "default", clock, allow_private=True, seconds=LONG)
    return {each.name: each for each in (diorama, webhook)}


def called(values: dict[str, Any]) -> Call:
    """The call that was sent."""
    return Call(**{**values, "kind": Kind(values["kind"])})


def outcome(values: dict[str, Any]) -> Outcome:
    """The outcome that was answered."""
    return Outcome(**{**values, "ended": Ended(values["ended"]), "also": tuple(values["also"])})
