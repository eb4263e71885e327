"""Checks of what is in Slack: it equals what the record says; repeats have their reasons; nothing private."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from adapters.slack.names import candidates
from incident_core import events as e
from incident_core.lifecycle.fold import fold
from incident_core.model.stage import Stage
from incident_core.ports.mirror import Item, Wanted
from incident_core.usecases.settling.settle import LEASE
from tests.chaos.end import End
from tests.chaos.plan import FROZEN
from tests.chaos.record import Effect, Told
from tests.chaos.seen import Message, Place

WINDOW = 8.0
"""Seconds for which a call may be under way, and its result unsaved."""
_SHOWN = ("panel", "digest", "declared", "update", "review_note")
_TOKEN = re.compile(r"w\d+x\d+z")
_SAYING = ("chat.", "conversations.create", "conversations.rename", "conversations.setTopic")
_AFTER_CLOSE = (e.FollowUpAssigned, e.FollowUpDone, e.ReminderSnoozed, e.ReminderStopped, e.TextRedacted)
_SETTLED = 10.0
"""Seconds after which whoever did not know yet that a method is held has heard of it."""


def shown(end: End) -> Iterator[str]:
    """Every channel, its name, topic, members, pin and archive, and every message that is kept up to date."""
    for told in end.record.incidents:
        wanted = end.drawing.wanted(told)
        gone = _not_made(wanted, told)
        for each in (one for one in wanted if not gone.intersection(one.needs)):
            for fault in _slot(end, told, each):
                yield f"{told.incident.key}: {each.slot} {fault}"
        place = _room(end, told)
        if place is not None and place.archived and not {"archive", "shut"} & {each.slot for each in wanted}:
            yield f"{told.incident.key}: its channel is archived"


def _not_made(wanted: Sequence[Wanted], told: Told) -> set[str]:
    """What is only kept where it is, and is not: nothing is made of what was closed too early."""
    done = {slot for slot, effect in told.effects.items() if effect.done}
    return {each.slot for each in wanted if each.kept and each.slot not in done}


def _slot(end: End, told: Told, wanted: Wanted) -> Iterator[str]:
    effect = told.effects.get(wanted.slot)
    if effect is None or not effect.done:
        if not wanted.kept:
            yield f"is not there ({effect.error if effect else 'never tried'})"
        return
    kind = wanted.slot.partition(":")[0]
    if kind in _SHOWN:
        yield from _message(end, told, wanted, effect.external_id or "")
    elif kind in ("channel", "review"):
        yield from _channel(end.seen.places.get(effect.external_id or ""), wanted.content)
    else:
        place = _room(end, told, "review" if kind.startswith("review") else "channel")
        if place is not None:
            yield from _in(place, told, kind, wanted.content)


def _message(end: End, told: Told, wanted: Wanted, external_id: str) -> Iterator[str]:
    found = end.seen.message(external_id)
    if found is None:
        yield f"is not at {external_id}"
        return
    drawn = end.drawing.words(told, wanted.slot, wanted.content, (*wanted.needs, *wanted.knows))
    if found.said != drawn and not _shut(end.seen.places[found.channel], told.effects[wanted.slot]):
        yield f"says\n{found.said}\nand should say\n{drawn}"


def _channel(place: Place | None, content: Mapping[str, Any]) -> Iterator[str]:
    if place is None:
        yield "is not there"
        return
    if place.name not in set(candidates(content["name"])):
        yield f"is called {place.name}, and should be called {content['name']}"
    if (place.kind == "private_channel") != content["private"]:
        yield f"is a {place.kind}"


def _in(place: Place, told: Told, kind: str, content: Mapping[str, Any]) -> Iterator[str]:
    match kind:
        case "topic" if place.topic != content["topic"]:
            yield f"is {place.topic!r}, and should be {content['topic']!r}"
        case "members" | "review_members" if missing := set(content["users"]) - set(place.members):
            yield f"lacks {sorted(missing)}"
        case "pin" if not _pinned(place, told):
            yield f"is not the panel: {place.pins}"
        case "archive" if not place.archived:
            yield "is not so"


def _pinned(place: Place, told: Told) -> bool:
    panel = told.effects["panel"].external_id or ""
    return panel.partition(":")[2] in place.pins


def _room(end: End, told: Told, slot: str = "channel") -> Place | None:
    effect = told.effects.get(slot)
    return end.seen.places.get(effect.external_id or "") if effect is not None and effect.done else None


def said(end: End) -> Iterator[str]:
    """Every event that people should hear of was said, with the words that it has now, and in order."""
    for told in end.record.incidents:
        audiences: defaultdict[str, list[str]] = defaultdict(list)
        gone = _not_made(end.drawing.wanted(told), told)
        for version, item in end.drawing.lines(told):
            if gone.intersection(item.needs):
                continue
            slot = f"say:{item.audience}:{version}"
            found = end.seen.of(f"{told.id}:slack:{slot}")
            if found:
                audiences[item.audience].append(found[0].ts)
            yield from (
                f"{told.incident.key}: {slot} {fault}" for fault in _line(end, told, slot, item, found)
            )
        for audience, lines in audiences.items():
            if lines != sorted(lines):
                yield f"{told.incident.key}: to {audience} it was said in another order: {lines}"


def _line(end: End, told: Told, slot: str, item: Item, found: Sequence[Message]) -> Iterator[str]:
    effect, place = told.effects.get(slot), _room(end, told)
    version = int(slot.rpartition(":")[2])
    if not found:
        if not (_left_out(told, version, effect is not None and effect.done) or _over(end, told, version)):
            yield f"was not said ({effect.error if effect else 'never tried'})"
    elif place is not None and found[-1].channel == place.id:
        drawn = end.drawing.words(told, slot, item.content, item.needs)
        if found[-1].said != drawn and not _shut(place, effect):
            yield f"says\n{found[-1].said}\nand should say\n{drawn}"


def _shut(place: Place, effect: Effect | None) -> bool:
    """Slack changes nothing in an archive: what could not be redacted there is stopped, and listed."""
    return place.archived and effect is not None and effect.stopped


def _left_out(told: Told, version: int, done: bool) -> bool:
    """What happened while it was closed is not said; a person who cannot be written to is passed over."""
    before = fold(each.event for each in told.entries[:version])
    late = before.stage is Stage.CLOSED and isinstance(told.entries[version - 1].event, _AFTER_CLOSE)
    return late or done


def _over(end: End, told: Told, version: int) -> bool:
    """What was closed before it had a channel, and was reopened: what came before is not said."""
    place = _room(end, told)
    began = min((each.at for each in place.messages), default=0.0) if place is not None else 0.0
    closed = [each for each in told.entries[version - 1 :] if isinstance(each.event, e.Closed)]
    return any(each.recorded_at.timestamp() < began for each in closed)


def wanted_only(end: End) -> Iterator[str]:
    """Nothing of the mirror is in Slack that the record does not know of."""
    known = {str(told.id): told for told in end.record.incidents}
    for each in end.seen.marked:
        told = known.get(each.key.partition(":")[0])
        slot = each.slot
        if told is not None and slot.split(":")[0] in _SHOWN:
            effect = told.effects.get(slot)
            place = end.seen.places[each.channel]
            there = effect is not None and effect.external_id == f"{each.channel}:{each.ts}"
            if not there and not place.archived and not _repeated(end, each):
                yield f"{told.incident.key}: a {slot} too many is in #{place.name} ({each.ts})"


def _repeated(end: End, message: Message) -> bool:
    return sum(each.key == message.key for each in end.seen.marked) > 1


def repeats(end: End) -> Iterator[str]:
    """What was said twice has a reason: something befell a call between the first and the second time.

    What is said in a channel is looked for there before it is said again: only who was frozen repeats that.
    """
    by_key: defaultdict[str, list[Message]] = defaultdict(list)
    for each in end.seen.marked:
        by_key[each.key].append(each)
    failed = [call["arrived"] for call in end.seen.calls if call["fault"] or call["outcome"] != "ok"]
    upsets = [*end.journal.upsets, *failed]
    for key, messages in by_key.items():
        for first, second in pairwise(messages):
            end.repeats += 1
            direct = end.seen.places[second.channel].kind == "im"
            reasons, before = (upsets, WINDOW) if direct else (end.journal.freezes, FROZEN + WINDOW)
            if not any(first.at - before <= at <= second.at for at in reasons):
                yield f"{key} was said again after {second.at - first.at:.1f} s, for no reason"
    if end.repeats > len(upsets):
        yield f"{end.repeats} messages were said again, and there were {len(upsets)} reasons"


def one_channel(end: End) -> Iterator[str]:
    """Never two channels for one incident that are both in use."""
    used: defaultdict[str, list[str]] = defaultdict(list)
    for place in end.seen.made:
        found = re.match(r"inc-(\d+)(?:-|$)", place.name)
        if found and not place.archived and "-rca" not in place.name:
            used[found[1]].append(f"#{place.name}")
    yield from (f"INC-{number} has {names}" for number, names in used.items() if len(names) > 1)


def private(end: End) -> Iterator[str]:
    """No text of a private incident, from when it was so, was ever sent to a channel that all can enter."""
    secret: dict[str, str] = {}
    for told in end.record.incidents:
        if not told.incident.private:
            continue
        since = next((each.version for each in told.entries if isinstance(each.event, e.MadePrivate)), 1)
        for entry in told.entries[since - 1 :]:
            secret |= dict.fromkeys(_TOKEN.findall(repr(entry.event)), told.incident.key)
    for call in end.seen.calls:
        if not call["method"].startswith(_SAYING) or not _public(end, call["args"]):
            continue
        for token in set(_TOKEN.findall(json.dumps(call["args"]))) & secret.keys():
            yield f"{secret[token]} is private, and {call['method']} told #{call['args']} of {token}"


def _public(end: End, args: Mapping[str, Any]) -> bool:
    if "name" in args and "channel" not in args:
        return not args.get("is_private")
    place = end.seen.places.get(args.get("channel", ""))
    return args.get("channel") == "incidents" or (place is not None and place.kind == "public_channel")


_NEAR = 5.0
"""Seconds between what befell a process, or its database, and a call of which it could say nothing more."""
_WHO_AM_I = "auth.test"
"""What a process asks when it begins."""


def holds(end: End) -> Iterator[str]:
    """While Slack wants to hear no more of a method, nobody calls it, but who cannot know.

    That is who has only just begun, and who takes over from one that something befell before it said so.
    """
    if end.held <= _SETTLED:
        return
    told = (call for call in end.seen.calls if call["fault"] == "ratelimited before")
    for held in (call for call in told if call["method"] != _WHO_AM_I):
        begun = held["answered"] or held["arrived"]
        unsaid = any(held["arrived"] - _NEAR < at < begun + _NEAR for at in end.journal.upsets)
        until = begun + (min(end.held, LEASE.total_seconds()) if unsaid else end.held) - 1
        for call in end.seen.calls:
            same = call["method"] == held["method"] and _counted(call) == _counted(held)
            if same and begun + _SETTLED < call["arrived"] < until:
                yield f"{call['method']} was called {call['arrived'] - begun:.1f} s after Slack held it"


def _counted(call: Mapping[str, Any]) -> str:
    """Messages are counted for each channel."""
    return str(call["args"].get("channel")) if call["method"] == "chat.postMessage" else ""
