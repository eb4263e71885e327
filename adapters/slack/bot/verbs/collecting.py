"""The verbs that collect: evidence, updates, tasks and follow-ups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.give import give
from adapters.slack.bot.parse import as_typed, leading, link_of, word, words
from adapters.slack.bot.verbs.page import evidence_line, newest, task_line, update_line
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.parts import Bold, Line
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.model.times import Due

_SHOWN = 20


def _evidence(asked: Asked) -> Answer:
    if not asked.rest:
        incident = asked.incident()
        return _listed(
            asked,
            "Evidence",
            list(newest(asked, "Evidence", evidence_line, incident.evidence, _SHOWN)),
            "evidence https://… what it shows",
        )
    url, note = word(asked.rest)
    return give(asked, c.AddEvidence, url=link_of(url), note=as_typed(note, asked.desk.directory))


def _update(asked: Asked) -> Answer:
    if not asked.rest:
        incident = asked.incident()
        return _listed(
            asked,
            "Updates",
            list(newest(asked, "Updates", update_line, incident.updates, _SHOWN)),
            "update What people outside should know",
        )
    return give(asked, c.SendUpdate, text=as_typed(asked.rest, asked.desk.directory))


def _listed(asked: Asked, name: str, lines: list[Line], how: str) -> Answer:
    """The lines below the key; where there are none, how to add one."""
    key = asked.needed()
    if lines:
        return Answer([(Bold(key),), *lines])
    return say((Bold(key), f" has none yet. {name}: {asked.program} {how}"))


def _items(
    noun: str, word_: str, adds: type[c.Command], assigns: type[c.Command], finishes: type[c.Command]
) -> Callable[[Asked], Answer]:
    """The one verb for tasks, and again for follow-ups."""

    def act(asked: Asked) -> Answer:
        sub, rest = word(asked.rest)
        sub = sub.lower()
        if sub in ("", "list"):
            incident = asked.incident()
            entries = incident.tasks if word_ == "task" else incident.follow_ups
            return _listed(
                asked,
                noun,
                list(newest(asked, noun, task_line, entries, _SHOWN)),
                f"{word_} add What is to be done",
            )
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


VERBS: Sequence[Verb] = (
    Verb(
        "evidence",
        _evidence,
        "evidence [KEY] [LINK [NOTE]]",
        "Show what was collected, or add a link. On a message: the shortcut Collect Evidence.",
        "evidence https://grafana.example/d/42 the queue grows",
    ),
    Verb(
        "update",
        _update,
        "update [KEY] [TEXT]",
        "Show what was sent, or send news to those outside the response.",
        "update Checkout works again; we are watching it.",
    ),
    Verb(
        "task",
        _items("Tasks", "task", c.AddTask, c.AssignTask, c.FinishTask),
        "task [KEY] [list | add [--owner @who] TEXT | assign ID @who | done ID]",
        "What is to be done now.",
        "task add --owner @ben Fail over to the second region",
    ),
    Verb(
        "followup",
        _items("Follow-ups", "followup", c.AddFollowUp, c.AssignFollowUp, c.FinishFollowUp),
        "followup [KEY] [list | add [--owner @who] [--due DATE] TEXT | assign ID @who | done ID]",
        "What is to be done afterwards.",
        "followup add --due 2026-12-01 Alert on the length of the queue",
        aliases=("follow-up",),
    ),
)
