"""Slack as a mirror: a channel for each incident, with its panel, and a line about it in the digest channel.

Each call is made by a function of `calls`; what is shown and said is drawn by `drawing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from adapters.slack.api import Api
from adapters.slack.calls import channels, checks, inviting, messages
from adapters.slack.calls.groups import Groups
from adapters.slack.calls.job import TOTAL, Asking, Job
from adapters.slack.calls.rooms import Rooms
from adapters.slack.drawing import said, wanted
from adapters.slack.drawing.setup import Setup
from incident_core.model.incident import Incident
from incident_core.ports.mirror import Call, Ended, Item, Kind, Outcome, Wanted
from incident_core.ports.reader import Entry
from incident_core.ports.timers import Reminder

Do = Callable[[Job], Outcome]

_MAKE: Mapping[str, Do] = {
    "channel": channels.make,
    "members": inviting.members,
    "responders": inviting.responders,
    "invited": inviting.invited,
    "topic": channels.topic,
    "panel": messages.say,
    "pin": channels.pin,
    "digest": messages.say,
    "declared": messages.say,
    "update": messages.say,
    "review": channels.make,
    "review_members": inviting.members,
    "review_note": messages.say,
    "archive": channels.archive,
}
_SHOWN = ("panel", "digest", "declared", "update", "review_note")
"""Messages that are kept as things are."""
_ROOMS = ("channel", "review")
_CHANGE: Mapping[str, Do] = {
    **_MAKE,
    **dict.fromkeys(_ROOMS, channels.change),
    **dict.fromkeys(_SHOWN, messages.change),
}
_REMOVE: Mapping[str, Do] = {
    **dict.fromkeys(("digest", "declared", "update"), messages.delete),
    "archive": channels.unarchive,
}
_STRAY: Mapping[str, Do] = {
    **dict.fromkeys(_ROOMS, channels.abandon),
    **dict.fromkeys((*_SHOWN, "say", "remind"), messages.delete),
    "archive": channels.unarchive,
}


class SlackMirror:
    """Mirror: `api` makes the calls, with the token of the bot; `total` are the seconds for one of ours."""

    name = "slack"

    def __init__(self, api: Api, setup: Setup, total: float = TOTAL) -> None:
        self._api = api
        self._setup = setup
        self._total = total
        self._rooms = Rooms(setup.digest, private=setup.private)
        self._groups = Groups()

    def wanted(self, incident: Incident) -> Sequence[Wanted]:
        """The channel and what is in it, what the digest says, the review; the archive once it is closed."""
        return wanted.wanted(self._setup, incident)

    def items(self, incident: Incident, entry: Entry) -> Iterator[Item]:
        """A line in the channel; of a role, a direct message to who has it now."""
        return said.items(self._setup, incident, entry)

    def reminders(self, incident: Incident | None, reminder: Reminder) -> Iterator[Item]:
        """A line in the channel; the list of what is stale, and what is about a closed one, in the digest."""
        return said.reminders(self._setup, incident, reminder)

    def perform(self, call: Call) -> Outcome:
        """Make the call, in no more than `total` seconds."""
        return _doing(call)(self._job(call))

    def check(self, call: Call, since: datetime) -> Outcome:
        """Look for the channel or the message that the call has made; all else can be done again."""
        job = self._job(call)
        if call.slot in _ROOMS:
            return checks.channel(job, since)
        if call.slot == "archive":
            return checks.archive(job)
        if call.kind is Kind.SAY or _first(call.slot) in _SHOWN:
            return checks.message(job, since)
        return Outcome(Ended.LATER)

    def _job(self, call: Call) -> Job:
        return Job(call, Asking(self._api, self._total), self._setup, self._rooms, self._groups)


def _doing(call: Call) -> Do:
    """What makes this call."""
    match call.kind:
        case Kind.MAKE:
            return _MAKE[_first(call.slot)]
        case Kind.CHANGE:
            return _CHANGE[_first(call.slot)]
        case Kind.SAY:
            return messages.say
    stray, _, rest = call.slot.partition(":")
    if stray == "stray":
        return _STRAY.get(_first(rest), _nothing)
    return _REMOVE.get(_first(call.slot), _nothing)


def _first(slot: str) -> str:
    """What kind of slot it is: `update` of `update:u3`."""
    return slot.partition(":")[0]


def _nothing(_: Job) -> Outcome:
    """What is wanted no more is left as it is: a channel is not taken from those who are in it."""
    return Outcome(Ended.DONE)
