"""Forms that come back: what was done is shown in their place; until then they stay open as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from adapters.slack.bot import faults, forms_followup, forms_moves, forms_news
from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked, Bot
from adapters.slack.bot.filled import Filled, NotDone
from adapters.slack.bot.parse import as_typed
from adapters.slack.bot.payload import Payload, command_key
from adapters.slack.escape import fitted
from adapters.slack.parts import plain
from adapters.slack.words import Words
from incident_core.errors import Invalid

_ERROR = 300
"""Characters beside a field."""


def submitted(bot: Bot, payload: Payload) -> dict[str, Any]:
    """What the acknowledgement of a form says; never raises."""
    act = FORMS.get(payload.text("view", "callback_id"))
    words = bot.desk.words
    title = payload.text("view", "title", "text") or words.text("answers.window")
    form = Filled(payload)
    if act is None:
        return _shown(words, say(words.line("answers.form_unknown")), title)
    try:
        return _shown(words, act(_asked(bot, payload), form), title)
    except NotDone as no:
        return _held(bot, form, no.answer, no.field) or _shown(words, no.answer, title)
    except Exception as fault:  # noqa: BLE001 - the edge of the process: whatever it is, a person gets a sentence
        answer = faults.explained(fault, faults.SUBMIT_AGAIN)
        field = fault.field if isinstance(fault, Invalid) else None
        return _held(bot, form, answer, field) or _shown(words, answer, title)


def _shown(words: Words, answer: Answer, title: str) -> dict[str, Any]:
    return {"response_action": "update", "view": answer.view(words, title)}


def _held(bot: Bot, form: Filled, answer: Answer, field: str | None) -> dict[str, Any] | None:
    """The sentences beside the field that they are about, or the first; None where the form has no field."""
    field = None if field is None else field.replace(" ", "_")
    name = _BESIDE.get(field or "", field)
    if not form.inputs:
        return None
    said = as_typed(plain(*answer.lines), bot.desk.directory)
    beside = name if name in form.inputs else form.inputs[0]
    return {"response_action": "errors", "errors": {beside: fitted(" ".join(said.split()), _ERROR)}}


_BESIDE = {
    "key": forms_news.INCIDENT,
    "link": forms_news.INCIDENT,
    "duplicate_of": "other",
    "override_reason": "override",
    "update": "text",
    "component": "components",
    "next_update": "next_due",
}
"""The field of a form that a value belongs to, where it has another name."""


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
        trigger=payload.trigger,
    )


FORMS: dict[str, Callable[[Asked, Filled], Answer]] = {
    forms_moves.RESOLVE: forms_moves.resolved,
    forms_moves.CLOSE: forms_moves.closed,
    forms_moves.REOPEN: forms_moves.reopened,
    forms_moves.LOWER: forms_moves.lowered,
    forms_news.START: forms_news.started,
    forms_news.UPDATE: forms_news.updated,
    forms_news.CORRECT: forms_news.corrected,
    forms_news.EVIDENCE: forms_news.collected,
    forms_followup.FOLLOWUP: forms_followup.added,
}
"""What each form does when it comes back."""
