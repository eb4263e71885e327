"""Eight processes at once lose nothing, leave no gap, and whoever was slower decides again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path
from subprocess import PIPE

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


def test_eight_on_the_same_and_on_different_incidents_lose_nothing_that_was_acknowledged(
    told: Place, figure: Figure
) -> None:
    """Each gives every other command about INC-1, and opens a new incident in between."""
    before = assert_sound(told)
    jobs = [[_mixed(who, number) for number in range(EACH)] for who in range(EIGHT)]
    seen = at_once(told.url, jobs)
    answers = _answers(seen)
    half = EIGHT * EACH // 2
    assert _results(answers) == {Result.ACCEPTED: 2 * half}
    updates = [answer for answer in answers if answer.key == "INC-1"]
    assert sorted(answer.last_version for answer in updates) == list(range(8, 8 + half))
    keys = [answer.key for answer in answers if answer.key != "INC-1"]
    assert sorted(int(key.removeprefix("INC-")) for key in keys) == list(range(5, 5 + half))
    assert assert_sound(told) == before + 2 * half
    _assert_recorded_as_answered(told, jobs, seen)
    _assert_decided_again(seen)
    assert sum(each.conflicts for each in seen) > 0, "nobody met anybody: this shows nothing"
    figure(_figures(seen))


def test_eight_who_open_incidents_never_meet(told: Place, figure: Figure) -> None:
    jobs = [
        [Job(f"{who}-{number}", c.Open, None, {"title": "x"}) for number in range(4)] for who in range(EIGHT)
    ]
    seen = at_once(told.url, jobs)
    assert sum(each.conflicts for each in seen) == 0
    assert assert_sound(told) == 20 + 4 * EIGHT
    figure(_figures(seen))


def test_eight_with_the_same_command_keys_record_each_once_and_answer_alike(
    told: Place, figure: Figure
) -> None:
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
    _assert_recorded_as_answered(told, [jobs] * EIGHT, seen)
    assert len(told.ask("SELECT key FROM commands WHERE key IN ('open', 'claim', 'close')")) == 3
    figure(_figures(seen))


def test_of_eight_who_want_the_same_one_gets_it_and_the_others_decide_again(
    told: Place, figure: Figure
) -> None:
    """The second decision is another one: that nothing is left to change, or a refusal."""
    people = [Actor("cli", f"person-{who}") for who in range(EIGHT)]
    jobs = [
        [
            Job(f"declare-{by.id}", c.Declare, "INC-4", {}, by),
            Job(f"claim-{by.id}", c.Claim, "INC-4", {"role": TECHNICAL_LEAD}, by),
            Job(f"hand-over-{by.id}", c.HandOver, "INC-4", {"to": BOB}, by),
        ]
        for by in people
    ]
    seen = at_once(told.url, jobs)
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
    _assert_recorded_as_answered(told, jobs, seen)
    _assert_decided_again(seen)
    figure(_figures(seen))


def test_eight_first_starts_at_once_on_one_new_file(empty_sqlite: Place, tmp_path: Path) -> None:
    """The program itself, started eight times by a shell that does not wait."""
    program = Program(empty_sqlite.url, {}, tmp_path)
    said = _started([["open", f"T{who}"] for who in range(EIGHT)], program)
    assert sorted(out.split()[0] for out in said) == [f"INC-{number}" for number in range(1, EIGHT + 1)]
    assert assert_sound(empty_sqlite) == EIGHT
    program("db check")


def test_eight_upgrades_at_once_make_the_tables_once(empty_postgresql: Place, tmp_path: Path) -> None:
    said = _started([["db", "upgrade"]] * EIGHT, Program(empty_postgresql.url, {}, tmp_path))
    assert Counter(out.split()[0] for out in said) == {"applied": 1, "unchanged:": EIGHT - 1}
    assert assert_sound(empty_postgresql) == 0


def _started(commands: list[list[str]], program: Program) -> list[str]:
    """Start the program for each command, without waiting, to its good end; what it printed."""
    with ExitStack() as stack:
        processes = []
        for words in commands:
            processes.append(stack.enter_context(program.start(*words, stdout=PIPE, stderr=PIPE)))
            stack.callback(processes[-1].kill)
        said = [process.communicate(timeout=LONG) for process in processes]
        assert [process.returncode for process in processes] == [0] * len(commands), said
    return [out for out, _ in said]


def _mixed(who: int, number: int) -> Job:
    name = f"{who}-{number}"
    return _update(name) if number % 2 else Job(name, c.Open, None, {"title": name})


def _update(name: str) -> Job:
    return Job(name, c.SendUpdate, "INC-1", {"text": f"News {name}", "impact": "some"})


def _results(answers: Iterable[Answer]) -> Counter[Result]:
    return Counter(answer.result for answer in answers)


def _answers(seen: list[Seen]) -> list[Answer]:
    return list(chain.from_iterable(each.answers for each in seen))


def _assert_decided_again(seen: list[Seen]) -> None:
    """Each conflict led to one more decision and commit, until there was an answer."""
    for each in seen:
        assert each.commits == len(each.answers) + each.conflicts


def _assert_recorded_as_answered(place: Place, jobs: list[list[Job]], seen: list[Seen]) -> None:
    """What was acknowledged is what is stored as the answer to its key, of which there is one."""
    columns = "key, result, number, first_version, last_version"
    stored = {row[0]: row[1:] for row in place.ask(f"SELECT {columns} FROM commands")}
    for given, one in zip(jobs, seen, strict=True):
        for job, answer in zip(given, one.answers, strict=True):
            number = int(answer.key.removeprefix("INC-"))
            told = (answer.result.value, number, answer.first_version, answer.last_version)
            assert stored[job.name] == told


def _figures(seen: list[Seen]) -> str:
    commands = len(_answers(seen))
    conflicts = sum(each.conflicts for each in seen)
    worst = max(each.worst for each in seen)
    seconds = max(each.seconds for each in seen)
    return f"{commands} commands, {conflicts} conflicts decided again ({worst} of one), {seconds:.1f} s"
