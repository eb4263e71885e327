"""One made-up incident: the commands that plausible people would give, one after the other."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import log
from random import Random
from typing import Any, TypeVar

from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.model.role import COMMANDER
from incident_core.model.severity import Severity
from incident_core.model.status import Status
from incident_core.usecases.generating import words

T = TypeVar("T")

_CASUAL = (Severity.SEV4,) * 7 + (Severity.SEV3,) * 3
_GRAVE = (Severity.SEV4,) * 4 + (Severity.SEV3,) * 8 + (Severity.SEV2,) * 6 + (Severity.SEV1,) * 2
_MOST = timedelta(days=20)


class Story:
    """Its commands in order of time; `key` is that of the first, `originals` what it may duplicate."""

    def __init__(
        self, rng: Random, key: str, at: datetime, policy: Policy, originals: Sequence[str] = ()
    ) -> None:
        self._rng = rng
        self._key = key
        self._at = at
        self._policy = policy
        self._originals = originals
        self._given = 0
        self._tasks = 0
        self._service = self._one(words.SERVICES)
        self._opener = self._person()
        self._lead = self._person()

    def commands(self) -> Iterator[c.Command]:
        """All of them, to the end; each is later than the one before, or at the same time."""
        declared = self._chance(0.4)
        self._severity = self._one(_GRAVE if declared else _CASUAL)
        yield self._open()
        yield from self._evidence(0.9)
        if declared:
            yield from self._declare()
            yield from self._respond()
            yield from self._resolve()
            if self._chance(0.05):
                yield from self._again()
        yield from self._close(declared)

    def _open(self) -> c.Command:
        return self._give(
            c.Open,
            self._opener,
            title=f"{self._service[0].upper()}{self._service[1:]} {self._one(words.SYMPTOMS)}",
            severity=self._severity,
            private=self._chance(0.02),
            drill=self._chance(0.02),
        )

    def _evidence(self, share: float) -> Iterator[c.Command]:
        while self._chance(share):
            self._wait(4)
            url = f"https://dashboards.example.com/d/{self._rng.getrandbits(40):010x}"
            note = self._one(words.NOTES) if self._chance(0.5) else None
            yield self._give(c.AddEvidence, self._opener, url=url, note=note)
            share *= 0.5

    def _declare(self) -> Iterator[c.Command]:
        opened = self._at
        self._wait(9)
        if self._chance(0.7):
            yield self._give(c.Declare, self._opener, commander=self._lead)
        else:
            yield self._give(c.Declare, self._lead)
        yield from self._correct(opened)
        for role in self._policy.roles:
            if role != COMMANDER and (role in self._policy.required_roles or self._chance(0.3)):
                self._wait(2)
                yield self._give(c.Assign, self._lead, role=role, holder=self._person())

    def _correct(self, opened: datetime) -> Iterator[c.Command]:
        """When it really began, and when somebody noticed."""
        if not self._chance(0.35):
            return
        started = opened - self._length(12)
        times = {
            Milestone.IMPACT_STARTED: started,
            Milestone.DETECTED: min(opened, started + self._length(5)),
        }
        for milestone, when in times.items():
            yield self._give(c.CorrectMilestone, self._lead, milestone=milestone, when=when)

    def _respond(self) -> Iterator[c.Command]:
        yield from self._tasks_begin()
        yield from self._update()
        if self._chance(0.35):
            yield from self._reassess()
        if self._chance(0.7):
            self._wait(15)
            yield self._give(c.SetStatus, self._lead, status=Status.IDENTIFIED)
            yield from self._evidence(0.4)
        if self._chance(0.75):
            self._wait(25)
            yield self._give(c.SetStatus, self._lead, status=Status.MONITORING)
            yield from self._update()
        yield from self._tasks_end()

    def _reassess(self) -> Iterator[c.Command]:
        other = self._one(_GRAVE)
        if other is not self._severity:
            self._wait(6)
            reason = words.CALMED if self._severity.outranks(other) else None
            yield self._give(c.SetSeverity, self._lead, severity=other, reason=reason)
            self._severity = other

    def _update(self) -> Iterator[c.Command]:
        while self._chance(0.55):
            self._wait(8)
            text = self._one(words.NEWS).format(cause=self._one(words.CAUSES))
            due = self._at + timedelta(minutes=30) if self._chance(0.4) else None
            yield self._give(
                c.SendUpdate,
                self._lead,
                text=text,
                impact=self._one(words.IMPACTS) if self._chance(0.4) else None,
                components=(self._service,) if self._chance(0.4) else (),
                next_due=due,
            )

    def _tasks_begin(self) -> Iterator[c.Command]:
        while self._chance(0.5) and self._tasks < 5:
            self._wait(3)
            self._tasks += 1
            yield self._give(c.AddTask, self._lead, text=self._one(words.TASKS), owner=self._person())

    def _tasks_end(self) -> Iterator[c.Command]:
        for number in range(1, self._tasks + 1):
            if self._chance(0.7):
                self._wait(5)
                yield self._give(c.FinishTask, self._person(), item=f"t{number}")

    def _resolve(self) -> Iterator[c.Command]:
        self._wait(30)
        yield self._give(c.Resolve, self._lead)
        if self._chance(0.3):
            self._wait(60)
            yield self._give(c.AddFollowUp, self._lead, text=self._one(words.FOLLOW_UPS))

    def _again(self) -> Iterator[c.Command]:
        self._wait(240)
        yield self._give(c.Reopen, self._lead, reason=self._one(words.REASONS))
        yield from self._update()
        self._wait(60)
        yield self._give(c.Resolve, self._lead)

    def _close(self, declared: bool) -> Iterator[c.Command]:
        self._wait(1500 if declared else 90)
        if declared and self._policy.review_to_close:
            yield self._give(c.FinishReview, self._lead)
        outcome, original = self._outcome(declared), None
        if outcome is Outcome.DUPLICATE:
            original = self._one(self._originals)
        yield self._give(
            c.Close, self._lead if declared else self._opener, outcome=outcome, duplicate_of=original
        )

    def _outcome(self, declared: bool) -> Outcome:
        drawn = self._rng.random()
        if drawn < 0.04 and self._originals:
            return Outcome.DUPLICATE
        if drawn < (0.1 if declared else 0.3):
            return Outcome.FALSE_ALARM
        return Outcome.FIXED if declared else Outcome.NO_ACTION

    def _give(self, kind: type[c.Command], by: Actor, **fields: Any) -> c.Command:
        key = f"{self._key}:{self._given}" if self._given else self._key
        self._given += 1
        return kind(actor=by, at=self._at, key=key, **fields)

    def _wait(self, minutes: float) -> None:
        self._at += self._length(minutes)

    def _length(self, minutes: float) -> timedelta:
        """So long in the middle; sometimes much longer."""
        seconds = int(60 * self._rng.lognormvariate(log(minutes), 0.9))
        return min(timedelta(seconds=seconds), _MOST)

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _one(self, among: Sequence[T]) -> T:
        return among[int(self._rng.random() * len(among))]

    def _person(self) -> Actor:
        return words.PEOPLE[bisect(words.LOAD, self._rng.random() * words.LOAD[-1])]
