"""Make up a plausible history of incidents: decided by the real rules, and the same for the same seed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from random import Random
from uuid import UUID

from incident_core.errors import Invalid
from incident_core.guards.refusal import Refused
from incident_core.model.outcome import Outcome
from incident_core.model.policy import Policy
from incident_core.ports.clock import Clock
from incident_core.ports.intake import History, Intake
from incident_core.usecases.generating.arrivals import arrivals
from incident_core.usecases.generating.story import Story
from incident_core.usecases.history import Origin, decided

SOURCE = "generate"

PREFIX = "generate:"
"""How the key of every made-up command begins."""

BATCH = 250
"""Incidents that are written in one transaction, at most."""

_FIRST_BATCH = 25
_ORIGINALS = 200


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to make up: `count` incidents, the last of them before `until` (UTC), `per_day` on average."""

    count: int
    seed: int
    policy: Policy
    until: datetime
    per_day: float = 100.0
    workspace: str = "default"

    def key(self, index: int) -> str:
        """The key of the command that opens the incident with this index, counted from 0."""
        return f"{PREFIX}{self.seed}:{index + 1}"


@dataclass(frozen=True, slots=True)
class Made:
    """How many incidents were written, and how many of those asked for were there before."""

    new: int
    there: int
    events: int


def generate(
    count: int,
    seed: int,
    policy: Policy,
    until: datetime,
    per_day: float = 100.0,
    *,
    workspace: str = "default",
    recorded_at: datetime | None = None,
    originals: Sequence[str] = (),
) -> Iterator[History]:
    """The histories, the oldest first; as if they were taken in at `recorded_at` (None: at `until`).

    `originals` are keys of incidents of which some are closed as duplicates; it may grow meanwhile.
    """
    recipe = Recipe(count, seed, policy, until, per_day, workspace)
    for index, at in enumerate(arrivals(count, str(seed), until, per_day)):
        yield _history(recipe, index, at, recorded_at or until, originals)


def fill(intake: Intake, clock: Clock, recipe: Recipe, told: Callable[[Made], None] = lambda _: None) -> Made:
    """Write them all, some hundred at a time; those that are there already are left as they are.

    `told` hears what was done so far after each transaction. Raises Unavailable and OutcomeUnknown.
    """
    made = Made(0, 0, 0)
    originals: deque[str] = deque(maxlen=_ORIGINALS)
    for batch in _batches(recipe):
        known = intake.known(recipe.workspace, [recipe.key(index) for index, _ in batch])
        wanted = [(index, at) for index, at in batch if recipe.key(index) not in known]
        now = clock.now()
        histories = [_history(recipe, index, at, now, originals) for index, at in wanted]
        made = _taken(intake, histories, made, len(known), originals)
        told(made)
    return made


def _taken(intake: Intake, histories: list[History], made: Made, there: int, originals: deque[str]) -> Made:
    answers = intake.take(histories)
    pairs = [(each, answer) for each, answer in zip(histories, answers, strict=True) if not answer.repeated]
    originals.extend(answer.key for each, answer in pairs if _original(each))
    there += len(histories) - len(pairs)
    written = sum(each.events for each, _ in pairs)
    return Made(made.new + len(pairs), made.there + there, made.events + written)


def _original(history: History) -> bool:
    """Whether another one may be closed as its duplicate."""
    incident = history.incident
    return not (incident.private or incident.drill or incident.outcome is Outcome.DUPLICATE)


def _batches(recipe: Recipe) -> Iterator[list[tuple[int, datetime]]]:
    """The indexes with their times; the first batches are small, so that there are originals early."""
    size, batch = _FIRST_BATCH, list[tuple[int, datetime]]()
    for each in enumerate(arrivals(recipe.count, str(recipe.seed), recipe.until, recipe.per_day)):
        batch.append(each)
        if len(batch) == size:
            yield batch
            size, batch = min(2 * size, BATCH), []
    if batch:
        yield batch


def _history(
    recipe: Recipe, index: int, at: datetime, recorded_at: datetime, originals: Sequence[str]
) -> History:
    # The ids are unique in a database, and not only in a workspace.
    rng = Random(f"{recipe.workspace}:{recipe.seed}:{index}")
    origin = Origin(recipe.workspace, SOURCE, UUID(int=rng.getrandbits(128), version=4), recorded_at)
    story = Story(rng, recipe.key(index), at, recipe.policy, originals)
    past = takewhile(lambda command: command.at <= recipe.until, story.commands())
    found = decided(recipe.policy, origin, past)
    if isinstance(found, Refused):
        raise Invalid("policy", f"The rules refuse what was made up: {found.reasons[0].sentence}")
    return found
