"""The verbs that collect: evidence, updates, tasks and follow-ups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from adapters.slack.bot import follow_ups
from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import give
from adapters.slack.bot.parse import as_typed, leading, link_of, word, words
from adapters.slack.bot.verbs.page import E, evidence_line, newest, task_line, update_line
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.parts import Bold, Line
from adapters.slack.words import Words
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.model.times import Due

_SHOWN = 20


def _evidence(asked: Asked) -> Answer:
    if not asked.rest:
        return _listed(asked, "evidence", evidence_line, asked.incident().evidence)
    url, note = word(asked.rest)
    return give(asked, c.AddEvidence, url=link_of(url), note=as_typed(note, asked.desk.directory))


def _update(asked: Asked) -> Answer:
    if not asked.rest:
        return _listed(asked, "updates", update_line, asked.incident().updates)
    return give(asked, c.SendUpdate, text=as_typed(asked.rest, asked.desk.directory))


def _listed(asked: Asked, name: str, line: Callable[[Words, E], Line], entries: Sequence[E]) -> Answer:
    """The entries below the key; where there are none, how to add one."""
    lines: list[Line] = list(newest(asked, name, line, entries, _SHOWN))
    if lines:
        return Answer([(Bold(asked.needed()),), *lines])
    return say(asked.desk.words.line(f"status.no_{name}", key=asked.needed(), command=asked.program))


def _items(
    word_: str, adds: type[c.Command], assigns: type[c.Command], finishes: type[c.Command]
) -> Callable[[Asked], Answer]:
    """The one verb for tasks, and again for follow-ups."""

    def act(asked: Asked) -> Answer:
        sub, rest = word(asked.rest)
        sub = sub.lower()
        if sub in ("", "list"):
            incident = asked.incident()
            if word_ == "task":
                return _listed(asked, "tasks", task_line, incident.tasks)
            listed = _listed(asked, "follow_ups", task_line, incident.follow_ups)
            return replace(listed, below=follow_ups.pressed(asked.desk.words, incident))
        if sub == "add":
            return _add(asked, rest, adds)
        if sub == "assign":
            return _assign(asked, rest, assigns, word_)
        if sub == "done":
            return _done(asked, rest, finishes, word_)
        raise Invalid(word_, f"{sub[:80]} is not something to do with a {word_}: add, assign, done or list.")

    return act


def _add(asked: Asked, rest: str, kind: type[c.Command]) -> Answer:
    given = leading(rest, words=("owner", "due"))
    owner = given.given.get("owner")
    return give(
        asked,
        kind,
        text=as_typed(given.rest, asked.desk.directory),
        owner=None if owner is None else asked.person(owner),
        due=_due(asked, given.given.get("due")),
    )


def _due(asked: Asked, day: str | None) -> Due | None:
    if day is None:
        return None
    try:
        return Due(date.fromisoformat(day), asked.desk.timezone)
    except ValueError:
        raise Invalid("due", f"{day[:80]} is not a day: write it like 2026-12-01.") from None


def _assign(asked: Asked, rest: str, kind: type[c.Command], noun: str) -> Answer:
    found = words(rest)
    if len(found) != 2:
        raise Invalid(noun, f"Say which {noun} and who: {asked.program} {noun} assign {noun[0]}1 @ann.")
    return give(asked, kind, item=found[0].lower(), owner=asked.person(found[1]))


def _done(asked: Asked, rest: str, kind: type[c.Command], noun: str) -> Answer:
    found = words(rest)
    if len(found) != 1:
        raise Invalid(noun, f"Say which {noun}: {asked.program} {noun} done {noun[0]}1.")
    return give(asked, kind, item=found[0].lower())


def _every(asked: Asked) -> Answer:
    """The follow-ups of all incidents: with words for whose, and which."""
    wanted = {each.lower().lstrip("-—") for each in words(asked.rest)}
    if wanted - {"mine", "overdue"}:
        raise Invalid(
            "followups",
            f"This shows what is open: {asked.program} followups, with mine or overdue behind it or both.",
        )
    return follow_ups.every(asked, mine="mine" in wanted, overdue="overdue" in wanted)


VERBS: Sequence[Verb] = (
    Verb("evidence", _evidence),
    Verb("update", _update),
    Verb("task", _items("task", c.AddTask, c.AssignTask, c.FinishTask)),
    Verb(
        "followup",
        _items("followup", c.AddFollowUp, c.AssignFollowUp, c.FinishFollowUp),
        aliases=("follow-up",),
    ),
    Verb("followups", _every, aliases=("follow-ups",), keyless=True),
)
