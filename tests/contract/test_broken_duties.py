"""The contract of duties bites: each fault of a broken Reader is caught by a test that is about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.stage import Stage
from incident_core.ports.reader import DUTIES, Duties, FollowUp, Held, Owed
from incident_core.testing.contracts import DutiesContract, Store, faults
from incident_core.testing.memory import Memory, MemoryReader, MemoryStore


class _Otherwise(MemoryReader):
    """Goes through the incidents of a workspace itself, newest first, and tells of each what `tell` says."""

    most = DUTIES

    def views(self, workspace: str) -> Iterator[Incident]:
        """What it goes through."""
        for _, incident_id in sorted(self._memory.numbers.get(workspace, {}).items(), reverse=True):
            yield self._memory.views[incident_id]

    def duties(self, workspace: str, actor: Actor) -> Duties:
        mine = [view for view in self.views(workspace) if self.shows(view, actor)]
        roles = [held for view in mine for held in self.held(view, actor)]
        owed = [each for view in mine for each in self.owed(view, actor)]
        return Duties(tuple(roles[: self.most]), tuple(owed[: self.most]))

    def shows(self, view: Incident, actor: Actor) -> bool:
        return view.seen_by(actor)

    def held(self, view: Incident, actor: Actor) -> Iterator[Held]:
        if view.stage is not Stage.CLOSED:
            for role, holder in sorted(view.roles.items()):
                if holder == actor:
                    yield _held(view, role)

    def owed(self, view: Incident, actor: Actor) -> Iterator[Owed]:
        for item in reversed(view.follow_ups):
            if item.owner == actor and item.done_at is None and not item.retracted:
                yield Owed(view.key, item.id, item.text, item.due, view.drill, view.private)


def _held(view: Incident, role: str) -> Held:
    return Held(view.key, view.title, view.severity, view.stage, view.drill, view.private, role)


class ShowsPrivate(_Otherwise):
    """Shows whoever has a duty what they may not see."""

    def shows(self, view: Incident, actor: Actor) -> bool:
        return True


class HidesPrivate(_Otherwise):
    """Shows nobody what is private."""

    def shows(self, view: Incident, actor: Actor) -> bool:
        return not view.private


class GoesOn(_Otherwise):
    """Tells of roles in what is closed."""

    def held(self, view: Incident, actor: Actor) -> Iterator[Held]:
        return (_held(view, role) for role, holder in sorted(view.roles.items()) if holder == actor)


class ForgetsTheResolved(_Otherwise):
    """Takes what is resolved for closed."""

    def held(self, view: Incident, actor: Actor) -> Iterator[Held]:
        return super().held(view, actor) if view.stage is not Stage.RESOLVED else iter(())


class ForgetsTheClosed(_Otherwise):
    """Takes what is closed for done."""

    def owed(self, view: Incident, actor: Actor) -> Iterator[Owed]:
        return super().owed(view, actor) if view.stage is not Stage.CLOSED else iter(())


class OwesTheDone(_Otherwise):
    """Tells of what is done."""

    def owed(self, view: Incident, actor: Actor) -> Iterator[Owed]:
        open_ = replace(view, follow_ups=tuple(replace(item, done_at=None) for item in view.follow_ups))
        return super().owed(open_, actor)


class OwesTheRetracted(_Otherwise):
    """Tells of what was a mistake."""

    def owed(self, view: Incident, actor: Actor) -> Iterator[Owed]:
        kept = replace(view, follow_ups=tuple(replace(item, retracted=False) for item in view.follow_ups))
        return super().owed(kept, actor)


class OwesTasks(_Otherwise):
    """Takes a task for a follow-up."""

    def owed(self, view: Incident, actor: Actor) -> Iterator[Owed]:
        return super().owed(replace(view, follow_ups=view.follow_ups + view.tasks), actor)


class OwesWhatIsNobodys(_Otherwise):
    """Takes what is nobody's for everybody's."""

    def owed(self, view: Incident, actor: Actor) -> Iterator[Owed]:
        items = tuple(replace(item, owner=item.owner or actor) for item in view.follow_ups)
        return super().owed(replace(view, follow_ups=items), actor)


class OldestFirst(_Otherwise):
    """Tells of the oldest incidents first."""

    def views(self, workspace: str) -> Iterator[Incident]:
        return reversed(list(super().views(workspace)))


class ByText(_Otherwise):
    """Tells of f9 before f10, as text is sorted."""

    def owed(self, view: Incident, actor: Actor) -> Iterator[Owed]:
        return iter(sorted(super().owed(view, actor), key=lambda each: each.item, reverse=True))


class KnowsNoEnd(_Otherwise):
    """Tells everything."""

    most = 1_000


class KnowsNoWorkspace(_Otherwise):
    """Takes all workspaces for one."""

    def views(self, workspace: str) -> Iterator[Incident]:
        return iter(self._memory.views.values())


class KnowsNoKind(_Otherwise):
    """Takes slack:ann for cli:ann."""

    def duties(self, workspace: str, actor: Actor) -> Duties:
        return super().duties(workspace, Actor("cli", actor.id))


class KeepsTexts(_Otherwise):
    """Tells a text although it was redacted."""

    def owed(self, view: Incident, actor: Actor) -> Iterator[Owed]:
        return (replace(each, text=each.text or "kept") for each in super().owed(view, actor))


class KeepsTitles(_Otherwise):
    """Tells a title although it was redacted."""

    def held(self, view: Incident, actor: Actor) -> Iterator[Held]:
        return (replace(each, title=each.title or "kept") for each in super().held(view, actor))


class ForgetsTheDay(_Otherwise):
    """Does not say when it is due."""

    def owed(self, view: Incident, actor: Actor) -> Iterator[Owed]:
        return (replace(each, due=None) for each in super().owed(view, actor))


class _OtherwiseOpen(MemoryReader):
    """Tells of the open follow-ups what is left of them after `kept`, in an order of its own."""

    def follow_ups(
        self,
        workspace: str,
        viewer: Actor,
        limit: int,
        owner: Actor | None = None,
        over_at: datetime | None = None,
    ) -> tuple[FollowUp, ...]:
        found = super().follow_ups(workspace, viewer, 1_000, owner, over_at)
        return tuple(self.kept(found))[:limit]

    def kept(self, found: Sequence[FollowUp]) -> Iterable[FollowUp]:
        """What is told."""
        return found


class KnowsNoOpenLimit(MemoryReader):
    """Tells of all that is open."""

    def follow_ups(self, workspace: str, viewer: Actor, limit: int, *only: Any, **more: Any) -> Any:
        return super().follow_ups(workspace, viewer, 1_000, *only, **more)


class TellsOfEverybodys(MemoryReader):
    """Does not hear whose are asked for."""

    def follow_ups(
        self,
        workspace: str,
        viewer: Actor,
        limit: int,
        owner: Actor | None = None,
        over_at: datetime | None = None,
    ) -> tuple[FollowUp, ...]:
        return super().follow_ups(workspace, viewer, limit, None, over_at)


class TellsOfWhatIsNotOver(MemoryReader):
    """Does not hear that only what is over is asked for."""

    def follow_ups(
        self,
        workspace: str,
        viewer: Actor,
        limit: int,
        owner: Actor | None = None,
        over_at: datetime | None = None,
    ) -> tuple[FollowUp, ...]:
        return super().follow_ups(workspace, viewer, limit, owner, None)


class ShowsOpenPrivate(MemoryReader):
    """Shows everybody what is private."""

    def follow_ups(self, workspace: str, viewer: Actor, limit: int, *only: Any, **more: Any) -> Any:
        everybody = MemoryReader(self._memory, lambda *_: True)
        return everybody.follow_ups(workspace, viewer, limit, *only, **more)


class WithoutNobodys(_OtherwiseOpen):
    """Leaves out what is nobody's."""

    def kept(self, found: Sequence[FollowUp]) -> Iterable[FollowUp]:
        return (each for each in found if each.owner is not None)


class ByDayAlone(_OtherwiseOpen):
    """Takes a day for the same time everywhere."""

    def kept(self, found: Sequence[FollowUp]) -> Iterable[FollowUp]:
        return sorted(found, key=lambda each: (each.due is None, each.due and each.due.on))


class UndatedFirst(_OtherwiseOpen):
    """Tells of what has no day before the rest."""

    def kept(self, found: Sequence[FollowUp]) -> Iterable[FollowUp]:
        return sorted(found, key=lambda each: each.due is not None)


class KeepsOpenTexts(_OtherwiseOpen):
    """Tells a text although it was redacted."""

    def kept(self, found: Sequence[FollowUp]) -> Iterable[FollowUp]:
        return (replace(each, text=each.text or "kept") for each in found)


CAUGHT_BY: dict[type[MemoryReader], str] = {
    ShowsPrivate: "test_who_may_not_see_a_private_incident_has_nothing_to_do_there",
    HidesPrivate: "test_a_role_is_told_with_where_it_is_held",
    GoesOn: "test_nothing_is_held_in_what_is_closed_until_it_is_reopened",
    ForgetsTheResolved: "test_a_role_is_told_with_where_it_is_held",
    ForgetsTheClosed: "test_follow_ups_of_what_is_closed_are_owed_still",
    OwesTheDone: "test_what_is_done_or_retracted_is_owed_no_more",
    OwesTheRetracted: "test_what_is_done_or_retracted_is_owed_no_more",
    OwesTasks: "test_a_task_is_no_follow_up",
    OwesWhatIsNobodys: "test_a_follow_up_is_its_owners_whoever_that_is_now",
    OldestFirst: "test_roles_of_newer_incidents_come_first_and_those_of_one_by_name",
    ByText: "test_follow_ups_of_newer_incidents_come_first_and_of_one_the_newest",
    KnowsNoEnd: "test_no_more_than_the_newest_fifty_are_told",
    KnowsNoWorkspace: "test_workspaces_and_namesakes_are_kept_apart",
    KnowsNoKind: "test_workspaces_and_namesakes_are_kept_apart",
    KeepsTexts: "test_a_text_that_was_redacted_is_not_told",
    KeepsTitles: "test_a_text_that_was_redacted_is_not_told",
    ForgetsTheDay: "test_a_follow_up_is_told_with_its_text_and_its_day",
    KnowsNoOpenLimit: "test_what_is_due_first_comes_first_wherever_its_day_ends",
    TellsOfEverybodys: "test_only_somebodys_or_only_what_is_over_can_be_asked_for",
    TellsOfWhatIsNotOver: "test_only_somebodys_or_only_what_is_over_can_be_asked_for",
    ShowsOpenPrivate: "test_open_follow_ups_of_what_is_private_are_there_for_those_who_see_it",
    WithoutNobodys: "test_an_open_follow_up_is_told_whoever_it_is",
    ByDayAlone: "test_what_is_due_first_comes_first_wherever_its_day_ends",
    UndatedFirst: "test_what_is_due_first_comes_first_wherever_its_day_ends",
    KeepsOpenTexts: "test_a_text_that_was_redacted_is_not_told_of_what_is_open",
}


def _found(make: Callable[[], MemoryStore]) -> set[str]:
    class Broken(DutiesContract):
        def make(self) -> MemoryStore:
            return make()

        def reopen(self, store: Store) -> MemoryStore:
            assert isinstance(store, MemoryStore)
            return store.reopen()

    return set(faults(Broken))


def _reading(reader: type[MemoryReader]) -> Callable[[], MemoryStore]:
    def make() -> MemoryStore:
        store = MemoryStore.over(Memory())
        return replace(store, reader=reader(store.memory))

    return make


@pytest.mark.parametrize(("fault", "test"), CAUGHT_BY.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_fault_is_caught_by(fault: type[MemoryReader], test: str) -> None:
    assert test in _found(_reading(fault))


def test_a_view_that_a_history_did_not_reach_is_caught() -> None:
    class Late(_Otherwise):
        """Knows only what was committed one by one."""

        def shows(self, view: Incident, actor: Actor) -> bool:
            opening = next(each for each in self._memory.streams.values() if len(each) == view.version)
            return super().shows(view, actor) and opening[0].envelope.source != "import"

    assert "test_what_was_taken_in_whole_is_somebodys_too" in _found(_reading(Late))


def test_nothing_is_found_in_an_honest_one() -> None:
    assert _found(_reading(_Otherwise)) == _found(_reading(MemoryReader)) == set()
