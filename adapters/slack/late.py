"""The mirror of a worker that begins while Slack is away: who the bot is, is asked at the first call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock

from adapters.slack.api import Api
from adapters.slack.drawing.setup import Setup
from adapters.slack.identity import Identity
from adapters.slack.mirror import SlackMirror
from incident_core.errors import IncidentError
from incident_core.model.incident import Incident
from incident_core.ports.mirror import Call, Ended, Item, Outcome, Wanted
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder


class LateMirror:
    """Mirror: a SlackMirror once `identify` has told who the bot is; until then every call comes later."""

    name = SlackMirror.name

    def __init__(
        self,
        api: Api,
        setup: Setup,
        identify: Callable[[], Identity],
        suspect: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._api, self._setup, self._identify, self._suspect = api, setup, identify, suspect
        self._drawn = SlackMirror(api, setup)
        self._known: SlackMirror | None = None
        self._lock = Lock()

    def wanted(self, incident: Incident) -> Sequence[Wanted]:
        """As SlackMirror's; nothing of it depends on who the bot is."""
        return self._drawn.wanted(incident)

    def items(self, incident: Incident, entry: Entry) -> Iterator[Item]:
        """As SlackMirror's."""
        return self._drawn.items(incident, entry)

    def reminders(self, incident: Incident | None, reminder: Reminder) -> Iterator[Item]:
        """As SlackMirror's."""
        return self._drawn.reminders(incident, reminder)

    def perform(self, call: Call) -> Outcome:
        """As SlackMirror's; later where Slack does not say who the bot is."""
        try:
            return self._mirror().perform(call)
        except IncidentError as fault:
            return Outcome(Ended.LATER, error=str(fault))

    def check(self, call: Call, since: datetime) -> Outcome:
        """As SlackMirror's; not known where Slack does not say who the bot is."""
        try:
            return self._mirror().check(call, since)
        except IncidentError as fault:
            return Outcome(Ended.UNKNOWN, error=str(fault))

    def pace(self, method: str) -> float:
        """As SlackMirror's."""
        return self._drawn.pace(method)

    def _mirror(self) -> SlackMirror:
        with self._lock:
            if self._known is None:
                who = self._identify()
                setup = replace(self._setup, bot_user=who.bot_user, domain=who.domain)
                self._known = SlackMirror(self._api, setup, suspect=self._suspect)
            return self._known
