"""The forms that people fill in: how they look, and what is done when they come back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from adapters.slack.bot import faults
from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked, Bot
from adapters.slack.bot.give import give
from adapters.slack.bot.parse import key_of
from adapters.slack.bot.payload import Payload, carried, command_key, fields
from adapters.slack.escape import fitted
from adapters.slack.parts import Block
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.ports.reader import Summary

REOPEN, EVIDENCE = "reopen", "evidence"
INCIDENT = "incident"
"""The action_id of the select that searches over incidents."""
_LONGEST = 3_000
_OPTION, _ERROR = 75, 300


def reopening(key: str, visit: int) -> dict[str, Any]:
    """A form that asks why."""
    return _modal(
        REOPEN,
        f"Reopen {key}",
        "Reopen",
        carried(key=key, visit=visit),
        [_text("reason", "Why was it not over?", optional=False)],
    )


def collecting(url: str, here: Summary | None) -> dict[str, Any]:
    """A form that asks for which incident a message is evidence; `here` is the one of its channel."""
    select: Block = {
        "type": "external_select",
        "action_id": INCIDENT,
        "min_query_length": 0,
        "placeholder": {"type": "plain_text", "text": "A key, or words of the title"},
    }
    if here is not None:
        select["initial_option"] = option(here)
    which = {
        "type": "input",
        "block_id": INCIDENT,
        "label": {"type": "plain_text", "text": "Incident"},
        "element": select,
    }
    note = _text("note", "What does it show?", optional=True)
    return _modal(EVIDENCE, "Collect Evidence", "Add", carried(url=url), [which, note])


def option(summary: Summary) -> Block:
    """An incident as something to choose."""
    title = " ".join((summary.title or "[redacted]").split())
    said = fitted(f"{summary.key} {summary.severity} {title}", _OPTION)
    return {"text": {"type": "plain_text", "text": said, "emoji": False}, "value": summary.key}


def _modal(callback: str, title: str, submit: str, metadata: str, blocks: list[Block]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": {"type": "plain_text", "text": fitted(title, 24)},
        "submit": {"type": "plain_text", "text": submit},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": metadata,
        "blocks": blocks,
    }


def _text(name: str, label: str, *, optional: bool) -> Block:
    element = {"type": "plain_text_input", "action_id": name, "multiline": True, "max_length": _LONGEST}
    shape: Block = {"type": "input", "block_id": name, "label": {"type": "plain_text", "text": label}}
    return {**shape, "element": element, "optional": optional}


def submitted(bot: Bot, payload: Payload) -> dict[str, Any]:
    """What the acknowledgement of a form says; never raises."""
    act = _FORMS.get(payload.text("view", "callback_id"))
    title = payload.text("view", "title", "text") or "Incidents"
    try:
        if act is None:
            return _shown(say("This form is not known here any more; nothing was done."), title)
        return _shown(act(_asked(bot, payload), payload), title)
    except Invalid as fault:
        return _beside(payload, fault) or _shown(say(str(fault)), title)
    except Exception as fault:  # noqa: BLE001 - the edge of the process: whatever it is, a person gets a sentence
        return _shown(faults.explained(fault, faults.SUBMIT_AGAIN), title)


def _shown(answer: Answer, title: str) -> dict[str, Any]:
    return {"response_action": "update", "view": answer.view(title)}


def _beside(payload: Payload, fault: Invalid) -> dict[str, Any] | None:
    """The sentence beside the field that it is about; None where the form has no such field."""
    blocks = payload.find("view", "blocks")
    there = (
        {each.get("block_id") for each in blocks if isinstance(each, Mapping)}
        if isinstance(blocks, list)
        else set()
    )
    field = _BESIDE.get(fault.field, fault.field)
    if field not in there:
        return None
    return {"response_action": "errors", "errors": {field: fitted(fault.sentence, _ERROR)}}


_BESIDE = {"key": INCIDENT, "link": INCIDENT}


def _asked(bot: Bot, payload: Payload) -> Asked:
    values = json.dumps(payload.find("view", "state", "values"), sort_keys=True, default=str)
    view = payload.text("view", "id")
    if not view:
        raise Invalid("view", faults.UNREADABLE)
    digest = hashlib.sha256(values.encode(errors="replace")).hexdigest()[:32]
    return Asked(
        bot=bot,
        user=payload.user,
        channel="",
        program=bot.desk.program,
        command_key=command_key(view, digest),
        now=bot.desk.clock.now(),
    )


def _reopen(asked: Asked, payload: Payload) -> Answer:
    key, _ = key_of(str(fields(payload.text("view", "private_metadata")).get("key")))
    reason = payload.text("view", "state", "values", "reason", "reason", "value")
    if not reason.strip():
        raise Invalid("reason", "Reopening needs a reason.")
    return give(asked.of(key, ""), c.Reopen, reason=reason)


def _evidence(asked: Asked, payload: Payload) -> Answer:
    values = ("view", "state", "values")
    key, _ = key_of(payload.text(*values, INCIDENT, INCIDENT, "selected_option", "value"))
    if key is None:
        raise Invalid("key", "Choose an incident.")
    url = str(fields(payload.text("view", "private_metadata")).get("url") or "")
    note = payload.text(*values, "note", "note", "value")
    return give(asked.of(key, ""), c.AddEvidence, url=url, note=note)


_FORMS: dict[str, Callable[[Asked, Payload], Answer]] = {REOPEN: _reopen, EVIDENCE: _evidence}
