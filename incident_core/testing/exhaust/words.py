"""The commands that the walk asks, by kind, at a given time; plain: `slices` adds their proofs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from incident_core.model.timer import COMMS, STALE, follow_up_timer, role_timer

Make = Callable[[datetime], list[c.Command]]

ANN, BOB = Actor("cli", "ann"), Actor("cli", "bob")
GRID: Final = tuple(datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(hours=hours) for hours in range(4))
"""Rules only compare times, two at a time; a few times show every order, with room on either side."""

_UNKNOWN_ROLE = "scribe"


def opening(at: datetime, **given: Any) -> c.Command:
    return c.Open(actor=ANN, at=at, key="k", title="a title", **given)


def busy(at: datetime) -> tuple[c.Command, ...]:
    """An investigation with one of everything that can be named later."""
    return (
        opening(at),
        c.Assign(actor=ANN, at=at, key="k", role=TECHNICAL_LEAD, holder=ANN),
        c.AddTask(actor=ANN, at=at, key="k", text="look"),
        c.AddFollowUp(actor=ANN, at=at, key="k", text="look"),
        c.AddEvidence(actor=ANN, at=at, key="k", url="https://example.com/1"),
        c.SendUpdate(actor=ANN, at=at, key="k", text="news"),
        c.Grant(actor=ANN, at=at, key="k", who=BOB),
    )


def life(at: datetime) -> list[c.Command]:
    """The moves of the lifecycle."""
    return [kind(actor=ANN, at=at, key="k") for kind in (c.Declare, c.Resolve, c.Close, c.Reopen)]


def endings(at: datetime) -> list[c.Command]:
    """The same moves, saying more."""
    return [
        c.Declare(actor=ANN, at=at, key="k", commander=BOB),
        c.Close(actor=ANN, at=at, key="k", outcome=Outcome.FALSE_ALARM),
        c.Close(actor=ANN, at=at, key="k", duplicate_of="INC-9"),
        c.Close(actor=ANN, at=at, key="k", duplicate_of="INC-1"),
    ]


def statuses(at: datetime) -> list[c.Command]:
    return [c.SetStatus(actor=ANN, at=at, key="k", status=status) for status in Status]


def monitoring(at: datetime) -> list[c.Command]:
    return [c.SetStatus(actor=ANN, at=at, key="k", status=Status.MONITORING)]


def severities(at: datetime) -> list[c.Command]:
    return [c.SetSeverity(actor=ANN, at=at, key="k", severity=severity) for severity in Severity]


def team(at: datetime) -> list[c.Command]:
    """Both people as commander; one of them, or nobody, in a role of which only that matters: is it held?"""
    held = c.Assign(actor=ANN, at=at, key="k", role=TECHNICAL_LEAD, holder=ANN)
    return [*_on_role(COMMANDER, at), held, c.Release(actor=ANN, at=at, key="k", role=TECHNICAL_LEAD)]


def substitute(at: datetime) -> list[c.Command]:
    """The other one in that role."""
    return [c.Assign(actor=ANN, at=at, key="k", role=TECHNICAL_LEAD, holder=BOB)]


def roles(at: datetime) -> list[c.Command]:
    """Both people in every role of the policies, and in one that nobody knows."""
    return [each for role in (COMMANDER, TECHNICAL_LEAD, _UNKNOWN_ROLE) for each in _on_role(role, at)]


def _on_role(role: str, at: datetime) -> list[c.Command]:
    found: list[c.Command] = [c.Release(actor=ANN, at=at, key="k", role=role)]
    for person in (ANN, BOB):
        found.append(c.Assign(actor=ANN, at=at, key="k", role=role, holder=person))
        found.append(c.Claim(actor=person, at=at, key="k", role=role))
        found.append(c.HandOver(actor=ANN, at=at, key="k", role=role, to=person))
    return found


def relief(at: datetime) -> list[c.Command]:
    return [c.Claim(actor=BOB, at=at, key="k", role=COMMANDER)]


def review(at: datetime) -> list[c.Command]:
    return [c.FinishReview(actor=ANN, at=at, key="k")]


def access(at: datetime) -> list[c.Command]:
    kinds = (c.Grant, c.Revoke)
    return [kind(actor=ANN, at=at, key="k", who=who) for who in (ANN, BOB) for kind in kinds]


def secrecy(at: datetime) -> list[c.Command]:
    """Made private, and looked at by both of them."""
    looks = [c.Look(actor=who, at=at, key="k", how="list") for who in (ANN, BOB)]
    return [c.MakePrivate(actor=BOB, at=at, key="k"), *looks]


def strangers(at: datetime) -> list[c.Command]:
    """Sight for somebody who has none yet."""
    return [c.Grant(actor=ANN, at=at, key="k", who=Actor("cli", "cleo"))]


def tasks(at: datetime) -> list[c.Command]:
    return [
        c.AddTask(actor=ANN, at=at, key="k", text="look"),
        c.Retract(actor=ANN, at=at, key="k", entry="t1"),
        *[c.FinishTask(actor=ANN, at=at, key="k", item=item) for item in ("t1", "t9")],
        *[c.AssignTask(actor=ANN, at=at, key="k", item="t1", owner=who) for who in (ANN, BOB)],
        c.AssignTask(actor=ANN, at=at, key="k", item="t9", owner=ANN),
    ]


def follow_ups(at: datetime) -> list[c.Command]:
    return [
        c.AddFollowUp(actor=ANN, at=at, key="k", text="look"),
        c.Retract(actor=ANN, at=at, key="k", entry="f1"),
        *[c.FinishFollowUp(actor=ANN, at=at, key="k", item=item) for item in ("f1", "f9")],
        *[c.AssignFollowUp(actor=ANN, at=at, key="k", item="f1", owner=who) for who in (ANN, BOB)],
        c.AssignFollowUp(actor=ANN, at=at, key="k", item="f9", owner=ANN),
    ]


def one_follow_up(at: datetime) -> list[c.Command]:
    """A follow-up that comes, and goes either way."""
    return [
        c.AddFollowUp(actor=ANN, at=at, key="k", text="look"),
        c.Retract(actor=ANN, at=at, key="k", entry="f1"),
        c.FinishFollowUp(actor=ANN, at=at, key="k", item="f1"),
    ]


def writings(at: datetime) -> list[c.Command]:
    """Evidence and updates, written and retracted."""
    return [
        *[c.AddEvidence(actor=ANN, at=at, key="k", url=f"https://example.com/{page}") for page in (1, 2)],
        c.SendUpdate(actor=ANN, at=at, key="k", text="news"),
        *[c.Retract(actor=ANN, at=at, key="k", entry=entry) for entry in ("e1", "u1", "e9")],
    ]


def rewritten(at: datetime) -> list[c.Command]:
    """Asked but never followed: what an update says is no fact that a rule sees."""
    names = ("u1", "u9", "e1")
    return [c.CorrectUpdate(actor=ANN, at=at, key="k", update=name, text="newer") for name in names]


def redactions(at: datetime) -> list[c.Command]:
    """Asked but never followed: what a text says is no fact that a rule sees."""
    names = ("title", "u1", "e1", "t9", "1", "999")
    return [c.Redact(actor=ANN, at=at, key="k", entry=name, texts=((1, "title"),)) for name in names]


def timers(at: datetime) -> list[c.Command]:
    """A timer of the incident and one of a follow-up: snoozed until either of two times, and stopped."""
    names = (COMMS, follow_up_timer("f1"))
    return [each for name in names for each in _on_timer(name, at)]


def other_timers(at: datetime) -> list[c.Command]:
    """Each of the other kinds, and some that are not there."""
    roles = (role_timer(role) for role in (COMMANDER, TECHNICAL_LEAD, _UNKNOWN_ROLE))
    names = (STALE, *roles, follow_up_timer("f9"), "lunch")
    return [each for name in names for each in _on_timer(name, at)]


def _on_timer(name: str, at: datetime) -> list[c.Command]:
    later = [each for each in GRID if each > at][-2:]
    snoozes = [c.SnoozeTimer(actor=ANN, at=at, key="k", timer=name, until=until) for until in later]
    return [*snoozes, c.StopTimer(actor=ANN, at=at, key="k", timer=name)]


def title(at: datetime) -> list[c.Command]:
    """Asked but never followed: a title is no fact that a rule sees."""
    return [c.CorrectTitle(actor=ANN, at=at, key="k", title="another title")]


def corrections(*which: Milestone) -> Make:
    """Each of these milestones corrected to the very time at which that is said."""
    return lambda at: [
        c.CorrectMilestone(actor=ANN, at=at, key="k", milestone=each, when=at) for each in which
    ]


response = corrections(
    Milestone.OPENED, Milestone.DECLARED, Milestone.ACKNOWLEDGED, Milestone.MITIGATED, Milestone.RESOLVED
)
impact = corrections(Milestone.IMPACT_STARTED, Milestone.DETECTED, Milestone.RESOLVED)


def everything(at: datetime) -> list[c.Command]:
    """Every move there is, with every target."""
    every = (
        life, endings, statuses, severities, roles, review, access, tasks, follow_ups, timers, other_timers,
        writings, rewritten, redactions, title, response, impact, secrecy,
    )  # fmt: skip
    return [each for make in every for each in make(at)]
