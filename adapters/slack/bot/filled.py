"""A form that came back: what was filled in, read without trust; and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from adapters.slack.bot import faults
from adapters.slack.bot.again import anew, passed
from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import performed, told
from adapters.slack.bot.parse import key_of
from adapters.slack.bot.payload import Payload, fields
from adapters.slack.bot.people import USER
from adapters.slack.bot.refusal import refused
from incident_core.commands import Command
from incident_core.errors import Invalid
from incident_core.ports.log import Result


class NotDone(Exception):
    """Nothing was changed: the answer says why; `field`: beside which field, None for whichever is first."""

    def __init__(self, answer: Answer, field: str | None = None) -> None:
        super().__init__()
        self.answer, self.field = answer, field


class Filled:
    """The values of a form by the names of its fields."""

    def __init__(self, payload: Payload) -> None:
        self._payload = payload

    @cached_property
    def about(self) -> Mapping[str, Any]:
        """What the form carried."""
        return fields(self._payload.text("view", "private_metadata"))

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of its fields, in the order in which they are shown."""
        blocks = self._payload.find("view", "blocks")
        shown = [each for each in blocks if isinstance(each, Mapping)] if isinstance(blocks, list) else []
        names = (each.get("block_id") for each in shown if each.get("type") == "input")
        return tuple(name for name in names if isinstance(name, str))

    def text(self, name: str) -> str:
        """What was typed; empty for nothing."""
        return self._payload.text(*self._at(name), "value")

    def option(self, name: str) -> str:
        """What was chosen; empty for nothing."""
        return self._payload.text(*self._at(name), "selected_option", "value")

    def options(self, name: str) -> frozenset[str]:
        """All that was chosen."""
        found = self._payload.find(*self._at(name), "selected_options")
        chosen = found if isinstance(found, list) else []
        return frozenset(Payload(each).text("value") for each in chosen if isinstance(each, Mapping))

    def moment(self, name: str) -> datetime | None:
        """The time that was chosen (UTC); raises Invalid for one that no calendar has."""
        found = self._payload.find(*self._at(name), "selected_date_time")
        if not isinstance(found, int):
            return None
        try:
            return datetime.fromtimestamp(found, UTC)
        except (ValueError, OverflowError, OSError):
            raise Invalid(name, "This is not a time that a calendar has.") from None

    def day(self, name: str) -> date | None:
        """The day that was chosen; raises Invalid for one that no calendar has."""
        found = self._payload.text(*self._at(name), "selected_date")
        try:
            return date.fromisoformat(found) if found else None
        except ValueError:
            raise Invalid(name, "This is not a day that a calendar has.") from None

    def person(self, name: str) -> str:
        """The id of whoever was chosen; empty for nobody. Raises Invalid for what is none."""
        found = self._payload.text(*self._at(name), "selected_user")
        if found and not USER.fullmatch(found):
            raise Invalid(name, faults.UNREADABLE)
        return found

    def _at(self, name: str) -> tuple[str, ...]:
        return ("view", "state", "values", name, name)


def about(asked: Asked, form: Filled, key: str | None = None) -> Asked:
    """The same about an incident: `key`, or else the one of the form, in the stage in which it was shown.

    Raises NotDone where that has passed, and Invalid, NotFound.
    """
    named, _ = key_of(key or str(form.about.get("key")))
    asked, answered = anew(asked.of(named, ""))
    incident = asked.incident()
    if not answered and key is None and form.about.get("visit") != len(incident.stages):
        raise NotDone(passed(asked.desk.words, incident, "form"))
    return asked


def gives(asked: Asked, kind: Callable[..., Command], *, beside: str | None = None, **values: Any) -> Answer:
    """The answer to a command; raises NotDone where a rule stands against it, and what `give` raises."""
    command, given = performed(asked, asked.needed(), kind, **values)
    if given.result is Result.REFUSED:
        answer = refused(asked.desk.words, given.key, given.reasons, asked.program, typed=False)
        raise NotDone(answer, beside)
    return told(asked, command, given)
