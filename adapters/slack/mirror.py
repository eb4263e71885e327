"""Slack as a mirror: a channel for each incident, with its panel, and a line about it in the digest channel.

Each call is made by a function of `calls`; what is shown and said is drawn by `drawing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.slack import paces
from adapters.slack.api import Api
from adapters.slack.calls import channels, checks, inviting, messages
from adapters.slack.calls.groups import Groups
from adapters.slack.calls.job import TOTAL, Asking, Job
from adapters.slack.calls.rooms import Rooms
from adapters.slack.drawing import said, wanted
from adapters.slack.drawing.setup import Setup
from adapters.slack.drawing.wanted import ARCHIVED
from incident_core.model.incident import Incident
from incident_core.ports.mirror import Call, Ended, Item, Kind, Lane, Outcome, Wanted
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
    "shut": channels.left_shut,
    **dict.fromkeys((*_SHOWN, "say"), messages.change),
}
_REMOVE: Mapping[str, Do] = {
    **dict.fromkeys(("digest", "declared", "update", "say"), messages.delete),
    **dict.fromkeys(("archive", "shut"), channels.unarchive),
}
_STRAY: Mapping[str, Do] = {
    **dict.fromkeys(_ROOMS, channels.abandon),
    **dict.fromkeys((*_SHOWN, "say", "remind"), messages.delete),
    "archive": channels.unarchive,
}
_PUT_RIGHT = {(Kind.CHANGE, "channel"), *((Kind.REMOVE, slot) for slot in ARCHIVED)}


class SlackMirror:
    """Mirror: `api` makes the calls, with the token of the bot; `total` are the seconds for one of ours.

    `suspect` is told the id of an incident's channel that is worth a look: something was refused there for
    good, or it was put right.
    """

    name = "slack"

    def __init__(
        self,
        api: Api,
        setup: Setup,
        total: float = TOTAL,
        suspect: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._api = api
        self._setup = setup
        self._total = total
        self._suspect = suspect
        self._rooms = Rooms(setup.digest, private=setup.private)
        self._groups = Groups()

    def wanted(self, incident: Incident) -> Sequence[Wanted]:
        """The channel and what is in it, what the digest says, the review; the archive once it is closed."""
        return wanted.wanted(self._setup, incident)

    def items(self, incident: Incident, entry: Entry) -> Iterator[Item]:
        """A line in the channel; of a role, a direct message to who has it now."""
        return map(_later, said.items(self._setup, incident, entry))

    def reminders(self, incident: Incident | None, reminder: Reminder) -> Iterator[Item]:
        """A line in the channel; the list of what is stale, and what is about a closed one, in the digest."""
        return map(_later, said.reminders(self._setup, incident, reminder))

    def perform(self, call: Call) -> Outcome:
        """Make the call, in no more than `total` seconds."""
        outcome = _doing(call)(self._job(call))
        if channel := _changed(call, outcome):
            self._suspect(channel)
        return replace(outcome, held="") if _counted_apart(call, outcome.held) else outcome

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

    def pace(self, method: str) -> float:
        """As Slack documents it, of the method without what it is counted for."""
        return paces.pace(method)

    def _job(self, call: Call) -> Job:
        return Job(call, Asking(self._api, self._total), self._setup, self._rooms, self._groups)


def _later(item: Item) -> Item:
    """What is said comes after what lets people in, and what they work with."""
    return replace(item, lane=Lane.REST)


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


def _changed(call: Call, outcome: Outcome) -> str | None:
    """The channel that is worth a look after this call; Bolt does not tell us of what we do ourselves."""
    if outcome.ended is Ended.NEVER:
        return call.known.get("channel")
    right = outcome.ended is Ended.DONE and (call.kind, call.slot) in _PUT_RIGHT
    return call.known.get(call.slot) if right else None


def _counted_apart(call: Call, held: str) -> bool:
    """Whether only what this call names is held: Slack counts the messages of each channel for themselves."""
    return call.method.partition(" ")[0] == held


def _first(slot: str) -> str:
    """What kind of slot it is: `update` of `update:u3`."""
    return slot.partition(":")[0]


def _nothing(_: Job) -> Outcome:
    """What is wanted no more is left as it is: a channel is not taken from those who are in it."""
    return Outcome(Ended.DONE)
