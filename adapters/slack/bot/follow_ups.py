"""Follow-ups that are open: of all incidents as lines, and of one with what can be pressed."""

from __future__ import annotations

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.payload import carried
from adapters.slack.bot.shown import marks, text
from adapters.slack.drawing.elements import actions, button
from adapters.slack.drawing.elements import words as label
from adapters.slack.parts import Block, Line, Room
from adapters.slack.words import Words
from incident_core.model.incident import Incident
from incident_core.ports.reader import FollowUp

MOST = 20
"""Of all incidents, lines that are shown."""
PRESSED = 6
"""Of one incident, those that have something to press; the newest."""


def every(asked: Asked, *, mine: bool, overdue: bool) -> Answer:
    """Those of all incidents, what is due first before the others; `mine`: whoever asks is to do them."""
    desk, words = asked.desk, asked.desk.words
    owner, over_at = asked.actor if mine else None, asked.now if overdue else None
    found = desk.reader.follow_ups(desk.workspace, asked.actor, MOST + 1, owner, over_at)
    if not found:
        return say(words.line("followups.none", mine=mine, overdue=overdue, command=asked.program))
    rooms = asked.rooms(*dict.fromkeys(each.key for each in found[:MOST]))
    lines = [_line(asked, each, rooms.get(each.key)) for each in found[:MOST]]
    more = [words.line("followups.more", command=asked.program)] if len(found) > MOST else []
    return Answer([words.line("followups.head", mine=mine, overdue=overdue), *lines, *more])


def _line(asked: Asked, each: FollowUp, room: str | None) -> Line:
    return asked.desk.words.line(
        "followups.follow_up",
        key=each.key,
        marks=[f" {mark}" for mark in marks(asked.desk.words, each)],
        item=each.item,
        text=text(each.text, 150),
        owner=each.owner,
        due=each.due,
        overdue=each.due is not None and each.due.over_at <= asked.now,
        room=None if room is None else Room(room),
    )


def pressed(words: Words, incident: Incident) -> tuple[Block, ...]:
    """For each of the newest that are open: that it is done, and who does it."""
    there = [each for each in incident.follow_ups if each.done_at is None and not each.retracted]
    return tuple(_row(words, incident.key, each.id) for each in there[-PRESSED:])


def _row(words: Words, key: str, item: str) -> Block:
    hint = label(words.text("followups.assign_placeholder", item=item))
    chosen: Block = {"type": "users_select", "action_id": "followup:assign", "placeholder": hint}
    return actions([done(words, key, item), chosen], f"followup|{key}|{item}")


def done(words: Words, key: str, item: str, name: str = "followups.done_button") -> Block:
    """The button that says that it is done."""
    return button("followup:done", words.text(name, key=key, item=item), carried(key=key, item=item))
