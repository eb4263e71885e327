"""The rules of the lifecycle, declared once as data: three regions of rows, and the verbs outside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from incident_core.guards import rules
from incident_core.guards.guard import Guard
from incident_core.guards.question import Question
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status

UNOPENED = "unopened"
"""The state before the first event."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Which of several rows with one move and source applies; None does not ask."""

    declared: bool | None = None
    target: str | None = None

    def matches(self, declared: bool, target: str | None) -> bool:
        return self.declared in (None, declared) and self.target in (None, target)

    def __call__(self, question: Question) -> bool:
        declared = self.declared is not None and question.incident.declared_at is not None
        return self.matches(declared, question.ask.target)


ALWAYS = Selector()


@dataclass(frozen=True, slots=True)
class Row:
    """`move` leads from `source` to `dest` when every guard says yes."""

    move: Move
    source: str
    dest: str
    guards: tuple[Guard, ...] = ()
    when: Selector = ALWAYS


@dataclass(frozen=True, slots=True)
class Region:
    """One machine: its states, where it starts, how to read its state, and its rows.

    `home` are the stages in which it lives; elsewhere its moves are in the wrong stage.
    """

    name: str
    states: tuple[str, ...]
    initial: str
    state_of: Callable[[Incident], str | None]
    rows: tuple[Row, ...]
    home: frozenset[Stage] = frozenset(Stage)


@dataclass(frozen=True, slots=True)
class Verb:
    """A move outside the machines, allowed when every guard says yes."""

    move: Move
    guards: tuple[Guard, ...]


_STAGE = (rules.AFTER_STAGE_BEGAN,)

LIFECYCLE = Region(
    name="lifecycle",
    states=(UNOPENED, *(stage.value for stage in Stage)),
    initial=UNOPENED,
    state_of=lambda incident: incident.stage,
    rows=(
        Row(Move.OPEN, UNOPENED, Stage.INVESTIGATION),
        Row(Move.DECLARE, Stage.INVESTIGATION, Stage.INCIDENT, _STAGE),
        Row(Move.RESOLVE, Stage.INCIDENT, Stage.RESOLVED, (*_STAGE, rules.IN_ORDER, rules.REQUIRED_ROLES)),
        Row(Move.CLOSE, Stage.INVESTIGATION, Stage.CLOSED, (*_STAGE, rules.NOT_ITS_OWN_DUPLICATE)),
        Row(
            Move.CLOSE,
            Stage.RESOLVED,
            Stage.CLOSED,
            (*_STAGE, rules.NOT_ITS_OWN_DUPLICATE, rules.REVIEW_HELD),
        ),
        Row(Move.REOPEN, Stage.RESOLVED, Stage.INCIDENT, (*_STAGE, rules.REASON_GIVEN)),
        Row(
            Move.REOPEN, Stage.CLOSED, Stage.INCIDENT, (*_STAGE, rules.REASON_GIVEN), Selector(declared=True)
        ),
        Row(
            Move.REOPEN,
            Stage.CLOSED,
            Stage.INVESTIGATION,
            (*_STAGE, rules.REASON_GIVEN),
            Selector(declared=False),
        ),
    ),
)

STATUS = Region(
    name="status",
    states=tuple(status.value for status in Status),
    initial=Status.INVESTIGATING,
    state_of=lambda incident: incident.status,
    rows=tuple(
        Row(Move.STATUS, source, dest, _STAGE, Selector(target=dest))
        for source in Status
        for dest in Status
        if source is not dest
    ),
    home=frozenset({Stage.INCIDENT}),
)

_RAISE = (rules.NOT_CLOSED, rules.AFTER_OPENING)
_LOWER = (*_RAISE, rules.REASON_GIVEN)

SEVERITY = Region(
    name="severity",
    states=tuple(severity.value for severity in Severity),
    initial=Severity.SEV4,
    state_of=lambda incident: incident.severity,
    rows=tuple(
        Row(
            Move.SEVERITY,
            source,
            dest,
            _RAISE if dest.outranks(source) else _LOWER,
            Selector(target=dest),
        )
        for source in Severity
        for dest in Severity
        if source is not dest
    ),
)

REGIONS = (LIFECYCLE, STATUS, SEVERITY)

_OPEN = (rules.NOT_CLOSED, rules.AFTER_OPENING)
_ROLE = (*_OPEN, rules.ROLE_KNOWN)
_ITEM = (*_OPEN, rules.ENTRY_KNOWN)
_LEFT = (rules.AFTER_OPENING, rules.ENTRY_KNOWN)
_TIMER = (*_OPEN, rules.TIMER_KNOWN)

VERBS = (
    Verb(Move.ASSIGN, _ROLE),
    Verb(Move.CLAIM, _ROLE),
    Verb(Move.RELEASE, (*_ROLE, rules.COMMANDER_STAYS)),
    Verb(Move.HANDOVER, (*_ROLE, rules.ROLE_HELD, rules.OTHER_HOLDER)),
    Verb(Move.EVIDENCE, _OPEN),
    Verb(Move.UPDATE, _OPEN),
    Verb(Move.TASK_ADD, _OPEN),
    Verb(Move.TASK_ASSIGN, _ITEM),
    Verb(Move.TASK_DONE, _ITEM),
    Verb(Move.FOLLOWUP_ADD, _OPEN),
    Verb(Move.FOLLOWUP_ASSIGN, _LEFT),
    Verb(Move.FOLLOWUP_DONE, _LEFT),
    Verb(Move.REVIEW, _OPEN),
    Verb(Move.SNOOZE, _TIMER),
    Verb(Move.STOP, _TIMER),
    Verb(Move.CORRECT, _ITEM),
    Verb(Move.TITLE, _OPEN),
    Verb(Move.TIMES, (rules.NOT_CLOSED, rules.MILESTONE_REACHED, rules.IN_ORDER)),
    Verb(Move.RETRACT, (*_ITEM, rules.REASON_GIVEN)),
    Verb(Move.REDACT, (rules.AFTER_OPENING, rules.TEXT_KNOWN, rules.REASON_GIVEN)),
    Verb(Move.GRANT, _OPEN),
    Verb(Move.REVOKE, (*_OPEN, rules.HOLDS_NO_ROLE, rules.SOMEBODY_SEES)),
    Verb(Move.PRIVATE, _OPEN),
    Verb(Move.LOOK, ()),
)

ALWAYS_ASKED = (rules.PERMITTED,)
"""What is asked before anything else, whatever the move."""


WAYS: dict[tuple[Move, Stage], Move] = {
    (Move.DECLARE, Stage.RESOLVED): Move.REOPEN,
    (Move.DECLARE, Stage.CLOSED): Move.REOPEN,
    (Move.RESOLVE, Stage.INVESTIGATION): Move.DECLARE,
    (Move.RESOLVE, Stage.CLOSED): Move.REOPEN,
    (Move.CLOSE, Stage.INCIDENT): Move.RESOLVE,
    (Move.STATUS, Stage.INVESTIGATION): Move.DECLARE,
    (Move.STATUS, Stage.RESOLVED): Move.REOPEN,
    (Move.STATUS, Stage.CLOSED): Move.REOPEN,
}
"""The next step towards a move from a stage that has no row for it."""
