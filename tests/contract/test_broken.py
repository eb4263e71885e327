"""The contracts bite: each fault of a broken store is caught by the test that is about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from incident_core.testing.broken import BROKEN
from incident_core.testing.contracts import StoreContract, faults
from incident_core.testing.memory import Memory, MemoryStore
from tests.contract import test_memory as honest

CONTRACTS: tuple[type[StoreContract], ...] = (
    honest.TestMemoryLog,
    honest.TestMemoryReader,
    honest.TestMemoryLedger,
    honest.TestMemoryViews,
    honest.TestMemoryStatistics,
)

CAUGHT_BY = {
    "ForgetsOnRestart": "test_a_new_process_sees_everything_and_goes_on_from_there",
    "ChecksNoVersion": "test_a_command_decided_on_an_old_version_writes_nothing",
    "ForgetsRefusals": "test_a_repeated_refusal_is_the_first_refusal",
    "SharesKeys": "test_a_key_belongs_to_one_workspace",
    "FoldsKeys": "test_keys_that_differ_in_case_differ",
    "AnswersOfNow": "test_the_first_answer_stands_when_the_incident_has_moved_on",
    "WritesHalves": "test_nothing_remains_of_a_commit_that_failed",
    "LeavesGaps": "test_a_command_decided_on_an_old_version_writes_nothing",
    "KeepsSeconds": "test_when_it_happened_is_kept_beside_when_it_was_recorded_both_to_the_microsecond",
    "TrustsTheClock": "test_recorded_times_do_not_go_back_when_the_clock_does",
    "LosesOverrides": "test_the_events_that_an_override_let_pass_name_it",
    "KeepsRedacted": "test_what_was_corrected_or_retracted_is_found_and_what_was_redacted_is_not",
    "HasNoLock": "test_of_four_threads_that_decided_on_the_same_version_one_wins",
    "ListsPrivate": "test_a_private_incident_is_there_for_its_opener_and_for_nobody_else",
    "ListsByText": "test_a_list_begins_with_the_newest_number_and_ends_at_the_limit",
    "SearchesByCase": "test_case_does_not_matter_in_any_language",
    "SearchesByPattern": "test_signs_only_separate",
    "SearchesByLanguage": "test_what_databases_take_for_their_language_is_only_words",
    "SearchesParts": "test_a_word_is_found_whole_and_its_beginning_with_a_star",
    "SearchesPrivate": "test_a_private_incident_is_found_only_by_those_who_may_see_it",
    "RanksByNumber": "test_those_with_the_words_in_their_titles_come_first_then_the_newest",
    "RanksEverything": "test_of_very_many_that_match_the_newest_are_ranked",
    "ReadsAsItGoes": "test_what_is_read_is_of_one_moment_while_others_write",
    "CountsPrivate": "test_private_incidents_count_for_those_who_may_see_them",
    "CountsDrills": "test_drills_are_left_out_of_everything_but_their_own_count",
    "ComparesNothing": "test_a_view_that_was_changed_is_found_and_left_alone_until_it_is_written",
}


@cache
def found(name: str | None) -> frozenset[str]:
    """The tests that fail for this broken store, or for the honest one (None)."""
    make = (lambda: MemoryStore.over(Memory())) if name is None else BROKEN[name]
    return frozenset(
        test for contract in CONTRACTS for test in faults(_with(contract, make), properties=False)
    )


def _with(contract: type[StoreContract], make: Callable[[], MemoryStore]) -> type[StoreContract]:
    return type(f"{contract.__name__}OfAnother", (contract,), {"make": lambda _: make()})


@pytest.mark.parametrize(("fault", "test"), CAUGHT_BY.items())
def test_a_fault_is_caught_by(fault: str, test: str) -> None:
    assert test in found(fault)


def test_every_broken_store_is_tried() -> None:
    assert CAUGHT_BY.keys() == BROKEN.keys()


def test_nothing_is_found_in_an_honest_store() -> None:
    assert found(None) == frozenset()


def test_a_fault_is_not_caught_by_everything_since_then_a_test_would_say_little() -> None:
    tests = len({name for contract in CONTRACTS for name in dir(contract) if name.startswith("test_")})
    assert max(len(found(name)) for name in BROKEN) < tests / 4
