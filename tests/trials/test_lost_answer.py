"""The line to PostgreSQL is cut, at worst between COMMIT and its answer: a repeat records it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from adapters.cli.performing import REPEATED
from incident_core.errors import OutcomeUnknown, Unavailable
from incident_core.ports.log import Answer
from tests.cli.running import Program
from tests.trials.crashing import give_one
from tests.trials.history import TRIALS, give, opened
from tests.trials.places import Place
from tests.trials.proxy import Cut, Proxy
from tests.trials.soundness import assert_sound

Figure = Callable[[str], None]
LAST_WRITE = "INSERT INTO commands"
"""What comes right before the COMMIT of every command."""


@pytest.fixture
def proxy(told_postgresql: Place) -> Iterator[Proxy]:
    """A line to the database with the history."""
    with Proxy(told_postgresql.url) as proxy:
        yield proxy


@pytest.mark.parametrize("how", Cut)
@pytest.mark.parametrize("name", TRIALS)
def test_a_lost_answer_to_commit_is_an_unknown_outcome_and_a_repeat_finds_out(
    name: str, how: Cut, told_postgresql: Place, proxy: Proxy
) -> None:
    """Whether the server never saw the COMMIT or its answer was lost: afterwards it is recorded once."""
    before = told_postgresql.content()
    proxy.arm(LAST_WRITE, how)
    with pytest.raises(OutcomeUnknown) as caught:
        give(proxy.url, name)
    assert caught.value.key == "tried"
    assert "--key tried" in str(caught.value)
    assert proxy.cut
    told_postgresql.settled()
    recorded = told_postgresql.content() != before
    assert recorded is (how is Cut.AFTER)
    assert give(proxy.url, name).repeated is recorded
    after = told_postgresql.content()
    assert give(proxy.url, name).repeated
    assert told_postgresql.content() == after
    assert told_postgresql.ask("SELECT result FROM commands WHERE key = 'tried'") == [
        (TRIALS[name].result.value,)
    ]
    assert_sound(told_postgresql)


@pytest.mark.parametrize("how", Cut)
def test_a_cut_at_any_statement_leaves_all_or_nothing_and_says_which_if_anybody_can_know(
    how: Cut, told_postgresql: Place, proxy: Proxy, figure: Figure
) -> None:
    """`Unavailable` promises that nothing was changed; only at the COMMIT of a write nobody knows."""
    told_postgresql.keep()
    before = told_postgresql.content()
    proxy.arm(None)
    answer = give(proxy.url, "open")
    after, statements = told_postgresql.content(), proxy.seen
    outcomes: Counter[str] = Counter()
    for number, statement in enumerate(statements, start=1):
        told_postgresql.restore()
        proxy.arm(number, how)
        outcome = _outcome(proxy.url, answer)
        assert proxy.cut, statement
        told_postgresql.settled()
        found = told_postgresql.content()
        assert found in (before, after), statement
        if outcome == "unavailable":
            assert found == before, statement
        assert (outcome == "unknown") == (statements[number - 2].startswith(LAST_WRITE)), statement
        assert give(proxy.url, "open") == replace(answer, repeated=found == after)
        assert told_postgresql.content() == after
        outcomes[outcome] += 1
    assert outcomes["unknown"] == 1
    figure(f"cut at each of {len(statements)} statements: {dict(outcomes)}")


def _outcome(url: str, answer: Answer) -> str:
    try:
        assert give(url, "open") == answer
    except OutcomeUnknown:
        return "unknown"
    except Unavailable:
        return "unavailable"
    return "answered"


@pytest.mark.parametrize("how", Cut)
@pytest.mark.parametrize("key", ["mine", None])
def test_the_program_names_the_key_with_which_a_repeat_finds_out(
    key: str | None, how: Cut, told_postgresql: Place, proxy: Proxy, tmp_path: Path
) -> None:
    """Exit code 6; the key is the one that was given, or the one that was made up."""
    program = Program(proxy.url, {}, tmp_path)
    words = ["update", "INC-1", "Mended"]
    proxy.arm(LAST_WRITE, how)
    ran = program.process(*words, *(["--key", key] if key else []))
    assert (ran.code, ran.out, ran.err.count("\n")) == (6, "", 1)
    assert "It is not known whether this was recorded." in ran.err
    named = ran.err.partition("--key ")[2].split()[0]
    assert key is None or named == key
    recorded = "SELECT count(*) FROM events WHERE command_key = ?"
    told_postgresql.settled()
    landed = told_postgresql.one(recorded, named)
    assert landed == (how is Cut.AFTER)
    assert (REPEATED in program([*words, "--key", named]).out) is bool(landed)
    assert told_postgresql.one(recorded, named) == 1
    assert REPEATED in program([*words, "--key", named]).out
    assert_sound(told_postgresql)


def test_many_commands_over_a_line_that_is_cut_again_and_again_are_recorded_once_each(
    told_postgresql: Place, proxy: Proxy, chance: Random, rounds: int, figure: Figure
) -> None:
    """Each is repeated with its key until it is answered."""
    cuts: Counter[str] = Counter()
    with opened(proxy.url) as database:
        for number in range(30 * rounds):
            proxy.arm(chance.choice((LAST_WRITE, chance.randint(1, 25))), chance.choice(list(Cut)))
            for _ in range(3):
                try:
                    give_one(database, number)
                    break
                except Unavailable as error:
                    cuts[type(error).__name__] += 1
            else:
                raise AssertionError("it was cut once, and failed three times")
    proxy.arm(None)
    told_postgresql.settled()
    assert told_postgresql.one("SELECT count(*) FROM commands WHERE key LIKE 'mixed-%%'") == 30 * rounds
    assert_sound(told_postgresql)
    figure(f"{30 * rounds} commands, cut with {dict(cuts)}")
