"""Eight processes at once lose nothing, leave no gap, and whoever was slower decides again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path
from subprocess import PIPE

import pytest

from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.ports.log import Answer, Result
from tests.cli.running import Program
from tests.trials.crowd import EIGHT, Job, Seen, at_once
from tests.trials.history import ANN, BOB, WORKSPACE, opened
from tests.trials.places import Place
from tests.trials.processes import LONG
from tests.trials.soundness import assert_sound

Figure = Callable[[str], None]
EACH = 12  # commands of each process


def test_eight_on_one_incident_lose_no_event_and_every_loser_decides_again(told: Place, figure: Figure) -> None:
    before = assert_sound(told)
    seen = at_once(
        told.url,
        [[_update(f"{who}-{number}") for number in range(EACH)] for who in range(EIGHT)],
    )
    answers = _answers(seen)
    assert {answer.result for answer in answers} == {Result.ACCEPTED}
    assert sorted(answer.last_version for answer in answers) == list(range(8, 8 + EIGHT * EACH))
    assert assert_sound(told) == before + EIGHT * EACH
    _assert_recorded_as_answered(told, seen)
    _assert_decided_again(seen)
    assert sum(each.conflicts for each in seen) > 0, "nobody met anybody: this shows nothing"
    figure(_figures(seen))


def test_eight_on_different_incidents_get_a_number_each_and_never_meet(told: Place, figure: Figure) -> None:
    before = assert_sound(told)
    seen = at_once(
        told.url,
        [
            [Job(f"{who}-{number}", c.Open, None, {"title": f"{who}-{number}"}) for number in range(EACH)]
            for who in range(EIGHT)
        ],
    )
    keys = [answer.key for answer in _answers(seen)]
    assert sorted(int(key.removeprefix("INC-")) for key in keys) == list(range(5, 5 + EIGHT * EACH))
    assert assert_sound(told) == before + EIGHT * EACH
    _assert_recorded_as_answered(told, seen)
    assert sum(each.conflicts for each in seen) == 0
    figure(_figures(seen))


def test_eight_with_the_same_command_keys_record_each_once_and_answer_alike(told: Place, figure: Figure) -> None:
    before = assert_sound(told)
    jobs = [
        Job("open", c.Open, None, {"title": "One", "declare": True}),
        *(_update(f"same-{number}") for number in range(EACH - 3)),
        Job("claim", c.Claim, "INC-1", {"role": COMMANDER}),
        Job("close", c.Close, "INC-1", {}),
    ]
    seen = at_once(told.url, [jobs] * EIGHT)
    for asked in zip(*(each.answers for each in seen), strict=True):
        first = [answer for answer in asked if not answer.repeated]
        assert len(first) == 1, "recorded by one"
        assert set(asked) == {first[0], replace(first[0], repeated=True)}
    assert assert_sound(told) == before + 3 + (EACH - 3)
    _assert_recorded_as_answered(told, seen)
    assert len(told.ask("SELECT key FROM commands WHERE key IN ('open', 'claim', 'close')")) == 3
    figure(_figures(seen))


def test_of_eight_who_want_the_same_one_gets_it_and_the_others_decide_again(told: Place, figure: Figure) -> None:
    """The second decision is another one: that nothing is left to change, or a refusal."""
    people = [Actor("cli", f"person-{who}") for who in range(EIGHT)]
    seen = at_once(
        told.url,
        [
            [
                Job(f"declare-{by.id}", c.Declare, "INC-4", {}, by),
                Job(f"claim-{by.id}", c.Claim, "INC-4", {"role": TECHNICAL_LEAD}, by),
                Job(f"hand-over-{by.id}", c.HandOver, "INC-4", {"to": BOB}, by),
            ]
            for by in people
        ],
    )
    declared, claimed, handed = zip(*(each.answers for each in seen), strict=True)
    assert _results(declared) == {Result.ACCEPTED: 1, Result.UNCHANGED: EIGHT - 1}
    assert _results(claimed) == {Result.ACCEPTED: EIGHT}
    assert _results(handed) == {Result.ACCEPTED: 1, Result.REFUSED: EIGHT - 1}
    [reasons] = {answer.reasons for answer in handed if answer.reasons}
    assert [reason.code for reason in reasons] == ["same-holder"]
    with opened(told.url) as database:
        incident = database.reader.show(WORKSPACE, "INC-4", ANN)
    assert incident is not None
    by_version = dict(zip((answer.last_version for answer in claimed), people, strict=True))
    assert incident.roles == {COMMANDER: BOB, TECHNICAL_LEAD: by_version[max(by_version)]}
    assert_sound(told)
    _assert_recorded_as_answered(told, seen)
    _assert_decided_again(seen)
    figure(_figures(seen))


def test_eight_first_starts_at_once_on_one_new_file(
    empty_sqlite: Place, tmp_path: Path, figure: Figure
) -> None:
    """The program itself, started eight times by a shell that does not wait."""
    program = Program(empty_sqlite.url, {}, tmp_path)
    with ExitStack() as stack:
        started = [
            stack.enter_context(program.start("open", f"T{who}", "--key", f"k{who}", stdout=PIPE, stderr=PIPE))
            for who in range(EIGHT)
        ]
        said = [process.communicate(timeout=LONG) for process in started]
    assert [process.returncode for process in started] == [0] * EIGHT, said
    keys = [out.split()[0] for out, _ in said]
    assert sorted(keys) == [f"INC-{number}" for number in range(1, EIGHT + 1)]
    assert assert_sound(empty_sqlite) == EIGHT
    assert empty_sqlite.ask("SELECT version_num FROM alembic_version") == [("0001",)]


@pytest.mark.parametrize("round_", range(3))
def test_eight_processes_that_are_waiting_for_one_new_file_all_find_it_made_once(
    round_: int, empty_sqlite: Place, figure: Figure
) -> None:
    jobs = [[Job(f"{who}", c.Open, None, {"title": f"T{who}", "declare": True})] for who in range(EIGHT)]
    seen = at_once(empty_sqlite.url, jobs)
    assert sorted(answer.key for answer in _answers(seen)) == [f"INC-{each}" for each in range(1, EIGHT + 1)]
    assert assert_sound(empty_sqlite) == 3 * EIGHT
    _assert_recorded_as_answered(empty_sqlite, seen)
    figure(_figures(seen))


def test_eight_upgrades_at_once_make_the_tables_once(empty_postgresql: Place, tmp_path: Path) -> None:
    program = Program(empty_postgresql.url, {}, tmp_path)
    with ExitStack() as stack:
        started = [
            stack.enter_context(program.start("db", "upgrade", stdout=PIPE, stderr=PIPE)) for _ in range(EIGHT)
        ]
        said = [process.communicate(timeout=LONG) for process in started]
    assert [process.returncode for process in started] == [0] * EIGHT, said
    first_words = Counter(out.split()[0] for out, _ in said)
    assert first_words == {"applied": 1, "unchanged:": EIGHT - 1}
    assert assert_sound(empty_postgresql) == 0


def _update(name: str) -> Job:
    return Job(name, c.SendUpdate, "INC-1", {"text": f"News {name}", "impact": "some"})


def _results(answers: tuple[Answer, ...]) -> Counter[Result]:
    return Counter(answer.result for answer in answers)


def _answers(seen: list[Seen]) -> list[Answer]:
    return list(chain.from_iterable(each.answers for each in seen))


def _assert_decided_again(seen: list[Seen]) -> None:
    """Each conflict led to one more decision and commit, until there was an answer."""
    for each in seen:
        assert each.commits == len(each.answers) + each.conflicts


def _assert_recorded_as_answered(place: Place, seen: list[Seen]) -> None:
    """What was acknowledged is what the table of answers says, once for each key."""
    stored = {
        row[0]: row[1:]
        for row in place.ask(
            "SELECT request, result, number, first_version, last_version FROM commands WHERE recorded_at IS NOT NULL"
        )
    }
    for answer in _answers(seen):
        number = int(answer.key.removeprefix("INC-"))
        assert stored[answer.request] == (
            answer.result.value, number, answer.first_version, answer.last_version,
        )  # fmt: skip


def _figures(seen: list[Seen]) -> str:
    commands = len(_answers(seen))
    conflicts = sum(each.conflicts for each in seen)
    worst = max(each.worst for each in seen)
    seconds = max(each.seconds for each in seen)
    return f"{commands} commands, {conflicts} conflicts decided again ({worst} of one), {seconds:.1f} s"
